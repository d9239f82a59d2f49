"""Multi-table inheritance: the rows of a model and of its concrete parents are one entity, of the last one's kind."""

from functools import cache

from django.apps import apps


@cache
def concrete_models(model):
    """The model and its concrete parents: itself first, the one whose kind it is last."""
    return [
        each
        for each in model.mro()
        if hasattr(each, "_meta") and not each._meta.abstract and not each._meta.proxy
    ]


def top_concrete_model(model):
    """The model that names the kind."""
    return concrete_models(model)[-1]


def kind_of(model):
    """The kind of the model's entities."""
    return top_concrete_model(model)._meta.db_table


def tables_of(model):
    """The tables of which a row of the model is one."""
    return [each._meta.db_table for each in concrete_models(model)]


def inherits_rows(model):
    """Whether the model's rows are rows of other models too."""
    return len(concrete_models(model)) > 1


def model_with_table(table, registry):
    """The model of this registry, today's or that of a migration, whose table has this name; None if there is none."""
    if registry is apps:
        return todays_model_with_table(table)
    return _model_with_table(table, registry)


@cache
def todays_model_with_table(table):
    return _model_with_table(table, apps)


def _model_with_table(table, registry):
    models = registry.get_models(include_auto_created=True, include_swapped=True)
    return next((each for each in models if each._meta.db_table == table and not each._meta.proxy), None)
