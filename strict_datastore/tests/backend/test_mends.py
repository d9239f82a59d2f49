"""What the stock connector does wrong on Django 5.2, each against both engines."""

import contextlib
import datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import (
    CASCADE,
    SET_NULL,
    BigIntegerField,
    CharField,
    DecimalField,
    F,
    ForeignKey,
    IntegerField,
    JSONField,
    UUIDField,
    Value,
)
from probes import models as probes
from strict_datastore.meter import meter
from strict_datastore.refusals import Refused

from .models import Author, Book, Hotel, Night, Passport, Place, ShelfWithPlace, Stamp, Theatre, Ticket

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


def numbers(alias, *values):
    for value in values:
        probes.Thing.objects.using(alias).create(name=str(value), maybe_integer=value)


def names(queryset):
    return sorted(queryset.values_list("name", flat=True))


def test_exclude_of_a_comparison_is_its_opposite(mended):
    numbers(mended, 1, 2, 3)
    assert names(probes.Thing.objects.using(mended).exclude(maybe_integer__gt=2)) == ["1", "2"]


def test_null_is_not_less_than_a_number(mended):
    numbers(mended, 1, None)
    assert names(probes.Thing.objects.using(mended).filter(maybe_integer__lt=5)) == ["1"]


def test_rows_found_by_key_come_in_the_order_asked_for(db):
    """The stock connector's order changes from run to run, so that it is sometimes right."""
    for pk, first, second in [(1, 1, 2), (2, 2, 1), (3, 1, 1)]:
        probes.Thing.objects.create(pk=pk, integer=first, maybe_integer=second)
    three = probes.Thing.objects.filter(pk__in=[1, 2, 3])
    assert [each.pk for each in three.order_by("integer", "maybe_integer")] == [3, 1, 2]


def test_count_of_a_slice(mended):
    numbers(mended, 1, 2, 3)
    assert probes.Thing.objects.using(mended).all()[:2].count() == 2


def test_bulk_create_sets_the_keys(mended):
    authors = Author.objects.using(mended).bulk_create([Author(name="Ada"), Author(name="Grace")])
    assert None not in [author.pk for author in authors]


def test_a_many_to_many_field_is_read(mended):
    tag = probes.Tag.objects.using(mended).create(slug="art", weight=1)
    book = probes.Book.objects.using(mended).create(name="Notes", pages=1)
    book.tags.add(tag)
    assert list(book.tags.all()) == [tag]


def test_values_over_a_foreign_key(mended):
    author = Author.objects.using(mended).create(name="Ada")
    Book.objects.using(mended).create(author=author, title="Notes")
    assert list(Book.objects.using(mended).values_list("title", "author__name")) == [("Notes", "Ada")]


def test_meta_ordering_over_a_relation_is_followed(mended):
    for pk, name in enumerate(("b", "a"), start=1):
        book = probes.Book.objects.using(mended).create(pk=pk, name=name, pages=1)
        probes.Chapter.objects.using(mended).create(pk=pk, name=f"of {name}", book=book, number=1)
    assert [each.name for each in probes.Chapter.objects.using(mended)] == ["of a", "of b"]


def test_a_transaction_reads_its_own_writes(mended):
    with transaction.atomic(using=mended):
        Author.objects.using(mended).create(name="Ada")
        assert Author.objects.using(mended).filter(name="Ada").count() == 1


def test_a_savepoint_is_rolled_back_alone(mended):
    with transaction.atomic(using=mended):
        Author.objects.using(mended).create(name="kept")
        with contextlib.suppress(ZeroDivisionError), transaction.atomic(using=mended):
            Author.objects.using(mended).create(name="lost")
            raise ZeroDivisionError
    assert [author.name for author in Author.objects.using(mended)] == ["kept"]


def test_a_savepoint_brings_back_what_a_row_was_before_it(db):
    with transaction.atomic():
        author = Author.objects.create(name="before")
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            Author.objects.filter(pk=author.pk).update(name="after")
            raise ZeroDivisionError
    assert Author.objects.get(pk=author.pk).name == "before"


