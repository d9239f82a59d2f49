"""What the stock connector does wrong on Django 5.2, each against both engines."""

import pytest
from django.core.management import call_command
from django.db import transaction

from .models import Author, Book

pytestmark = pytest.mark.emulator


def test_the_stock_connector_works_here(stock):
    """Else the failures expected of it below would say nothing."""
    author = Author.objects.using(stock).create(name="Ada")
    assert Author.objects.using(stock).get(name="Ada") == author


def test_migrate_can_run_again(mended):
    call_command("migrate", database=mended, verbosity=0)
    call_command("migrate", database=mended, verbosity=0)


def test_values_list_of_a_foreign_key_has_the_columns_asked_for(mended):
    author = Author.objects.using(mended).create(name="Ada")
    Book.objects.using(mended).create(author=author, title="Notes")
    assert list(Book.objects.using(mended).values_list("author")) == [(author.pk,)]


def test_values_of_a_foreign_key_has_its_name(mended):
    author = Author.objects.using(mended).create(name="Ada")
    Book.objects.using(mended).create(author=author, title="Notes")
    assert list(Book.objects.using(mended).values("author")) == [{"author": author.pk}]


def test_values_of_several_fields_need_no_composite_index(mended):
    author = Author.objects.using(mended).create(name="Ada")
    Book.objects.using(mended).create(author=author, title="Notes")
    rows = Book.objects.using(mended).values_list("title", "author")
    assert list(rows) == [("Notes", author.pk)]


def test_prefetch_related_follows_a_foreign_key(mended):
    for name in ("Ada", "Grace"):
        author = Author.objects.using(mended).create(name=name)
        Book.objects.using(mended).create(author=author, title=f"By {name}")
    books = Book.objects.using(mended).prefetch_related("author")
    assert {book.author.name for book in books} == {"Ada", "Grace"}


def test_a_row_deleted_in_a_transaction_is_gone_for_it(mended):
    author = Author.objects.using(mended).create(name="Ada")
    with transaction.atomic(using=mended):
        Author.objects.using(mended).filter(pk=author.pk).delete()
        assert list(Author.objects.using(mended).filter(pk=author.pk)) == []
