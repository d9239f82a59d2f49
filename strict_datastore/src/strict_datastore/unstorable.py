"""What in a model cannot be stored right: told by `manage.py check`, and refused where a row is written.

Each function yields (what it is, the reason, what to write instead) for a model; its parents are asked themselves.
"""

import re
from collections import Counter
from functools import cache
from itertools import pairwise

from .entities import is_key
from .inheritance import concrete_models, inherits_rows
from .limits import MOST_INDEXED_BYTES
from .progress import PROGRESS_KIND
from .where import too_long

POLYMODEL_PROPERTY = "class"
ANOTHER_COLUMN = "another db_column."
NO_COLLATION = (
    "Datastore compares texts by their bytes.",
    "no db_collation; where case does not matter, a field that holds the text in lower case.",
)


def reserved_names(model):
    """A kind or a property whose name Datastore, gcloudc or this backend keeps for itself."""
    kind = model._meta.db_table
    if not inherits_rows(model) and (reason := reserved_kind(kind)):
        yield f"the table {shortened(kind)}", reason, "another db_table in the model's Meta."
    for field in model._meta.local_concrete_fields:
        if not is_key(field, model) and (reason := reserved_property(field.column)):
            yield f"{field.name} in the column {shortened(field.column)}", reason, ANOTHER_COLUMN


def reserved_kind(name):
    if name == PROGRESS_KIND:
        return "complete_entities keeps its place under that name."
    if name.startswith("_djangae_idx_"):
        return "gcloudc keeps its special indexes under such names."
    return reserved_anywhere(name)


def reserved_property(name):
    if name == POLYMODEL_PROPERTY:
        return "in that property gcloudc keeps the tables that a row is of."
    if name.startswith("_idx_"):
        return "gcloudc keeps its special indexes in properties of such names."
    if name.startswith("-"):
        return "in an order a hyphen means descending."
    if "." in name:
        return "in a query Datastore takes what follows a dot for a property of an entity within the entity."
    return reserved_anywhere(name)


def reserved_anywhere(name):
    # https://cloud.google.com/datastore/docs/reference/data/rpc/google.datastore.v1#entity
    if re.fullmatch("__.*__", name, re.DOTALL):
        return "Datastore keeps names that begin and end with two underscores for itself."
    if too_long(name):
        return f"Datastore knows no names of more than {MOST_INDEXED_BYTES} bytes."
    return None


def shortened(name):
    return name if len(name) <= 50 else f"{name[:40]}..."


def doubled_columns(model):
    """A column of an inherited model that one of its parents has too."""
    columns = Counter(field.column for field in model._meta.concrete_fields if not is_key(field, model))
    for field in model._meta.local_concrete_fields:
        if columns[field.column] > 1:
            yield (
                f"{field.name} in the column {field.column}, which a parent has too",
                "a row with its parents' parts is one entity.",
                ANOTHER_COLUMN,
            )


def rows_apart(model):
    """An inherited model whose row cannot be one entity with those of its parents."""
    if not all(issubclass(child, parent) for child, parent in pairwise(concrete_models(model))):
        yield (
            "a model that inherits from several tables",
            "a row with its parents' parts is one entity, so that one parent's part would be taken for the other's.",
            "one parent, and a OneToOneField to the other.",
        )
    elif inherits_rows(model) and not getattr(model._meta.pk.remote_field, "parent_link", False):
        yield (
            f"{model._meta.pk.name} as primary key of an inherited model",
            "a row with its parents' parts is one entity, whose key is the parent's.",
            "a unique field, or a model that does not inherit and has a OneToOneField to the other.",
        )


def collations(model):
    """A text that another database would compare in its own way."""
    for field in model._meta.local_concrete_fields:
        if collation := getattr(field, "db_collation", None):
            yield (f"{field.name} with db_collation={collation!r}", *NO_COLLATION)


def shared_tables(model):
    """A model that is not managed and has a managed one's table, but not all of its columns."""
    if model._meta.managed:
        return
    for other in model._meta.apps.get_models(include_auto_created=True):
        if other._meta.managed and other._meta.db_table == model._meta.db_table and not other._meta.proxy:
            lacking = {field.column for field in other._meta.local_concrete_fields}
            lacking -= {field.column for field in model._meta.local_concrete_fields}
            if lacking:
                yield (
                    f"the table {model._meta.db_table} of {other._meta.label}, without {', '.join(sorted(lacking))}",
                    "a row that lacks a property is not found by it, and not compared with others.",
                    f"a proxy of {other._meta.label}.",
                )


# By the number of the system check that tells of it.
UNSTORABLE = {
    "E008": reserved_names,
    "E009": doubled_columns,
    "E010": rows_apart,
    "E016": collations,
    "E018": shared_tables,
}


@cache
def unstorable(model):
    """The first of all this in a model and its parents, or None."""
    parents = concrete_models(model)
    return next((each for find in UNSTORABLE.values() for parent in parents for each in find(parent)), None)