def test_a_unique_constraint_is_enforced(mended):
    probes.Seat.objects.using(mended).create(name="aisle", row="A", number=1)
    with pytest.raises(IntegrityError):
        probes.Seat.objects.using(mended).create(name="the same", row="A", number=1)


def test_a_foreign_key_leads_to_a_row(mended):
    with pytest.raises(IntegrityError):
        Book.objects.using(mended).create(author_id=12345, title="By nobody")


def test_a_new_field_is_filled_where_it_is_missing(mended):
    """AddField leaves alone the rows that have the field already."""
    author = Author.objects.using(mended).create(name="Ada")
    field = CharField(max_length=50, default="nobody")
    field.set_attributes_from_name("name")
    with connections[mended].schema_editor() as editor:
        editor.add_field(Author, field)
    assert Author.objects.using(mended).get(pk=author.pk).name == "Ada"


def test_select_related_costs_one_lookup_for_each_relation(db):
    for name in ("Ada", "Grace"):
        Book.objects.create(author=Author.objects.create(name=name), title=f"By {name}")
    with meter() as counts:
        assert {book.author.name for book in Book.objects.select_related("author")} == {"Ada", "Grace"}
    assert [call.method for call in counts.calls] == ["RunQuery", "Lookup"]


def test_a_many_to_many_field_costs_two_requests(db):
    book = probes.Book.objects.create(name="Notes", pages=1)
    for slug in ("art", "cats"):
        book.tags.add(probes.Tag.objects.create(slug=slug, weight=1))
    with meter() as counts:
        assert len(book.tags.all()) == 2
    assert [call.method for call in counts.calls] == ["RunQuery", "Lookup"]


def test_an_unchanged_unique_field_is_not_asked_for_again(db):
    seat = probes.Seat.objects.create(name="aisle", row="A", number=1)
    seat.name = "window"
    with meter() as counts:
        seat.save()
    assert [call.method for call in counts.calls] == ["BeginTransaction", "Lookup", "Commit"]


# Keys that are foreign keys


@pytest.fixture
def passport(db):
    return Passport.objects.create(author=Author.objects.create(name="Ada"), number=7)


def test_a_relation_that_is_the_key_is_followed(passport):
    Stamp.objects.create(passport=passport, country="Norway")
    assert [each.author.name for each in Passport.objects.select_related("author")] == ["Ada"]
    assert list(Passport.objects.values_list("author__name", "number")) == [("Ada", 7)]
    assert list(Stamp.objects.values_list("passport__author__name")) == [("Ada",)]


def test_a_key_that_is_a_foreign_key_leads_to_a_row(db):
    with pytest.raises(IntegrityError):
        Passport.objects.create(author_id=12345, number=7)


def test_no_row_has_the_key_0(passport):
    assert not Passport.objects.filter(pk=0).exists()
    assert not Hotel.objects.filter(pk__in=[0, 1]).exists()


def test_comparisons_with_the_key_0(db):
    Author.objects.create(pk=-5, name="below")
    Author.objects.create(pk=5, name="above")
    assert names(Author.objects.filter(pk__lt=0)) == names(Author.objects.filter(pk__lte=0)) == ["below"]
    assert names(Author.objects.filter(pk__gt=0)) == names(Author.objects.filter(pk__gte=0)) == ["above"]


def test_a_foreign_key_0_leads_to_no_row(db):
    with pytest.raises(IntegrityError):
        Book.objects.create(author_id=0, title="By nobody")


@pytest.mark.parametrize("key", ["x" * 1501, "é" * 751])
def test_a_key_that_is_too_long_is_refused(db, key):
    with pytest.raises(Refused, match="1500 bytes"):
        probes.Tag.objects.create(slug=key)


# Inherited models


def test_a_foreign_key_to_an_inherited_model_leads_to_one_of_its_rows(db):
    place = Place.objects.create(name="a square")
    with pytest.raises(IntegrityError):
        Night.objects.create(hotel_id=place.pk)
    Night.objects.create(hotel=Hotel.objects.create(name="Ritz"))
    with transaction.atomic():
        Night.objects.create(hotel=Hotel.objects.create(name="Savoy"))


