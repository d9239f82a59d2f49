"""What Datastore cannot answer is refused, and the refusal says what, why and what to write instead.

The probes in tests/probes show it for every construct; here are the ones that people meet first.
"""

import re

import pytest
from django.db import IntegrityError, NotSupportedError, connection, models
from django.db.models import Avg, Count, F, Q, Value
from django.db.models.functions import Lower
from django.test.utils import isolate_apps
from probes.models import Author, Book, Lease, Tag, Thing
from strict_datastore import checks
from strict_datastore.refusals import Refused

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("ask", "construct", "instead"),
    [
        (lambda: Thing.objects.filter(char__contains="a"), "char__contains", "for a beginning"),
        (lambda: Thing.objects.filter(text="a"), "a filter by text", "a CharField"),
        (lambda: Thing.objects.filter(integer=F("big")), "a comparison with", "compute the value in Python"),
        (
            lambda: Thing.objects.filter(integer__gt=1, big__gt=1),
            "comparisons of big and integer",
            "compare one",
        ),
        (
            lambda: Thing.objects.filter(integer__gt=1).order_by("big"),
            "ordered by big",
            "order by integer first",
        ),
        (lambda: Thing.objects.filter(decimal__gt=0), "a comparison of decimal", "smallest unit"),
        (lambda: Thing.objects.order_by("decimal"), "order_by('decimal')", "smallest unit"),
        (lambda: Thing.objects.order_by("?"), "order_by(Random", "sort in Python"),
        (lambda: Thing.objects.order_by(Lower("char")), "order_by(Lower", "a field of its own"),
        (lambda: Thing.objects.values("char").annotate(Count("pk")), "annotate()", "count in Python"),
        (lambda: Thing.objects.values("char").distinct(), "values().distinct()", "set("),
        (lambda: Thing.objects.filter(Q(integer=1) ^ Q(big=1)), "Q() ^ Q()", "(a & ~b) | (~a & b)"),
        (lambda: Thing.objects.all().union(Thing.objects.all()), "union()", "Q(...) | Q(...)"),
        (lambda: Book.objects.filter(author__name="Ada"), "over a relation to probes.Author", "the keys"),
        (
            lambda: Book.objects.order_by("author__name"),
            "order_by() over a relation",
            "a field of this model",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_query_that_is_refused(ask, construct, instead):
    with pytest.raises(Refused) as refusal:
        list(ask())
    assert construct in str(refusal.value)
    assert instead in refusal.value.instead


def test_what_is_advised_for_a_beginning_finds_whatever_follows():
    """A cat's head lies beyond the characters of two bytes."""
    Thing.objects.bulk_create(Thing(char=text) for text in ("Os", "Osaka", "Os\uffff", "Os🐈", "Ot", "os"))
    with pytest.raises(Refused) as refusal:
        list(Thing.objects.filter(char__startswith="Os"))
    first, last = re.search(r"char__gte='(.*?)', char__lt='(.*?)'", refusal.value.instead).groups()
    last = last.encode().decode("unicode_escape")
    found = Thing.objects.filter(char__gte=first, char__lt=last)
    assert {thing.char for thing in found} == {"Os", "Osaka", "Os\uffff", "Os🐈"}


def test_an_aggregate_is_refused():
    with pytest.raises(Refused, match="Avg"):
        Thing.objects.aggregate(Avg("integer"))


def test_a_query_plan_is_refused():
    with pytest.raises(Refused, match=r"calls\[0\]\.index"):
        Thing.objects.filter(integer=1).explain()


@isolate_apps("backend")
def test_a_key_that_is_no_text_and_no_integer_is_refused_in_a_filter():
    class Day(models.Model):
        date = models.DateField(primary_key=True)

        class Meta:
            app_label = "backend"

    with pytest.raises(Refused, match="a DateField as primary key"):
        list(Day.objects.filter(pk="2024-01-01"))


def test_an_expression_as_key_is_refused():
    with pytest.raises(Refused, match="the value, computed"):
        Tag.objects.create(slug=Value("art"))


def test_sql_is_refused():
    with pytest.raises(Refused, match="the ORM"), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_a_change_of_the_key_is_refused():
    Author.objects.create(name="Ada")
    with pytest.raises(Refused, match="create a row with the new key"):
        Author.objects.update(id=5)


def test_a_write_with_a_constraint_that_nobody_checks_is_refused():
    with pytest.raises(Refused, match="STRICT_DATASTORE_UNENFORCED_CONSTRAINTS"):
        Lease.objects.create(name="flat", active=True)


def test_it_is_written_when_the_project_checks_it(settings):
    settings.STRICT_DATASTORE_UNENFORCED_CONSTRAINTS = {"one_active_lease_a_name": "a test"}
    Lease.objects.create(name="flat", active=True)


@isolate_apps("backend")
def test_a_model_that_django_does_not_find_by_its_table_keeps_its_constraints():
    class Stray(models.Model):
        name = models.CharField(max_length=10, unique=True)

        class Meta:
            app_label = "backend"

    Stray.objects.create(name="Ada")
    with pytest.raises(IntegrityError):
        Stray.objects.create(name="Ada")


LONG = "n" * 1501


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("backend_note", "class"),
        ("backend_note", "__key__"),
        ("backend_note", "____"),
        ("backend_note", "_idx_iexact_name"),
        ("backend_note", "a.b"),
        ("backend_note", "-name"),
        ("backend_note", LONG),
        ("backend_note", "\u00e9" * 751),
        ("__kind__", "name"),
        (LONG, "name"),
        ("_djangae_idx_backend_note_name", "name"),
        ("strict_datastore_progress", "name"),
    ],
    ids=lambda name: name[:12],
)
@isolate_apps("backend")
def test_a_name_that_is_kept_for_others_is_refused(table, column):
    """What such a property or kind holds would be lost, or not found."""

    class Note(models.Model):
        name = models.CharField(max_length=10, db_column=column)

        class Meta:
            app_label = "backend"
            db_table = table

    with pytest.raises(Refused, match="another db_"):
        Note.objects.create(name="3b")
    (message,) = (each for each in checks.check_storable(Note))
    assert message.id == "strict_datastore.E008"


