"""What of django-gcloud-connectors this package leans on: when a new release changes it, this says so in one place."""

import ast
import inspect
from pathlib import Path

import pytest
import strict_datastore
from strict_datastore import connector

PACKAGE = Path(strict_datastore.__file__).parent


def test_one_module_imports_it():
    importing = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if any(name.split(".")[0] == "gcloudc" for name in names):
                importing.append(path.name)
    assert set(importing) == {"connector.py"}


def test_all_that_is_taken_from_it_is_used():
    texts = [
        path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if path.name != "connector.py"
    ]
    assert [name for name in connector.__all__ if not any(name in text for text in texts)] == []


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        # Overridden: what calls them must go on doing so.
        (connector.Connection, "_create_client", "self project database namespace"),
        (connector.Connection, "_close_client", "self"),
        (connector.Connection, "_begin", "self"),
        (connector.Connection, "_commit", "self"),
        (connector.Connection, "_stage_write", "self entity_or_key kind"),
        (connector.Connection, "_apply_staged_writes", "self"),
        (connector.Connection, "_check_unique_constraints", "self puts deletes"),
        (connector.Connection, "begin", "self"),
        (connector.Connection, "commit", "self"),
        (connector.Connection, "exists", "self key"),
        (connector.Connection, "get", "self key_or_keys"),
        (connector.Connection, "put", "self entity allow_existing"),
        (connector.Connection, "savepoint", "self sid"),
        (connector.Connection, "savepoint_commit", "self sid"),
        (connector.Connection, "savepoint_rollback", "self sid"),
        (connector.DatabaseWrapper, "_create_connection", "self params"),
        (connector.DatabaseWrapper, "create_cursor", "self name"),
        (connector.DatabaseWrapper, "from_native_entity", "self entity_or_key"),
        (connector.DatabaseWrapper, "get_query_class", "self"),
        (connector.DatabaseWrapper, "schema_editor", "self args kwargs"),
        (connector.DatabaseOperations, "value_for_db", "self value field"),
        (connector.DatabaseOperations, "adapt_decimalfield_value", "self value max_digits decimal_places"),
        # Called.
        (connector.Connection, "_get", "self key_or_keys"),
        (connector.Connection, "_put", "self key entity_or_entities"),
        (connector.Connection, "delete", "self key"),
        (connector.Connection, "flush", "self tables namespace database"),
        (connector.Connection, "new_key", "self table id_or_name parent namespace"),
        (connector.Connection, "rollback", "self"),
        (connector.DatabaseWrapper, "generate_id", "self type"),
        (connector.DatabaseWrapper, "polymodel_property_name", "self"),
        (connector.DatabaseWrapper, "to_native_entity", "self entity"),
        (connector.DatabaseWrapper, "to_native_key", "self key"),
        (connector.Query, "__init__", "self connection table_or_path namespace args kwargs"),
        (connector.Query, "add_filter", "self property operator value"),
        (connector.Query, "count", "self limit"),
        (connector.Query, "fetch", "self offset limit"),
        (connector.Query, "order_by", "self orderings"),
        (connector.SpecialIndexNode, "set_leaf", None),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_method_that_is_overridden_or_called_is_as_it_was(owner, name, parameters):
    found = inspect.signature(getattr(owner, name))
    assert parameters is None or list(found.parameters) == parameters.split()


def test_an_entity_has_its_properties_and_what_is_not_indexed():
    entity = connector.Entity(connector.Key(["kind"], 1), {"a": 1}, ["b"])
    assert (entity._properties, entity._properties_to_exclude_from_index) == ({"a": 1}, {"b"})
    assert (entity.key().path, entity.key().id_or_name) == (["kind"], 1)


def test_a_write_is_an_insert_an_update_or_a_delete():
    kinds = connector.StagedWriteKind
    assert len({kinds.INSERT, kinds.UPDATE, kinds.DELETE}) == 3