def test_models_that_inherit_from_one_have_unique_values_of_their_own(db):
    Hotel.objects.create(name="Ritz", code="A")
    Theatre.objects.create(name="Globe", code="A")
    with pytest.raises(IntegrityError):
        Theatre.objects.create(name="Rose", code="A")


def test_a_row_of_an_inherited_model_is_not_overwritten_by_a_new_one(db):
    hotel = Hotel.objects.create(name="Ritz", code="A")
    with pytest.raises(IntegrityError):
        Hotel.objects.create(pk=hotel.pk, name="Savoy")
    assert Hotel.objects.get().code == "A"


def test_a_row_does_not_change_its_inherited_model(db):
    hotel = Hotel.objects.create(name="Ritz", code="A")
    with pytest.raises(Refused, match="backend_hotel"):
        Theatre.objects.create(place_ptr_id=hotel.pk, name="Globe")
    assert Hotel.objects.get().code == "A"


def test_a_model_of_two_tables_is_refused(db):
    with pytest.raises(Refused, match="several tables"):
        ShelfWithPlace.objects.create(label="a", name="b")


# Updates with expressions


def test_an_update_does_not_put_a_default_in_place_of_null(db):
    probes.Thing.objects.create(integer=3)
    with pytest.raises(IntegrityError, match="NOT NULL"):
        probes.Thing.objects.update(integer=F("maybe_integer"))
    assert probes.Thing.objects.get().integer == 3


def test_durations_are_added(db):
    probes.Thing.objects.create(duration=datetime.timedelta(hours=1))
    probes.Thing.objects.update(duration=F("duration") + datetime.timedelta(hours=1))
    assert probes.Thing.objects.get().duration == datetime.timedelta(hours=2)


def test_json_is_copied(db):
    probes.Document.objects.create(data={"a": 1})
    probes.Document.objects.update(data=F("data"))
    assert probes.Document.objects.get().data == {"a": 1}


def test_a_field_of_a_parent_is_computed(db):
    probes.Restaurant.objects.create(name="Park", city="Oslo")
    probes.Restaurant.objects.update(city=F("name"))
    assert probes.Place.objects.get().city == "Park"


@pytest.mark.parametrize(
    "values",
    [
        {"char": F("char") + Value("x")},  # SQL adds no texts
        {"char": F("uuid")},  # which SQLite stores in another way
        {"time": F("time") + datetime.timedelta(hours=1)},
        {"integer": F("integer") * 1.5},  # SQLite stores a fraction
    ],
)
def test_an_update_that_SQL_computes_in_another_way_is_refused(db, values):
    probes.Thing.objects.create(integer=3, time=datetime.time(12))
    with pytest.raises(Refused, match="read the rows"):
        probes.Thing.objects.update(**values)


# Others


def test_a_savepoint_is_rolled_back_to_twice(db):
    with transaction.atomic():
        savepoint = connection.savepoint()
        for name in ("lost", "lost as well"):
            Author.objects.create(name=name)
            transaction.savepoint_rollback(savepoint)
        Author.objects.create(name="kept")
    assert names(Author.objects) == ["kept"]


def test_without_autocommit_each_commit_begins_a_transaction(db):
    transaction.set_autocommit(False)
    try:
        transaction.commit()
        for name, end in [("a", transaction.commit), ("b", transaction.rollback), ("c", transaction.commit)]:
            Author.objects.create(name=name)
            end()
    finally:
        transaction.set_autocommit(True)
    assert names(Author.objects) == ["a", "c"]


def test_bulk_create_ignores_conflicts_among_its_rows(db):
    accounts = [probes.Account(name=name, email="ada@example.org") for name in ("first", "second")]
    probes.Account.objects.bulk_create(accounts, ignore_conflicts=True)
    tags = [probes.Tag(slug="art", weight=weight) for weight in (1, 2)]
    probes.Tag.objects.bulk_create(tags, ignore_conflicts=True)
    assert names(probes.Account.objects) == ["first"]
    assert probes.Tag.objects.get().weight == 1


@pytest.mark.parametrize(
    "value", [Value(Decimal("1.5")), Value(datetime.timedelta(1)), Value({"a": 1}, JSONField())]
)
def test_a_value_comes_back_as_it_is(db, value):
    Author.objects.create(name="Ada")
    assert list(Author.objects.annotate(value=value).values_list("value", flat=True)) == [value.value]


