"""retry_on_contention: the outermost transaction, at most ten times, and only what may be repeated."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, connections, transaction
from google.api_core.exceptions import Aborted, ServiceUnavailable
from strict_datastore import retry_on_contention
from strict_datastore.retry import MOST_TRIES, CommitOutcomeUnknown

from .models import Counter, Ticket

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


@pytest.fixture
def no_pauses(monkeypatch):
    monkeypatch.setattr("strict_datastore.retry.FIRST_PAUSE", 0)


@pytest.fixture
def losing_answers(monkeypatch):
    """Make the next commits take effect and lose their answers; returns the function that says how many."""
    lost = []

    def lose(count):
        lost.extend([ServiceUnavailable("the connection broke")] * count)

    connection.ensure_connection()
    commit = type(connection.connection._client._datastore_api).commit

    def commit_and_lose(self, *args, **kwargs):
        answer = commit(self, *args, **kwargs)
        if lost:
            raise lost.pop()
        return answer

    monkeypatch.setattr(type(connection.connection._client._datastore_api), "commit", commit_and_lose)
    return lose


def test_concurrent_increments_are_all_counted():
    Counter.objects.create(name="views")
    start = threading.Barrier(16)

    @retry_on_contention
    def increment():
        counter = Counter.objects.get(name="views")
        counter.value += 1
        counter.save()

    def run(_number):
        start.wait(timeout=20)
        try:
            increment()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(run, range(16)))
    assert Counter.objects.get(name="views").value == 16


def test_increments_of_two_processes_are_all_counted():
    Counter.objects.create(name="views")

    @retry_on_contention
    def increment():
        counter = Counter.objects.get(name="views")
        counter.value += 1
        counter.save()

    def run(_number):
        try:
            increment()
        finally:
            connections.close_all()

    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # ends a child that hangs, with a status that is not 0
            try:
                with ThreadPoolExecutor(8) as pool:
                    list(pool.map(run, range(8)))
                os._exit(0)
            finally:  # or it would go on as a second run of the tests
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert Counter.objects.get(name="views").value == 16


def test_it_gives_up_after_ten_tries(no_pauses):
    tries = []

    @retry_on_contention
    def always_loses():
        tries.append(1)
        raise OperationalError from Aborted("too much contention")

    with pytest.raises(OperationalError):
        always_loses()
    assert len(tries) == MOST_TRIES == 10


def test_another_error_is_not_repeated():
    tries = []

    @retry_on_contention
    def breaks():
        tries.append(1)
        raise OperationalError("no such table")

    with pytest.raises(OperationalError):
        breaks()
    assert len(tries) == 1


def test_a_failed_try_leaves_nothing_behind():
    tries = []

    @retry_on_contention
    def loses_once():
        Ticket.objects.create()
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError from Aborted("too much contention")

    loses_once()
    assert Ticket.objects.count() == 1


def test_it_refuses_to_run_inside_atomic():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        retry_on_contention(Ticket.objects.create)()


def test_a_lost_answer_is_not_repeated_unless_the_function_is_idempotent(losing_answers):
    losing_answers(1)
    with pytest.raises(CommitOutcomeUnknown):
        retry_on_contention(Ticket.objects.create)()
    assert Ticket.objects.count() == 1


def test_an_idempotent_function_is_repeated_after_a_lost_answer(losing_answers):
    ticket = Ticket()
    losing_answers(1)

    @retry_on_contention(idempotent=True)
    def store():
        Ticket.objects.get_or_create(pk=ticket.pk)

    store()
    assert Ticket.objects.count() == 1


def test_it_returns_what_the_function_returns():
    assert retry_on_contention(lambda number: number + 1)(41) == 42
