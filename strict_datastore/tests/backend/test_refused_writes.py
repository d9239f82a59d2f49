"""A write of several statements that is refused at a later one has written nothing, by itself or in a transaction."""

import contextlib

import pytest
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Lower
from probes.models import Book, Restaurant, Tag
from strict_datastore.meter import meter
from strict_datastore.refusals import Refused

from .models import Hotel

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]

TOO_LONG = "x" * 2000
WRITES = {
    "a field of the parent": lambda: Restaurant.objects.update(stars=9, city=Lower("name")),
    "a value in the parent": lambda: Restaurant.objects.update(stars=9, city=TOO_LONG),
    "the second row": lambda: Book.objects.update(pages=F("pages") * 0.5),
    "a batch of bulk_create": lambda: Tag.objects.bulk_create([Tag("new"), Tag(TOO_LONG)], batch_size=1),
    "a batch of bulk_update": lambda: Book.objects.bulk_update(
        [Book(pk=1, name="new"), Book(pk=2, name="new")], ["name"], batch_size=1
    ),
    "the child of a new parent": lambda: Hotel(name="new", code=TOO_LONG).save(),
    "a saved row of update_or_create": lambda: Tag.objects.update_or_create(
        slug="old", defaults={"weight": Value("x")}
    ),
    "a row of a many-to-many field": lambda: Book.objects.get(pk=1).tags.set(["old", TOO_LONG]),
}


@pytest.fixture(autouse=True)
def rows():
    Restaurant.objects.create(name="Pizza", city="Oslo")
    Book.objects.create(pk=1, name="even", pages=2)
    Book.objects.create(pk=2, name="odd", pages=3)
    Tag.objects.create(slug="old")


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_by_itself(write):
    with meter() as counts, pytest.raises(Refused):
        write()
    assert counts.writes == 0


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_in_a_transaction_that_goes_on(write):
    with meter() as counts, transaction.atomic():
        Book.objects.filter(pk=2).update(name="changed")
        with contextlib.suppress(Refused), transaction.atomic():
            write()
    assert counts.writes == 1
    assert Restaurant.objects.get().stars == 0
    assert list(Book.objects.order_by("pk").values_list("name", "pages")) == [("even", 2), ("changed", 3)]


def test_an_update_of_a_model_and_its_parent_is_one_commit():
    with meter() as counts:
        assert Restaurant.objects.update(stars=9, city="Kyoto") == 1
    assert (counts.rpcs["Commit"], counts.writes) == (1, 1)
    assert Restaurant.objects.values_list("city", "stars").get() == ("Kyoto", 9)