def test_the_last_day_of_all(db):
    last = datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=datetime.UTC)
    probes.Thing.objects.create(name="last", moment=last)
    assert names(probes.Thing.objects.filter(moment__date=datetime.date.max)) == ["last"]
    assert names(probes.Thing.objects.filter(moment__date__lt=datetime.date.max)) == []


def test_days_without_time_zones(db, settings):
    settings.USE_TZ = False
    probes.Thing.objects.create(name="July", moment=datetime.datetime(2024, 7, 1, 0, 30))
    assert names(probes.Thing.objects.filter(moment__date=datetime.date(2024, 7, 1))) == ["July"]


def test_a_filter_by_nan_is_refused(db):
    with pytest.raises(Refused, match="NaN"):
        probes.Thing.objects.exclude(float=float("nan")).count()


def test_json_has_no_nan(db):
    with pytest.raises(IntegrityError):
        probes.Document.objects.create(data=[float("nan")])
    probes.Document.objects.create(data=["NaN"])


def test_many_lines_of_sql_are_refused(db):
    with pytest.raises(Refused), connection.cursor() as cursor:
        cursor.executemany("INSERT", [])


# Migrations


def altered(old, new):
    for field in (old, new):
        field.model = Author
    with connection.schema_editor() as editor:
        editor.alter_field(Author, old, new)


def named_field(name, field):
    field.set_attributes_from_name(name)
    return field


def test_a_renamed_field_keeps_what_the_rows_hold(db):
    Author.objects.create(name="Ada")
    old, new = (named_field(name, CharField(max_length=50)) for name in ("name", "title"))
    altered(old, new)
    assert Author.objects.get().name is None
    altered(new, old)
    assert names(Author.objects.filter(name="Ada")) == ["Ada"]


def test_a_field_that_comes_back_after_it_was_removed_has_its_default(db):
    author = Author.objects.create(name="Ada")
    field = named_field("name", CharField(max_length=50, default="new"))
    field.model = Author
    with connection.schema_editor() as editor:
        editor.remove_field(Author, field)
        editor.add_field(Author, field)
    author.refresh_from_db()
    assert author.name == "new"


def test_a_field_removed_from_one_inherited_model_stays_in_another(db):
    hotel, theatre = Hotel.objects.create(code="A"), Theatre.objects.create(code="B")
    with connection.schema_editor() as editor:
        editor.remove_field(Hotel, Hotel._meta.get_field("code"))
    hotel.refresh_from_db()
    theatre.refresh_from_db()
    assert (hotel.code, theatre.code) == (None, "B")


def test_a_field_that_no_longer_is_null_has_its_default(db):
    thing = probes.Thing.objects.create(name="a")
    old = named_field("maybe_char", CharField(max_length=100, null=True))
    new = named_field("maybe_char", CharField(max_length=100, default="none"))
    with connection.schema_editor() as editor:
        editor.alter_field(probes.Thing, old, new)
    thing.refresh_from_db()
    assert thing.maybe_char == "none"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CharField(max_length=50), IntegerField()),
        (UUIDField(), JSONField()),
        (DecimalField(max_digits=5, decimal_places=2), DecimalField(max_digits=9, decimal_places=2)),
        (ForeignKey(Place, CASCADE), ForeignKey(Ticket, CASCADE)),
    ],
    ids=["text to number", "UUID to JSON", "more digits", "a relation to another type of key"],
)
def test_another_type_of_field_is_refused(db, old, new):
    Author.objects.create(name="Ada")
    with pytest.raises(Refused, match="RunPython"):
        altered(named_field("name", old), named_field("name", new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CharField(max_length=50), CharField(max_length=100)),
        (IntegerField(), BigIntegerField()),
        (ForeignKey(Place, CASCADE), ForeignKey(Place, SET_NULL, null=True)),
    ],
    ids=["a longer text", "a greater number", "a relation that may be NULL"],
)
def test_a_field_that_is_stored_alike_may_be_altered(db, old, new):
    Author.objects.create(name="Ada")
    altered(named_field("name", old), named_field("name", new))
    assert Author.objects.get().name == "Ada"
