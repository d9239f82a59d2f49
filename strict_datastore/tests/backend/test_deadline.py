"""Datastore slow, away or out of order: an OperationalError within the deadline, and recovery without a restart."""

import grpc
import pytest
from django.db import DatabaseError, OperationalError, transaction
from django.db.models import F
from django.http import HttpResponse
from strict_datastore.deadline import deadline, seconds_left
from strict_datastore.middleware import DeadlineMiddleware
from strict_datastore.retry import MOST_TRIES, CommitOutcomeUnknown

from .models import Author, Counter, Ticket

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]

PASSING = ["ABORTED", "CANCELLED", "DEADLINE_EXCEEDED", "INTERNAL", "RESOURCE_EXHAUSTED", "UNAVAILABLE"]


@pytest.fixture
def author(proxy):
    return Author.objects.create(name="Ada")


@pytest.mark.parametrize("code", PASSING)
def test_a_fault_that_may_pass_is_an_operational_error(proxy, author, code):
    with proxy.answering(grpc.StatusCode[code]), deadline(1), pytest.raises(OperationalError):
        author.refresh_from_db()


def test_a_query_that_datastore_never_answers_fails_at_the_deadline(proxy, author):
    with proxy.frozen(), deadline(0.2), pytest.raises(OperationalError):
        list(Author.objects.filter(name="Ada"))


def test_a_transaction_that_cannot_begin_fails_at_the_deadline(proxy, author):
    with proxy.frozen(), deadline(0.2), pytest.raises(OperationalError):
        author.save()


def test_a_commit_that_datastore_never_answers_has_an_unknown_outcome(proxy):
    with proxy.frozen(only="Commit"), deadline(0.5), pytest.raises(CommitOutcomeUnknown) as raised:
        Ticket().save(force_insert=True)
    assert isinstance(raised.value, OperationalError)


def test_a_datastore_that_is_away_is_an_operational_error(proxy, author):
    with proxy.away(), deadline(1), pytest.raises(OperationalError):
        author.refresh_from_db()


def test_without_a_deadline_an_emulator_that_has_ended_is_said_by_name(proxy, author):
    with (
        proxy.away(),
        pytest.raises(OperationalError, match=f"No emulator answers at {proxy.host}.*start it"),
    ):
        author.refresh_from_db()
    author.refresh_from_db()


def test_the_same_connection_works_when_datastore_is_back(proxy, author):
    with proxy.away(), deadline(1), pytest.raises(OperationalError):
        author.refresh_from_db()
    with deadline(10):
        author.refresh_from_db()


def test_the_same_connection_works_after_a_transaction_that_failed(proxy, author):
    with proxy.answering(grpc.StatusCode.UNAVAILABLE), deadline(1), pytest.raises(OperationalError):
        author.save()
    author.name = "Grace"
    author.save()
    assert Author.objects.get().name == "Grace"


@pytest.mark.parametrize("method", ["BeginTransaction", "Lookup", "RunQuery"])
def test_what_datastore_did_not_take_is_asked_again(proxy, author, method):
    with proxy.answering(grpc.StatusCode.UNAVAILABLE, times=1, only=method), deadline(10):
        with transaction.atomic():
            author.refresh_from_db()
        list(Author.objects.filter(name="Ada"))
    assert method in proxy.requests


def test_a_commit_is_not_sent_again(proxy, author):
    """Nobody knows whether it was applied."""
    proxy.requests.clear()
    fault = proxy.answering(grpc.StatusCode.UNAVAILABLE, times=1, only="Commit")
    with fault, deadline(10), pytest.raises(CommitOutcomeUnknown):
        author.save()
    assert proxy.requests.count("Commit") == 1


def test_an_update_whose_answer_was_lost_is_not_applied_twice(proxy):
    Counter.objects.create(name="views")
    with proxy.losing_answers("Commit", times=1), pytest.raises(CommitOutcomeUnknown):
        Counter.objects.update(value=F("value") + 1)
    assert Counter.objects.get().value == 1


def test_a_row_whose_answer_was_lost_is_not_created_twice(proxy):
    with proxy.losing_answers("Commit", times=1), pytest.raises(CommitOutcomeUnknown):
        Author.objects.create(name="Ada")
    assert Author.objects.count() == 1


def test_behind_the_deadline_nothing_is_sent(proxy, author):
    proxy.requests.clear()
    with deadline(-1), pytest.raises(OperationalError):
        author.refresh_from_db()
    assert proxy.requests == []


def test_a_transaction_is_rolled_back_behind_the_deadline(proxy, author):
    """Or its locks would stay until Datastore itself gives it up."""

    @transaction.atomic
    def ask_in_a_transaction():
        author.save()
        list(Author.objects.filter(name="Ada"))

    with proxy.frozen(only="RunQuery"), deadline(0.3), pytest.raises(OperationalError):
        ask_in_a_transaction()
    assert proxy.requests[-1] == "Rollback"


def test_of_two_deadlines_the_earlier_one_holds():
    with deadline(10), deadline(60):
        assert seconds_left() < 11
    with deadline(60), deadline(10):
        assert seconds_left() < 11


def test_without_a_deadline_there_is_none():
    assert seconds_left() is None


def test_contention_is_not_repeated_behind_the_deadline(proxy):
    with (
        proxy.answering(grpc.StatusCode.ABORTED, only="Commit"),
        deadline(0.5),
        pytest.raises(OperationalError),
    ):
        Author.objects.create(name="Ada")
    assert proxy.requests.count("Commit") < MOST_TRIES


def test_the_middleware_sets_the_deadline_of_a_response(settings, rf):
    settings.STRICT_DATASTORE_DEADLINE = 3
    seen = []
    DeadlineMiddleware(lambda request: seen.append(seconds_left()) or HttpResponse())(rf.get("/"))
    assert 0 < seen[0] <= 3
    assert seconds_left() is None


def test_while_datastore_answers_nothing_others_wait_a_tenth(settings, rf, proxy, author):
    settings.STRICT_DATASTORE_DEADLINE = 3
    seen = []
    middleware = DeadlineMiddleware(lambda request: seen.append(seconds_left()) or HttpResponse())
    with proxy.frozen(), deadline(0.1), pytest.raises(OperationalError):
        author.refresh_from_db()
    middleware(rf.get("/"))
    with deadline(10):
        author.refresh_from_db()
    middleware(rf.get("/"))
    assert seen[0] <= 0.3 < seen[1]


def test_a_query_without_its_index_says_which_entry_to_add():
    with pytest.raises(DatabaseError, match=r"Add this to index.yaml:\n- kind: backend_author"):
        list(Author.objects.filter(name="Ada").order_by("-pk"))
