"""Values that Hypothesis makes up for each type of field are found, sorted and read as on SQLite, wherever it happens.

Datastore compares what it stores; strict_datastore itself compares the rows that it has looked up by their keys, and
those that a transaction has written and not yet stored.
"""

import datetime

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from strict_datastore.refusals import Refused

from .models import Thing
from .test_generated_transactions import engines  # noqa: F401

AWKWARD_TEXTS = ["", "\0", " ", "0", "Ab", "a", "e\u0301", "\u00e9", "\ufffd", "\uffff", "\U0001f431"]
TEXTS = st.sampled_from(AWKWARD_TEXTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
MOMENTS = st.datetimes(datetime.datetime(2, 1, 1), datetime.datetime(9998, 12, 31))
VALUES = {
    "char": TEXTS,
    "text": TEXTS,
    "big": st.sampled_from([0, True, 2**53 + 1, -(2**63), 2**63 - 1]) | st.integers(-10, 10),
    "float": st.sampled_from([0, -0.0, 0.1, float("inf"), -5e-324]) | st.floats(allow_nan=False),
    "decimal": st.decimals(-1000, 1000, places=2),
    "boolean": st.booleans() | st.sampled_from([0, 1]),
    "date": st.none() | st.dates(),
    "moment": st.none() | MOMENTS,
    "time": st.none() | st.times(),
    "duration": st.none() | st.timedeltas(datetime.timedelta(-(10**6)), datetime.timedelta(10**6)),
    "uuid": st.none() | st.uuids(),
    "ip": st.none() | st.ip_addresses().map(str),
    "binary": st.binary(max_size=4),
}
ZONES = st.integers(-12, 14).map(lambda hours: datetime.timezone(datetime.timedelta(hours=hours)))
AWARE = {"moment": st.none() | st.builds(datetime.datetime.replace, MOMENTS, tzinfo=ZONES)}
MAY_BE_REFUSED = ("text", "decimal", "binary")  # in filters and orders: the probes show when
LOOKUPS = ("exact", "in", "gt", "gte", "lt", "lte", "range", "isnull")
KEYS = (101, 102, 103)
# The values are short as they are: to find shorter ones that fail would take minutes.
EXAMPLES = settings(deadline=None, derandomize=True, database=None, phases=[Phase.generate])


def values_of(*names, **others):
    """A strategy for (name of a field, three values of it)."""
    each = {name: VALUES[name] for name in names} | others
    return st.one_of(
        st.tuples(st.just(name), st.lists(values, min_size=3, max_size=3)) for name, values in each.items()
    )


def answers(alias, name, values, method, lookup, sign):
    """What is found in a transaction of whose rows it has changed one and added another, and what after it."""
    things = Thing.objects.using(alias).filter(name="made")
    first, second, _ = values
    value = {"in": [first, second], "range": (first, second), "isnull": first is None}.get(lookup, first)

    def found(rows):
        read = [repr(each) for each in rows.order_by("pk").values_list(name, flat=True)]
        try:
            rows = getattr(rows, method)(**{f"{name}__{lookup}": value}).order_by(f"{sign}{name}", "pk")
            return read, list(rows.values_list("pk", flat=True))
        except (Refused, ValueError) as error:
            return read, type(error).__name__

    rows = [Thing(pk=pk, name="made", **{name: each}) for pk, each in zip(KEYS, values, strict=True)]
    things.bulk_create([rows[0], Thing(pk=KEYS[1], name="made")])
    with transaction.atomic(using=alias):
        rows[1].save(using=alias, force_update=True)
        rows[2].save(using=alias, force_insert=True)
        staged = found(things)
    return {"staged": staged, "stored": found(things), "by key": found(things.filter(pk__in=KEYS))}


def check(both, name, values, *question):
    outcomes = []
    for engine in both:
        try:
            outcomes.append(answers(engine.alias, name, values, *question))
        finally:
            engine.restore()
    sqlite, strict = outcomes
    note(f"SQLite: {sqlite}\nstrict: {strict}")
    for where, (read, found) in strict.items():
        if found == "Refused" and name in MAY_BE_REFUSED:
            assert read == sqlite[where][0], where
        else:
            assert (read, found) == sqlite[where], where


question = {
    "method": st.sampled_from(["filter", "exclude"]),
    "lookup": st.sampled_from(LOOKUPS),
    "sign": st.sampled_from(["", "-"]),
}


@pytest.mark.emulator
@settings(EXAMPLES, max_examples=100)
@given(values=values_of(*VALUES, **AWARE), **question)
def test_values_are_found_sorted_and_read_as_on_sqlite(engines, values, method, lookup, sign):  # noqa: F811
    check(engines, *values, method, lookup, sign)


@pytest.mark.emulator
@settings(EXAMPLES, max_examples=30)
@given(values=values_of("date", "moment", "time"), **question)
def test_naive_times_are_too_where_use_tz_is_not_set(engines, values, method, lookup, sign):  # noqa: F811
    with override_settings(USE_TZ=False):
        check(engines, *values, method, lookup, sign)
