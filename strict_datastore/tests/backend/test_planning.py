"""A query is planned without asking the database anything: no emulator runs, and nobody is asked."""

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.db.models import Q
from probes.models import Author, Book, Tag, Thing
from strict_datastore.plan import plan_of

AUTHORS = Author.objects.filter(name="Ada")
QUERYSETS = [
    Thing.objects.filter(Q(integer=3) | Q(char="a")).order_by("-char"),
    Book.objects.filter(author__in=AUTHORS),
    Book.objects.exclude(author__in=AUTHORS),
    Book.objects.filter(author=AUTHORS[:1]),
    Book.objects.filter(author__in=AUTHORS.filter(pk__in=Author.objects.filter(name="Grace"))),
    Book.objects.filter(tags__in=Tag.objects.filter(weight=1)),
    Book.objects.filter(tags=3),
    Author.objects.filter(books=7),
    Book.objects.select_related("author"),
]


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """Neither an emulator nor credentials: whatever asks Datastore fails."""
    connection.close()
    monkeypatch.setenv("DATASTORE_EMULATOR_HOST", "127.0.0.1:1")
    monkeypatch.setattr("strict_datastore.stub.datastore_stub", fail)


def fail(*_):
    raise AssertionError("Datastore was asked.")


@pytest.mark.parametrize("queryset", QUERYSETS, ids=lambda queryset: str(queryset.query))
def test_the_plan_of_a_query_asks_nothing(queryset):
    assert str(queryset.query).startswith("probes_")
    assert plan_of(queryset.query, "default").kind.startswith("probes_")


def test_a_plan_names_the_plans_that_it_needs_first():
    plan = plan_of(Book.objects.filter(author__in=AUTHORS).query, "default")
    (needed,) = plan.inputs.values()
    assert (needed.plan.kind, needed.plan.keys_only) == ("probes_author", True)


def test_system_checks_ask_nothing():
    run_checks()