@pytest.mark.parametrize(
    "column", ["__name", "name__", "a b/c", "self", "_meta", "fields", "id", "Class", "%s"]
)
@isolate_apps("backend")
def test_any_other_name_is_as_good_as_every(column):
    class Note(models.Model):
        number = models.AutoField(primary_key=True)
        name = models.CharField(max_length=10, db_column=column)
        fields = models.CharField(max_length=10, default="f", db_column="its_fields")
        self = models.IntegerField(default=1, db_column="its_self")

        class Meta:
            app_label = "backend"

    for name in ("a", "b"):
        Note.objects.create(name=name)
    Note.objects.filter(name="a").update(fields="g")
    note = Note.objects.get(name="a")
    note.self = 2
    note.save()
    note.refresh_from_db()
    assert (note.fields, note.self) == ("g", 2)
    assert [note.name for note in Note.objects.order_by("-name")] == ["b", "a"]


@isolate_apps("backend")
def test_a_text_that_another_database_would_compare_in_its_own_way_is_refused():
    class Note(models.Model):
        name = models.CharField(max_length=10, db_collation="NOCASE")

        class Meta:
            app_label = "backend"

    for ask in (
        lambda: Note.objects.create(name="A"),
        lambda: Note.objects.filter(name="a").exists(),
        lambda: Note.objects.order_by("name").first(),
    ):
        with pytest.raises(Refused, match="lower case"):
            ask()


@isolate_apps("backend")
def test_a_row_of_another_models_table_with_fewer_columns_is_refused():
    class Note(models.Model):
        name = models.CharField(max_length=10)
        size = models.IntegerField(null=True)

        class Meta:
            app_label = "backend"

    class NoteName(models.Model):
        name = models.CharField(max_length=10)

        class Meta:
            app_label = "backend"
            db_table = "backend_note"
            managed = False

    Note.objects.create(name="a")
    assert [note.name for note in NoteName.objects.all()] == ["a"]
    with pytest.raises(Refused, match=r"without size.* a proxy of backend\.Note"):
        NoteName.objects.create(name="b")
    assert [message.id for message in checks.check_storable(NoteName)] == ["strict_datastore.E018"]
    assert not list(checks.check_storable(Note))


def test_a_refusal_names_the_model_and_is_a_not_supported_error():
    with pytest.raises(NotSupportedError, match=r"on probes\.Thing: .+ Instead: .+"):
        list(Thing.objects.filter(char__contains="a"))
