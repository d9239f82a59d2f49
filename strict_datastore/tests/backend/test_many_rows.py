"""Where Django itself makes long lists of keys: cascades, generic relations, prefetches, many-to-many fields."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CASCADE, PROTECT, RESTRICT, SET_NULL
from django.test.utils import isolate_apps
from probes.models import Mark
from strict_datastore.meter import meter
from strict_datastore.refusals import Refused

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


def define(name, **fields):
    return type(name, (models.Model,), {"__module__": "backend.models", **fields})


@pytest.fixture
def people():
    """A model, and the function that creates that many rows of it."""
    with isolate_apps("backend"):
        yield define("Person")


def create(model, count):
    return model.objects.bulk_create(model() for _ in range(count))


@pytest.fixture
def few_at_once(monkeypatch):
    """Ten alternatives in place of a thousand: each is a request."""
    monkeypatch.setattr("strict_datastore.where.MOST_BRANCHES", 10)
    monkeypatch.setattr("strict_datastore.operations.MOST_BRANCHES", 10)


@pytest.mark.parametrize("relations", [1, 2, 3])
def test_a_cascade_over_several_foreign_keys_asks_in_batches(people, few_at_once, relations):
    message = define(
        "Message",
        **{
            f"to_{number}": models.ForeignKey(people, CASCADE, related_name="+")
            for number in range(relations)
        },
    )
    persons = create(people, 12)
    message.objects.create(**{f"to_{number}": persons[-1 - number] for number in range(relations)})
    assert people.objects.all().delete()[0] == 13


def test_fifty_one_people_to_whom_a_message_has_two_foreign_keys(people):
    message = define(
        "Message",
        sender=models.ForeignKey(people, CASCADE, related_name="sent"),
        recipient=models.ForeignKey(people, CASCADE, related_name="received"),
    )
    persons = create(people, 51)
    message.objects.create(sender=persons[0], recipient=persons[50])
    assert people.objects.all().delete() == (52, {"backend.Message": 1, "backend.Person": 51})


def test_two_foreign_keys_that_become_null(people, few_at_once):
    note = define(
        "Note",
        author=models.ForeignKey(people, SET_NULL, null=True, related_name="written"),
        reader=models.ForeignKey(people, SET_NULL, null=True, related_name="read"),
    )
    persons = create(people, 12)
    note.objects.bulk_create(note(author=each, reader=each) for each in persons)
    people.objects.all().delete()
    assert note.objects.filter(author=None, reader=None).count() == 12


@pytest.mark.parametrize(
    ("on_delete", "error"), [(PROTECT, models.ProtectedError), (RESTRICT, models.RestrictedError)]
)
def test_what_protects_the_last_of_many_protects_all(people, few_at_once, on_delete, error):
    note = define("Note", person=models.ForeignKey(people, on_delete))
    note.objects.create(person=create(people, 12)[-1])
    with pytest.raises(error):
        people.objects.all().delete()
    assert people.objects.count() == 12


def test_a_hundred_and_one_photos_with_a_generic_relation(people):
    photo = define("Photo", marks=GenericRelation(Mark))
    photos = create(photo, 101)
    photo_type = ContentType.objects.get_for_model(photo)
    Mark.objects.bulk_create(Mark(content_type=photo_type, object_id=each.pk) for each in photos)
    with meter() as counts:
        marks = [len(each.marks.all()) for each in photo.objects.prefetch_related("marks")]
    assert (marks, counts.total_rpcs) == ([1] * 101, 102)
    assert photo.objects.all().delete() == (202, {"probes.Mark": 101, "backend.Photo": 101})
    assert not Mark.objects.exists()


def test_a_hundred_and_one_readers_of_a_book(people):
    book = define("Book", readers=models.ManyToManyField(people)).objects.create()
    readers = create(people, 102)
    book.readers.add(*readers[:2], readers[101])
    book.readers.remove(*readers[:101])
    assert list(book.readers.all()) == [readers[101]]


def test_an_application_of_more_than_a_hundred_models():
    """What `migrate` asks to create the permissions that are missing."""
    assert not Permission.objects.filter(content_type__in=range(1, 102)).exists()


def test_more_alternatives_than_keys_in_a_lookup_are_refused():
    with meter() as counts, pytest.raises(Refused, match="more than 1,000 alternatives"):
        Mark.objects.filter(object_id__in=range(1001)).count()
    assert counts.total_rpcs == 0
