"""Transactions that Hypothesis makes up: whatever they write, read and undo, all is as on SQLite."""

import os
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from google.cloud.environment_vars import GCD_HOST
from hypothesis import example, given, note, settings
from hypothesis import strategies as st
from strict_datastore.emulator import Emulator

from .engines import Datastore, SQLite
from .models import Seat

ROWS = st.sampled_from("AB")
NUMBERS = st.integers(0, 3)


@pytest.fixture(scope="module")
def engines(django_db_blocker):
    sqlite, strict = SQLite(), Datastore("generated_strict", "strict_datastore")
    # No composite index is enforced: it must not hide an answer.
    with (
        Emulator() as emulator,
        mock.patch.dict(os.environ, {GCD_HOST: emulator.host}),
        django_db_blocker.unblock(),
        sqlite.running(),
        strict.running(),
    ):
        yield sqlite, strict


class Undone(Exception):
    """Ends a block of a transaction, which is then as if it had never been."""


narrowings = st.one_of(
    st.just(Q()),
    ROWS.map(lambda row: Q(row=row)),
    NUMBERS.map(lambda number: Q(number__gt=number)),
    NUMBERS.map(lambda number: ~Q(number=number)),
    st.lists(NUMBERS, min_size=1, max_size=3).map(lambda numbers: Q(number__in=numbers)),
    st.tuples(ROWS, NUMBERS).map(lambda place: Q(row=place[0]) | Q(number=place[1])),
)
operations = st.deferred(
    lambda: st.one_of(
        st.tuples(st.just(create), ROWS, NUMBERS),
        st.tuples(st.just(move), narrowings, ROWS, NUMBERS),
        st.tuples(st.just(replace), narrowings, ROWS, NUMBERS),
        st.tuples(st.just(update), narrowings, NUMBERS),
        st.tuples(st.just(increase), narrowings),
        st.tuples(st.just(delete), narrowings),
        st.tuples(st.just(read), narrowings),
        st.tuples(st.just(read_slice), narrowings, NUMBERS, NUMBERS),
        st.tuples(st.just(block), st.lists(operations, max_size=4), st.booleans()),
    )
)


def create(seats, row, number):
    seats.create(name="new", row=row, number=number)


def move(seats, narrowing, row, number):
    seat = seats.filter(narrowing).order_by("number", "row").first()
    if seat:
        seat.row, seat.number = row, number
        seat.save()


def replace(seats, narrowing, row, number):
    """Delete a row, and create one with the same key once another may have taken its place."""
    seat = seats.filter(narrowing).order_by("number", "row").first()
    if seat:
        key = seat.pk
        seat.delete()
        seats.create(name="first", row=row, number=number)
        seats.create(pk=key, name="again", row=seat.row, number=seat.number)


def update(seats, narrowing, number):
    return seats.filter(narrowing).update(number=number, name="updated")


def increase(seats, narrowing):
    return seats.filter(narrowing).update(number=F("number") + 10)


def delete(seats, narrowing):
    return seats.filter(narrowing).delete()[0]


def read(seats, narrowing):
    found = seats.filter(narrowing)
    return [found.count(), found.exists(), sorted(found.values_list("row", "number", "name"))]


def read_slice(seats, narrowing, start, length):
    found = seats.filter(narrowing).order_by("-number", "row")[start : start + length]
    return [(seat.row, seat.number) for seat in found]


def block(seats, steps, is_undone):
    answers = []
    try:
        answers += run(seats, steps)
        if is_undone:
            raise Undone
    except Undone:
        answers.append("undone")
        raise
    return answers


def run(seats, steps):
    """What each of the steps gives, each in an atomic block of its own."""
    answers = []
    for function, *arguments in steps:
        try:
            with transaction.atomic(using=seats.db):
                answers.append(function(seats, *arguments))
        except (IntegrityError, Undone) as error:
            answers.append(type(error).__name__)
    return answers


@pytest.mark.emulator
@settings(deadline=None, derandomize=True, database=None, max_examples=200)
@given(steps=st.lists(operations, max_size=8), is_undone=st.booleans())
@example(steps=[(increase, Q()), (update, Q(), 2)], is_undone=False)
@example(steps=[(replace, Q(), "A", 1)], is_undone=False)
def test_a_transaction_gives_what_it_gives_on_sqlite(engines, steps, is_undone):
    outcomes = []
    for engine in engines:
        seats = Seat.objects.using(engine.alias)
        (answers,) = run(seats, [(block, steps, is_undone)])
        outcomes.append((answers, sorted(seats.values_list("row", "number", "name"))))
        engine.restore()
    note(f"SQLite: {outcomes[0]}\nstrict: {outcomes[1]}")
    assert outcomes[0] == outcomes[1]
