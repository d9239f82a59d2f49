"""Django's own apps and commands; what needs django.contrib.auth's own users is in tests/plain_project."""

import io
import json
from datetime import timedelta

import pytest
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import RequestFactory
from django.utils import timezone
from strict_datastore.meter import meter

from .models import Author, Book, Ticket

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


def output_of(command, *arguments, **options):
    output = io.StringIO()
    call_command(command, *arguments, stdout=output, **options)
    return output.getvalue()


# Content types


def test_the_content_type_of_a_model_is_made_once():
    made = ContentType.objects.get_for_model(Author)
    ContentType.objects.clear_cache()
    assert ContentType.objects.get_for_model(Author) == made
    assert ContentType.objects.count() == 1


def test_the_content_types_of_several_models():
    found = ContentType.objects.get_for_models(Author, Book)
    assert {model: each.model_class() for model, each in found.items()} == {Author: Author, Book: Book}


def test_a_content_type_finds_its_row():
    author = Author.objects.create(name="Ada")
    content_type = ContentType.objects.get_for_model(author)
    assert content_type.get_object_for_this_type(pk=author.pk) == author


def test_a_cached_content_type_costs_no_rpc():
    ContentType.objects.get_for_model(Author)
    with meter() as counts:
        ContentType.objects.get_for_model(Author)
    assert counts.total_rpcs == 0


# Sessions


def test_a_session_is_saved_and_loaded():
    session = SessionStore()
    session["cat"] = "Luna 🐈"
    session.save()
    assert SessionStore(session.session_key)["cat"] == "Luna 🐈"


def test_a_session_is_changed():
    session = SessionStore()
    session.create()
    session["cat"] = "Luna"
    session.save()
    assert SessionStore(session.session_key)["cat"] == "Luna"


def test_a_session_that_was_deleted_is_not_saved_again():
    session = SessionStore()
    session.create()
    SessionStore().delete(session.session_key)
    session["cat"] = "Luna"
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


def test_an_expired_session_is_empty():
    session = SessionStore()
    session["cat"] = "Luna"
    session.set_expiry(timezone.now() - timedelta(seconds=1))
    session.save()
    assert "cat" not in SessionStore(session.session_key)


def test_a_session_keeps_its_data_under_a_new_key():
    session = SessionStore()
    session["cat"] = "Luna"
    session.save()
    former = session.session_key
    session.cycle_key()
    session.save()
    assert not session.exists(former)
    assert SessionStore(session.session_key)["cat"] == "Luna"


def test_flushing_a_session_deletes_it():
    session = SessionStore()
    session.create()
    session.flush()
    assert not Session.objects.exists()


@pytest.mark.parametrize("expired", [1, 501])
def test_clearsessions_deletes_the_expired_ones(expired):
    def sessions(count, prefix, expire_date):
        return [Session(f"{prefix}{number}", "", expire_date) for number in range(count)]

    now = timezone.now()
    Session.objects.bulk_create(sessions(expired, "old", now - timedelta(days=1)), batch_size=400)
    Session.objects.bulk_create(sessions(2, "new", now + timedelta(days=1)))
    call_command("clearsessions")
    assert {session.session_key for session in Session.objects.all()} == {"new0", "new1"}


# Messages


def test_a_message_is_shown_once():
    def request(session):
        request = RequestFactory().get("/")
        request.session = session
        request._messages = SessionStorage(request)
        return request

    session = SessionStore()
    first = request(session)
    messages.success(first, "Purr posted 🐾")
    first._messages.update(None)
    session.save()

    second = request(SessionStore(session.session_key))
    assert [str(message) for message in messages.get_messages(second)] == ["Purr posted 🐾"]
    second._messages.update(None)
    second.session.save()

    third = request(SessionStore(session.session_key))
    assert list(messages.get_messages(third)) == []


# Commands


def test_showmigrations_knows_what_was_applied():
    assert "[ ] 0001_initial" in output_of("showmigrations", "sessions")
    call_command("migrate", "sessions", verbosity=0)
    assert "[X] 0001_initial" in output_of("showmigrations", "sessions")


