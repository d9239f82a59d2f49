"""Commits that Datastore refuses, and those of which nobody knows: they are told apart, and nothing is half stored."""

import re

import grpc
import pytest
from django.db import DatabaseError, OperationalError, transaction
from probes.models import Thing
from strict_datastore.deadline import deadline
from strict_datastore.meter import meter
from strict_datastore.refusals import Refused
from strict_datastore.retry import CommitOutcomeUnknown

from .models import Author, Ticket

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]

UNKNOWN = {"CANCELLED", "DATA_LOSS", "DEADLINE_EXCEEDED", "INTERNAL", "UNAVAILABLE", "UNKNOWN"}
REFUSED = {code.name for code in grpc.StatusCode} - UNKNOWN - {"OK"}


@pytest.fixture
def no_pauses(monkeypatch):
    monkeypatch.setattr("strict_datastore.retry.FIRST_PAUSE", 0)


@pytest.mark.parametrize("code", sorted(UNKNOWN))
def test_a_commit_may_have_been_applied_after(proxy, code):
    with (
        proxy.answering(grpc.StatusCode[code], only="Commit"),
        deadline(10),
        pytest.raises(CommitOutcomeUnknown),
    ):
        Ticket.objects.create()


@pytest.mark.parametrize("code", sorted(REFUSED))
def test_a_commit_was_not_applied_after(proxy, no_pauses, code):
    with (
        proxy.answering(grpc.StatusCode[code], only="Commit"),
        deadline(10),
        pytest.raises(DatabaseError) as raised,
    ):
        Ticket.objects.create()
    assert not isinstance(raised.value, CommitOutcomeUnknown)


def test_a_commit_that_was_not_sent_was_not_applied(proxy):
    @transaction.atomic
    def write_until_the_deadline():
        Ticket.objects.create()
        with proxy.frozen(), pytest.raises(OperationalError):
            Author.objects.exists()

    with deadline(0.3), pytest.raises(OperationalError) as raised:
        write_until_the_deadline()
    assert not isinstance(raised.value, CommitOutcomeUnknown)
    assert "Commit" not in proxy.requests


def test_a_transaction_that_is_too_large_is_refused_before_it_is_sent():
    with meter() as counts, pytest.raises(Refused, match="several transactions"):
        Thing.objects.bulk_create(Thing(text="x" * 50_000) for _ in range(100))
    assert [call.method for call in counts.calls] == ["BeginTransaction", "Rollback"]
    assert not Thing.objects.exists()


def test_the_portion_that_is_advised_is_taken():
    with pytest.raises(Refused) as refusal:
        Thing.objects.bulk_create(Thing(text="x" * 500_000) for _ in range(10))
    portion = int(re.search(r"for each (\d+)", str(refusal.value))[1])
    Thing.objects.bulk_create(Thing(text="x" * 500_000) for _ in range(portion))
    assert Thing.objects.count() == portion == 8


@pytest.mark.parametrize("in_atomic", [False, True])
def test_a_row_that_is_too_large_is_refused(in_atomic):
    thing = Thing.objects.create(text="short")
    thing.text = "x" * 2**20
    save = transaction.atomic(thing.save) if in_atomic else thing.save
    with pytest.raises(Refused, match=r"a row of probes_thing with 1,04\d,\d{3} bytes"):
        save()
    thing.refresh_from_db()
    assert thing.text == "short"
