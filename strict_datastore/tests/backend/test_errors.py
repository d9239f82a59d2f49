"""What Datastore's errors say of a missing index and of a malformed index.yaml, and where Google gives no reason."""

import os

import grpc
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from google.api_core import exceptions
from google.cloud.datastore_v1 import (
    CommitRequest,
    LookupRequest,
    Query,
    RunAggregationQueryRequest,
    RunQueryRequest,
)
from strict_datastore.emulator import Emulator
from strict_datastore.errors import MissingIndex, explained
from strict_datastore.index_file import Index
from strict_datastore.retry import CommitOutcomeUnknown

from .models import Author, Book

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]

NOT_DEFINED = "This query requires a composite index that is not defined."
BY_TITLE = Index("backend_book", ("author_id", "-title"))
BY_PAGES = Index("backend_book", ("pages", "-title"))
MALFORMED = "indexes:\n- kind: Cat\nproperties:\n  - name: age\n"
OUTSIDE = "line 3: the line is outside of an entry."
RESTART = "stop the emulator (Ctrl-C in the terminal where it runs) and start it again"


def write(index_file, *indexes):
    index_file.write_text("indexes:\n" + "".join(each.as_yaml() for each in indexes))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The folder of a project whose emulator was started while its index.yaml had no entry."""
    folder = tmp_path_factory.mktemp("project")
    write(folder / "index.yaml")
    with Emulator(index_file=folder / "index.yaml") as emulator, pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATASTORE_EMULATOR_HOST", emulator.host)
        yield folder


@pytest.fixture
def index_file(project, settings):
    settings.BASE_DIR = project
    settings.DEBUG = True
    yield project / "index.yaml"
    write(project / "index.yaml")


def books():
    """Run a query that needs the index BY_TITLE."""
    return list(Book.objects.filter(author_id=1).order_by("-title"))


def said(call=books):
    """What the error says that Django makes of Datastore's."""
    with pytest.raises(DatabaseError) as raised:
        call()
    assert not isinstance(raised.value, CommitOutcomeUnknown)
    return str(raised.value)


def test_of_a_missing_entry_the_error_is_what_to_add_and_to_do(index_file):
    assert said() == (
        f"{NOT_DEFINED}\nAdd this to index.yaml:\n{BY_TITLE.as_yaml()}Then {RESTART}: it reads index.yaml only when it"
        " starts."
    )


def test_without_a_file_the_error_is_the_whole_of_it(index_file):
    index_file.unlink()
    assert f"\nMake the file {index_file} with this text:\nindexes:\n{BY_TITLE.as_yaml()}Then " in said()


def test_in_production_without_a_file_the_error_is_the_entry_that_it_has_to_have(index_file, settings):
    index_file.unlink()
    settings.DEBUG = False
    assert said() == (
        f"{NOT_DEFINED}\nIt needs this entry of the project's index.yaml, which is not here:\n"
        f"{BY_TITLE.as_yaml().rstrip()}"
    )


def test_of_a_misspelt_entry_the_error_names_the_line(index_file):
    write(index_file, BY_PAGES, Index("backend_book", ("author_id", "-titel")))
    assert said().startswith(
        f"{NOT_DEFINED}\nindex.yaml, line 7: backend_book has no property titel. Is title meant?\n"
        f"If that is not it, add this to index.yaml:\n{BY_TITLE.as_yaml()}"
    )


def test_of_an_entry_that_the_emulator_has_not_read_the_error_is_to_start_it_again(index_file):
    write(index_file, BY_PAGES, BY_TITLE)
    assert said() == (
        f"{NOT_DEFINED}\n{index_file} has the entry for it already, in line 7. But the emulator reads the file only"
        f" when it starts: {RESTART}."
    )


def test_of_two_entries_that_serve_together_the_error_names_both_lines(index_file):
    write(index_file, BY_PAGES, BY_TITLE)
    with pytest.raises(DatabaseError, match="has the entries for it already, in line 2 and line 7"):
        list(Book.objects.filter(author_id=1, pages=2).order_by("-title"))


def test_an_emulator_that_enforces_another_file_is_told_with_both(index_file, settings, tmp_path):
    settings.BASE_DIR = tmp_path
    write(tmp_path / "index.yaml")
    assert said().endswith(f"Then {RESTART}, with the project's file: now it enforces {index_file}.")
    write(tmp_path / "index.yaml", BY_TITLE)
    assert said() == (
        f"{NOT_DEFINED}\n{tmp_path / 'index.yaml'} has the entry for it already, in line 2. But the emulator enforces"
        f" {index_file}: {RESTART}, with the project's file."
    )


