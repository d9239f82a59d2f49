"""Parts of texts, where an entry in gcloudc's file of special indexes says that they are looked for."""

import pytest
from django.db import connection, transaction
from gcloudc.db.backends.common import indexing
from google.cloud import datastore
from strict_datastore.meter import meter
from strict_datastore.refusals import Refused

from .models import Author

pytestmark = pytest.mark.emulator


@pytest.fixture(autouse=True)
def entry(db, monkeypatch):
    """As `backend_author: {name: [icontains]}` in the project's djangaeidx.yaml."""
    Author.objects.exists()  # gcloudc reads the file once, with the first connection
    table = Author._meta.db_table
    monkeypatch.setitem(indexing._project_special_indexes, table, {"name": ["icontains"]})


def found(text):
    return sorted(author.name for author in Author.objects.filter(name__icontains=text))


def test_a_part_of_a_text_is_found_in_any_case():
    for name in ("Ada", "Grace", "Canada"):
        Author.objects.create(name=name)
    assert found("ADA") == ["Ada", "Canada"]
    assert found("xyz") == []


def test_it_can_be_counted_ordered_and_combined():
    for name in ("Ada", "Canada", "Adam"):
        Author.objects.create(name=name)
    rows = Author.objects.filter(name__icontains="ada")
    assert rows.count() == 3
    assert [author.name for author in rows.exclude(name="Adam").order_by("-name")] == ["Canada", "Ada"]


def test_what_a_row_says_when_it_is_saved_again_is_found_and_what_it_said_before_is_not():
    author = Author.objects.create(name="Ada")
    author.name = "Grace"
    author.save()
    assert (found("grac"), found("ada")) == (["Grace"], [])
    Author.objects.filter(pk=author.pk).update(name="Emmy")
    assert (found("emm"), found("grac")) == (["Emmy"], [])


def test_a_deleted_row_leaves_nothing_behind():
    client = datastore.Client(connection.settings_dict["PROJECT"], connection.settings_dict["NAMESPACE"])
    author = Author.objects.create(name="Ada")
    assert [entity.kind for entity in client.query().fetch() if entity.key.parent] != []
    author.delete()
    assert [entity.kind for entity in client.query().fetch() if entity.key.parent] == []


def test_a_row_costs_two_writes():
    with meter() as counts:
        Author.objects.create(name="Ada")
    assert counts.writes == 2


@pytest.mark.parametrize(
    ("operator", "text"),
    [("startswith", "Ad"), ("istartswith", "aD"), ("endswith", "da"), ("iendswith", "DA"), ("iexact", "ADA")],
)
def test_rows_that_are_compared_in_memory_are_found_too(monkeypatch, operator, text):
    monkeypatch.setitem(indexing._project_special_indexes, Author._meta.db_table, {"name": [operator]})
    key = Author.objects.create(name="Ada").pk
    Author.objects.create(name="Grace")
    rows = Author.objects.filter(**{f"name__{operator}": text})
    assert rows.filter(pk=key).count() == 1
    with transaction.atomic():
        Author.objects.filter(pk=key).update(name="Grace")
        assert rows.count() == 0
        Author.objects.create(name="Ada")
        assert rows.count() == 1


def test_a_part_is_not_looked_for_among_what_the_transaction_has_written():
    with transaction.atomic():
        Author.objects.create(name="Ada")
        with pytest.raises(Refused, match="this query first"):
            found("ada")
