"""A probe: one call of the ORM, and how its answers on two databases compare."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from itertools import islice, permutations
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import functions, lookups
from django.db.models.query import RawQuerySet
from django.utils import timezone

UNSET = object()


@dataclass(frozen=True)
class Probe:
    """A call, its name in the table of compatibility, and its group there.

    call: takes what `names_for(alias)` gives and returns what `plain` can turn into comparable values.
    expected: the answer by Django's documentation, where SQLite has another or none.
    writes: the call changes rows, so it gets a copy of them.
    """

    name: str
    group: str
    call: Callable[[SimpleNamespace], Any]
    expected: Any = UNSET
    writes: bool = False


def reads(group, *expressions):
    """Probes that are one Python expression each, under that expression as name.

    An expression with its answer, as a tuple, has that answer for its expected one.
    """
    for each in expressions:
        expression, expected = each if isinstance(each, tuple) else (each, UNSET)
        yield Probe(expression, group, _evaluation(expression), expected)


def writes(group, *pairs):
    """Probes that evaluate an expression that writes, and then another that tells what became of the rows."""
    for expression, then in pairs:
        yield Probe(f"{expression}; {then}", group, _evaluation(expression, then), writes=True)


def writing(group, name, expected=UNSET):
    """Make a probe of a function that writes."""

    def decorate(function):
        return Probe(name, group, function, expected, writes=True)

    return decorate


def _evaluation(*expressions):
    codes = [compile(each, each, "eval") for each in expressions]

    def evaluate(names):
        # One after the other: the second asks what the first has done.
        answers = [plain(eval(code, vars(names))) for code in codes]
        return answers if len(answers) > 1 else answers[0]

    return evaluate


class _Bound:
    """A model whose managers and new rows use one database, so that a call reads as in any program."""

    def __init__(self, model, alias):
        self._model, self._alias = model, alias

    def __call__(self, *args, **values):
        row = self._model(*args, **values)
        row._state.db = self._alias
        return row

    def __getattr__(self, name):
        value = getattr(self._model, name)
        return value.db_manager(self._alias) if isinstance(value, models.Manager) else value


@cache
def names_for(alias):
    """What a call may use: the models of one database, Django's expressions, values, `atomic`."""
    bound = {
        model.__name__: _Bound(model, alias)
        for model in (ContentType, *apps.get_app_config("probes").get_models())
    }
    expressions = {
        name: getattr(module, name)
        for module in (functions, models)
        for name in module.__all__
        if name not in bound
    }
    return SimpleNamespace(
        **expressions,
        **bound,
        D=Decimal,
        UUID=UUID,
        date=datetime.date,
        time=datetime.time,
        timedelta=datetime.timedelta,
        utc=partial(datetime.datetime, tzinfo=datetime.UTC),
        in_zone=_in_zone,
        every_order=_every_order,
        first=lambda rows, count: list(islice(rows, count)),
        alias=alias,
        lookups=lookups,
        atomic=partial(transaction.atomic, using=alias),
        on_commit=partial(transaction.on_commit, using=alias),
    )


def _in_zone(name, ask):
    with timezone.override(name):
        return plain(ask())


def _every_order(rows, *fields, part=None):
    """The rows by the fields in each sequence, because a wrong sequence may be right by chance."""
    querysets = [rows.order_by(*sequence) for sequence in permutations(fields)]
    return [list(queryset[part] if part else queryset) for queryset in querysets]


def plain(value):
    """Turn an answer into values that compare by their `repr`.

    A row becomes its name. Rows in an order that the query leaves open are sorted.
    """
    match value:
        case models.Model():
            return str(value)
        case models.QuerySet() | RawQuerySet():
            rows = [plain(row) for row in value]
            return rows if getattr(value, "ordered", False) else sorted(rows, key=repr)
        case models.Manager():
            return plain(value.all())
        case dict():
            return {plain(key): plain(each) for key, each in value.items()}
        case set() | frozenset():
            return sorted((plain(each) for each in value), key=repr)
        case tuple():
            return tuple(plain(each) for each in value)
        case list():
            return [plain(each) for each in value]
        case datetime.datetime():
            # Datastore's own subclass of datetime is as good.
            return datetime.datetime.fromisoformat(value.isoformat())
        case memoryview():
            return bytes(value)
        case _ if hasattr(value, "__next__"):
            return [plain(each) for each in value]
        case _:
            return value