def test_of_a_file_that_is_malformed_by_now_the_error_names_the_line(index_file, settings, tmp_path):
    """The emulator has another one, so it still says what is missing."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "index.yaml").write_text(MALFORMED)
    assert said().startswith(f"{NOT_DEFINED}\n{tmp_path / 'index.yaml'}, {OUTSIDE}")


REQUESTS = {
    "RunQuery": lambda: list(Book.objects.all()),
    "Commit": lambda: Author.objects.create(name="Ada"),
    "migrate": lambda: MigrationRecorder(connection).applied_migrations(),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_while_the_file_is_malformed_queries_and_commits_name_the_line(index_file, name):
    index_file.write_text(MALFORMED)
    words = said(REQUESTS[name])
    assert words.startswith(f"{index_file}, {OUTSIDE}")
    assert words.endswith("\nUntil it is corrected, the emulator refuses queries and commits.")


def test_a_commit_that_a_malformed_file_has_refused_has_no_unknown_outcome(index_file):
    def create():
        with transaction.atomic():
            Author(name="Ada").save(force_insert=True)
            index_file.write_text(MALFORMED)

    assert said(create).startswith(f"{index_file}, {OUTSIDE}")
    write(index_file)
    assert not Author.objects.exists()


def test_when_the_file_is_corrected_the_emulator_answers_again(index_file):
    index_file.write_text(MALFORMED)
    said(REQUESTS["RunQuery"])
    write(index_file)
    assert REQUESTS["RunQuery"]() == []


def query():
    return Query(
        {
            "kind": [{"name": "Cat"}],
            "filter": {
                "property_filter": {
                    "property": {"name": "colour"},
                    "op": "EQUAL",
                    "value": {"integer_value": 1},
                }
            },
            "order": [{"property": {"name": "age"}}],
        }
    )


CAT = Index("Cat", ("colour", "age"))
ON_GOOGLE_CLOUD = "no matching index found. recommended index is:\n- kind: Cat\n"


@pytest.fixture
def on_google_cloud(monkeypatch, settings, tmp_path):
    """The project's index file; what Google Cloud answers is made up in the tests."""
    monkeypatch.delenv("DATASTORE_EMULATOR_HOST")
    settings.BASE_DIR = tmp_path
    return tmp_path / "index.yaml"


def answered(error, request):
    """What `explained` makes of an error that a request is answered with."""

    def call(request):
        raise error

    with pytest.raises(type(error)) as raised:
        explained(call)(request)
    return raised.value


@pytest.mark.parametrize(
    "request_",
    [RunQueryRequest(query=query()), RunAggregationQueryRequest(aggregation_query={"nested_query": query()})],
    ids=["RunQuery", "RunAggregationQuery"],
)
def test_on_google_cloud_a_missing_index_is_to_be_created(on_google_cloud, request_):
    write(on_google_cloud)
    error = answered(exceptions.FailedPrecondition(ON_GOOGLE_CLOUD), request_)
    command = f"gcloud datastore indexes create {on_google_cloud} creates it, which takes some minutes."
    assert isinstance(error, MissingIndex)
    assert error.message == (f"{ON_GOOGLE_CLOUD}\nAdd this to index.yaml:\n{CAT.as_yaml()}Then: {command}")
    write(on_google_cloud, CAT)
    error = answered(exceptions.FailedPrecondition(ON_GOOGLE_CLOUD), request_)
    assert error.message.endswith(f"in line 2. The database does not have it yet. {command}")


@pytest.mark.parametrize(
    "request_",
    [RunQueryRequest(query={"kind": [{"name": "Cat"}]}), LookupRequest(), CommitRequest()],
    ids=repr,
)
def test_a_precondition_that_is_not_about_an_index_keeps_its_words(on_google_cloud, request_):
    refused = exceptions.FailedPrecondition("The Datastore API is not available for native mode.")
    assert answered(refused, request_) is refused


CODES = [code for code in grpc.StatusCode if code != grpc.StatusCode.OK]


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_an_error_without_a_message_says_its_status_and_where_to_look(on_google_cloud, code):
    error = answered(exceptions.from_grpc_status(code, None), LookupRequest())
    assert error.grpc_status_code == code
    assert error.args == (error.message,)
    assert error.message == (
        f"Datastore answered {code.name} and gave no reason."
        " What that means: https://cloud.google.com/datastore/docs/concepts/errors"
    )


def test_an_emulator_that_gives_no_reason_may_have_a_malformed_file(proxy):
    with proxy.answering(grpc.StatusCode.UNKNOWN, details=""), pytest.raises(DatabaseError) as raised:
        list(Author.objects.all())
    assert str(raised.value).startswith(
        "The emulator answered UNKNOWN and gave no reason. It does so while the index"
    )
    assert str(raised.value).endswith(f"is malformed. If that is not it, {RESTART}.")


def test_a_commit_without_an_answer_or_a_reason_still_has_an_unknown_outcome(proxy):
    fault = proxy.answering(grpc.StatusCode.UNKNOWN, details="", only="Commit")
    with fault, pytest.raises(CommitOutcomeUnknown, match="The emulator answered UNKNOWN and gave no reason"):
        Author.objects.create(name="Ada")


@pytest.mark.parametrize(
    "host", ["http://127.0.0.1:8081", "127.0.0.1:8081/", "127.0.0.1", "localhost:", "127.0.0.1:8081 "]
)
def test_a_host_that_is_none_is_told_with_what_to_write(monkeypatch, host):
    monkeypatch.setenv("DATASTORE_EMULATOR_HOST", host)
    connection.close()
    with pytest.raises(
        ImproperlyConfigured, match="Write the host and the port alone, without http://"
    ) as raised:
        list(Author.objects.all())
    assert repr(host) in str(raised.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_usual_ways_to_write_the_host_are_taken(monkeypatch, host):
    port = os.environ["DATASTORE_EMULATOR_HOST"].rpartition(":")[2]
    monkeypatch.setenv("DATASTORE_EMULATOR_HOST", f"{host}:{port}")
    assert list(Author.objects.all()) == []
