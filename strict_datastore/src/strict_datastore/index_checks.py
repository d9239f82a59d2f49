"""System checks of index.yaml: is it well-formed, and are its entries those that were meant."""

import difflib
from collections import defaultdict

from django.apps import apps
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, router

from .indexes import KEY, project_index_file, project_indexes
from .inheritance import kind_of


@register(Tags.models)
def check_index_file(app_configs=None, **kwargs):
    if all(each.vendor != "datastore" for each in connections.all()):
        return []
    try:
        indexes = project_indexes()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="strict_datastore.E021")]
    return [
        Warning(
            f"{project_index_file()}, line {index.line}: {reason}",
            hint="Correct or delete the entry: each index is stored and billed, used or not.",
            id="strict_datastore.W021",
        )
        for index, reason in doubtful_entries(indexes or ())
    ]


def doubtful_entries(indexes):
    """Yield (index, reason) for each that is there twice, or whose kind or property looks like a misspelt one.

    A name that is like none is left alone: the model may be still to come, or another program's.
    """
    known = properties_by_kind()
    first = {}
    for index in indexes:
        if index in first:
            yield index, f"the entry is in line {first[index].line} already."
        elif index.kind in known:
            for name in index.names:
                if name == _primary_key(index.kind):
                    yield index, f"in an index the primary key of {index.kind} is called {KEY}, not {name}."
                elif name not in known[index.kind] and (likely := _likely(name, known[index.kind])):
                    yield index, f"{index.kind} has no property {name}. Is {likely} meant?"
        elif likely := _likely(index.kind, known):
            yield index, f"no model has the table {index.kind}. Is {likely} meant?"
        first.setdefault(index, index)


def _likely(name, known):
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.75)), None)


def properties_by_kind():
    """What the rows of the models on Datastore hold, by kind: the names of the columns, and the key."""
    known = defaultdict(set)
    for model, database in _models():
        known[_kind(model)] |= {
            field.column for field in model._meta.concrete_fields if not field.primary_key
        }
        known[_kind(model)] |= {KEY}
        if model._meta.parents:
            known[_kind(model)].add(database.polymodel_property_name())
    return known


def _primary_key(kind):
    return next(model._meta.pk.column for model, _ in _models() if model._meta.db_table == kind)


def _models():
    for model in apps.get_models(include_auto_created=True):
        database = connections[router.db_for_read(model)]
        if database.vendor == "datastore":
            yield model, database


def _kind(model):
    return kind_of(model)
