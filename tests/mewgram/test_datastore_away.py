"""Datastore slow or away: visitors get a page in time, and all is well again when it is back."""

import json
import logging
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO

import grpc
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from mewgram.logs import JsonFormatter
from purr.models import Purr

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]

FAULTS = ["away", "frozen", "unavailable", "exhausted"]
ERRORS = [
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
]
TRIES = 100


@pytest.fixture(autouse=True)
def deadline(settings):
    """The deadline of production is longer; so short, the tests are quick."""
    settings.STRICT_DATASTORE_DEADLINE = 0.5


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.fixture
def member(visitor, cat):
    visitor.force_login(cat)
    return visitor


def patient(member, settings):
    """The same visitor with time enough, even right after an outage, when it is a tenth of it."""
    settings.STRICT_DATASTORE_DEADLINE = 100
    client = Client(raise_request_exception=False)
    client.cookies = member.cookies
    return client


def fault(proxy, name):
    match name:
        case "away":
            return proxy.away()
        case "frozen":
            return proxy.frozen()
        case "unavailable":
            return proxy.answering(grpc.StatusCode.UNAVAILABLE)
        case "exhausted":
            return proxy.answering(grpc.StatusCode.RESOURCE_EXHAUSTED)


@pytest.mark.parametrize("name", FAULTS)
def test_visitors_are_asked_to_come_back(proxy, visitor, name):
    with fault(proxy, name):
        answer = visitor.get("/?before=x")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "The cats are asleep" in answer.content.decode()


@pytest.mark.parametrize(
    "page", ["/", "/cats/", "/settings/", "/purrs/new/", "/admin/", "/admin/users/user/"]
)
def test_members_are_asked_to_come_back(proxy, member, page):
    with proxy.away():
        assert member.get(page).status_code == 503


@pytest.mark.parametrize("name", FAULTS)
def test_it_recovers_by_itself(proxy, visitor, settings, name):
    with fault(proxy, name):
        assert visitor.get("/cats/").status_code == 503
    settings.STRICT_DATASTORE_DEADLINE = 10
    assert Client().get("/cats/").status_code == 200


def test_the_page_shows_the_timeline_as_it_was_last_read(proxy, visitor, cat, create_purr):
    create_purr(cat, text="Warm sunbeam")
    visitor.get("/")
    cache.delete("front-page")  # as it is a minute later
    with proxy.away():
        answer = visitor.get("/")
    assert answer.status_code == 503
    assert "Warm sunbeam" in answer.content.decode()


def test_the_page_does_not_show_what_was_deleted(proxy, member, cat, create_purr):
    purr = create_purr(cat, text="Warm sunbeam")
    Client().get("/")
    member.post(f"/purrs/{purr.pk}/delete/")
    with proxy.away():
        assert "Warm sunbeam" not in member.get("/").content.decode()


def test_strangers_notice_nothing_while_the_timeline_is_in_memory(proxy, visitor):
    visitor.get("/")
    with proxy.away():
        assert visitor.get("/").status_code == 200


def test_a_purr_sent_again_after_an_outage_is_posted_once(proxy, member):
    data = {"text": "Meow", "key": uuid.uuid4()}
    with proxy.losing_answers("Commit", code=grpc.StatusCode.RESOURCE_EXHAUSTED):
        assert member.post("/purrs/new/", data).status_code == 503
    assert member.post("/purrs/new/", data).status_code == 302
    assert Purr.objects.count() == 1


def test_a_purr_whose_answer_came_too_late_is_posted_once(proxy, member, settings):
    data = {"text": "Meow", "key": uuid.uuid4()}
    with proxy.slow(settings.STRICT_DATASTORE_DEADLINE, only="Commit"):
        assert member.post("/purrs/new/", data).status_code == 503
    assert patient(member, settings).post("/purrs/new/", data).status_code == 302
    assert Purr.objects.count() == 1


def test_errors_at_random_lose_and_double_no_purr(proxy, member, settings):
    """Each is sent again until it is acknowledged, as somebody does who finds the form still filled in."""
    member, statuses = patient(member, settings), set()

    def is_posted(data):
        status = member.post("/purrs/new/", data).status_code
        statuses.add(status)
        return status == 302

    forms = [{"text": f"Meow {number}", "key": uuid.uuid4()} for number in range(20)]
    with proxy.answering_at_random(ERRORS, share=0.3):
        for data in forms:
            assert any(is_posted(data) for _ in range(TRIES))
    assert statuses == {302, 503}
    assert sorted(Purr.objects.values_list("text", flat=True)) == sorted(each["text"] for each in forms)


def test_no_thread_is_left_hanging(proxy, settings):
    def visit(_number):
        try:
            return Client(raise_request_exception=False).get("/cats/").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        with proxy.frozen():
            assert set(pool.map(visit, range(32))) == {503}
        settings.STRICT_DATASTORE_DEADLINE = 10
        assert set(pool.map(visit, range(32))) == {200}


def test_health_says_that_the_database_does_not_answer(proxy, visitor):
    with proxy.away():
        answer = visitor.get("/health/")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


def test_health_says_that_the_database_is_back(proxy, visitor, settings):
    with proxy.away():
        visitor.get("/health/")
    cache.delete("database-answers")  # as it is seconds later
    settings.STRICT_DATASTORE_DEADLINE = 10
    assert Client().get("/health/").status_code == 200


@contextmanager
def log():
    """What the console handler of mewgram's settings writes."""
    (console,) = [each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler]
    stream = StringIO()
    before = console.setStream(stream)
    yield stream
    console.setStream(before)


def test_an_outage_is_one_line_in_the_log(proxy, visitor):
    visitor.get("/cats/")
    with log() as written, proxy.away():
        visitor.get("/cats/")
    (line,) = written.getvalue().splitlines()
    assert line.startswith("Service Unavailable: /cats/ (the database: failed to connect")


def test_in_production_a_failure_is_one_line_of_json():
    try:
        raise ValueError("broken\nin two")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "A view %s", ("fell",), sys.exc_info())
    (line,) = JsonFormatter().format(record).splitlines()
    entry = json.loads(line)
    assert entry["severity"] == "ERROR"
    assert entry["message"].startswith("A view fell\nTraceback")
