"""manage.py complete_entities: rows that are older than a field get it, and queries find them again."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from older_entities import forget
from probes.models import Restaurant, Thing
from strict_datastore.management.commands import complete_entities
from strict_datastore.meter import meter

from .models import Author, Book, Counter

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


def complete(*models, **options):
    out = StringIO()
    call_command("complete_entities", *models, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def old_books(db):
    author = Author.objects.create(name="Ada")
    books = [Book.objects.create(author=author, title=f"Book {number}") for number in range(5)]
    forget("pages", *books[:3])
    return books


def test_a_row_that_lacks_a_property_is_found_again(old_books):
    assert Book.objects.filter(pages=0).count() == 2
    assert "5 of 5, 3 completed" in complete("backend.Book")
    assert Book.objects.filter(pages=0).count() == 5


def test_all_models_are_completed(old_books):
    complete()
    assert Book.objects.filter(pages=0).count() == 5


def test_the_rows_own_save_computes_the_value(old_books, monkeypatch):
    save = Book.save
    monkeypatch.setattr(
        Book, "save", lambda book, **options: setattr(book, "pages", 7) or save(book, **options)
    )
    complete("backend.Book")
    assert Book.objects.filter(pages=7).count() == 3


def test_complete_rows_are_read_once_and_not_written(old_books):
    complete("backend.Book")
    with meter() as counts:
        complete("backend.Book")
    writes = [call for call in counts.calls if call.method == "Commit" and call.kind == "backend_book"]
    assert writes == []


def test_a_row_of_an_inherited_model(db):
    restaurant = Restaurant.objects.create(name="Chez", city="Paris", stars=2)
    forget("stars", restaurant)
    complete("probes.Restaurant")
    assert Restaurant.objects.filter(stars=0).exists()


def test_an_empty_kind(db):
    assert "0 of 0, 0 completed" in complete("backend.Book")


def test_it_goes_on_where_it_was_interrupted(old_books, monkeypatch):
    monkeypatch.setattr(complete_entities, "BATCH", 2)
    save, saved = Book.save, []

    def interrupted(book, **options):
        if len(saved) == 2:
            raise KeyboardInterrupt
        saved.append(book)
        save(book, **options)

    monkeypatch.setattr(Book, "save", interrupted)
    with pytest.raises(CommandError, match="Interrupted"):
        complete("backend.Book")
    monkeypatch.setattr(Book, "save", save)
    assert "goes on after" in complete("backend.Book")
    assert Book.objects.filter(pages=0).count() == 5
    assert "goes on" not in complete("backend.Book")


def test_long_rows_are_completed_in_several_transactions(db):
    for _ in range(2):
        things = Thing.objects.bulk_create(Thing(name="long", text="x" * 900_000) for _ in range(3))
        forget("integer", *things)
    assert "6 of 6, 6 completed" in complete("probes.Thing")


def test_a_row_that_cannot_be_saved_is_named(old_books, monkeypatch):
    def save(book, **options):
        raise ValueError("no")

    monkeypatch.setattr(Book, "save", save)
    with pytest.raises(CommandError, match=r"backend.Book \d+ could not be saved: no"):
        complete("backend.Book")


def test_a_change_that_somebody_makes_meanwhile_is_kept(old_books, monkeypatch):
    read = complete_entities.Command.read

    def read_and_change(self, kind, last):
        batch = read(self, kind, last)
        Book.objects.filter(pk=old_books[0].pk).update(title="Changed", pages=3)
        return batch

    monkeypatch.setattr(complete_entities.Command, "read", read_and_change)
    complete("backend.Book")
    assert Book.objects.get(title="Changed").pages == 3


@pytest.mark.parametrize("label", ["nothing.Book", "backend.Nothing", "backend"])
def test_a_model_that_there_is_not(db, label):
    with pytest.raises(CommandError, match=r"Name models as in users\.User"):
        complete(label)


def test_nothing_is_left_behind(old_books):
    complete("backend.Book")
    client = connection.connection._client
    assert list(client.query(kind=complete_entities.PROGRESS_KIND).fetch()) == []
    assert not Counter.objects.exists()