def test_a_migration_is_taken_back():
    call_command("migrate", "sessions", verbosity=0)
    call_command("migrate", "sessions", "zero", verbosity=0)
    assert "[ ] 0001_initial" in output_of("showmigrations", "sessions")


def test_makemigrations_finds_nothing_to_do():
    assert "No changes" in output_of("makemigrations", "--check", "sessions", "auth")


def test_check_finds_nothing_wrong_with_the_apps_of_django():
    assert "no issues" in output_of(
        "check", "admin", "auth", "contenttypes", "sessions", databases=["default"]
    )


def test_what_is_dumped_can_be_loaded(tmp_path):
    ada = Author.objects.create(name="Ada 🐈")
    Book.objects.create(author=ada, title="Notes", pages=-1)
    Ticket.objects.create(holder="Grace")
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "backend", output=str(dump), verbosity=0)
    before = output_of("dumpdata", "backend")
    for model in (Book, Author, Ticket):
        model.objects.all().delete()
    call_command("loaddata", str(dump), verbosity=0)
    assert json.loads(output_of("dumpdata", "backend")) == json.loads(before)
    assert Book.objects.get().author == ada


def author(pk, name="Ada"):
    return {"model": "backend.author", "pk": pk, "fields": {"name": name}}


def book(author):
    return {"model": "backend.book", "pk": 1, "fields": {"author": author, "title": "Notes", "pages": 1}}


@pytest.fixture
def load(tmp_path):
    def load(*rows):
        fixture = tmp_path / "fixture.json"
        fixture.write_text(json.dumps(rows))
        call_command("loaddata", str(fixture), verbosity=0)

    return load


def test_more_rows_than_a_batch_holds_are_dumped_and_loaded(load):
    rows = [author(pk=number, name=f"Author {number}") for number in range(1, 502)]
    load(*rows)
    assert json.loads(output_of("dumpdata", "backend.author")) == rows


def test_a_fixture_loaded_twice_changes_nothing(load):
    load(author(pk=7))
    load(author(pk=7))
    assert Author.objects.get().pk == 7


def test_a_fixture_that_fails_leaves_nothing(load):
    with pytest.raises(IntegrityError):
        load(author(pk=1), author(pk=2, name=None))
    assert not Author.objects.exists()


def test_a_fixture_may_name_a_parent_before_it_is_there(load):
    load(book(author=1), author(pk=1))
    assert Book.objects.get().author == Author.objects.get()


def test_a_fixture_whose_parent_is_missing_is_refused(load):
    with pytest.raises(IntegrityError):
        load(book(author=99), author(pk=1))
    assert not Book.objects.exists()


def test_natural_keys_are_dumped_and_loaded(tmp_path):
    content_type = ContentType.objects.get_for_model(Author)
    Permission.objects.create(content_type=content_type, codename="purr", name="Can purr")
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "auth.permission", natural_foreign=True, natural_primary=True, output=str(dump))
    Permission.objects.all().delete()
    call_command("loaddata", str(dump), verbosity=0)
    assert Permission.objects.get().content_type == content_type


def test_flush_deletes_all_rows_and_makes_the_content_types_again():
    Author.objects.create(name="Ada")
    former = ContentType.objects.get_for_model(Author)
    call_command("flush", interactive=False, verbosity=0)
    assert not Author.objects.exists()
    assert ContentType.objects.get(app_label="backend", model="author") != former


def test_flush_keeps_the_migrations():
    call_command("migrate", "sessions", verbosity=0)
    Author.objects.create(name="Ada")
    call_command("flush", interactive=False, verbosity=0)
    assert "[X] 0001_initial" in output_of("showmigrations", "sessions")


@pytest.mark.parametrize("command", [["dbshell"], ["sqlmigrate", "sessions", "0001"], ["sqlflush"]])
def test_a_command_that_needs_sql_says_that_there_is_none(command):
    with pytest.raises(CommandError, match="Datastore"):
        output_of(*command)


def test_inspectdb_says_that_there_is_no_schema():
    Author.objects.create(name="Ada")
    assert "Datastore" in output_of("inspectdb", "backend_author")
