"""One stub for the process, a light client for each connection, nothing that grows."""

import gc
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from strict_datastore import stub
from strict_datastore.base import DatabaseWrapper
from strict_datastore.emulator import free_port
from strict_datastore.meter import meter

from .models import Author, Ticket

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


def in_threads(function, count):
    def run(number):
        try:
            return function(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_connections_of_all_threads_share_one_stub():
    def stub(_number):
        connection.ensure_connection()
        return connection.connection._client._datastore_api

    assert len(set(in_threads(stub, 4))) == 1


def test_each_connection_has_a_client_of_its_own():
    def own_client(_number):
        connection.ensure_connection()
        return connection.connection._client

    assert len(set(in_threads(own_client, 4))) == 4


def test_a_kept_connection_follows_a_change_of_namespace():
    Author.objects.create(name="Ada")
    connection.creation.use_fresh_namespace()
    assert not Author.objects.exists()


def test_a_row_is_found_by_key_and_by_query_in_the_same_namespace():
    author = Author.objects.create(name="Ada")
    assert Author.objects.get(pk=author.pk) == Author.objects.get(name="Ada")


def test_threads_do_not_see_each_others_transactions():
    Ticket.objects.create(pk="00000000-0000-0000-0000-000000000001", holder="nobody")
    barrier = threading.Barrier(8)

    def write_one(number):
        with transaction.atomic():
            Author.objects.create(name=f"author {number}")
            barrier.wait(timeout=20)

    in_threads(write_one, 8)
    assert Author.objects.count() == 8


def test_a_forked_child_makes_a_stub_of_its_own_and_works():
    author = Author.objects.create(name="Ada")
    # Imports what it needs: Python's import locks do not survive a fork.
    Author.objects.get(pk=author.pk)
    stop = threading.Event()

    def read():
        while not stop.is_set():
            Author.objects.get(pk=author.pk)
        connections.close_all()

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        statuses = [_status_of_forked_child(author.pk) for _ in range(4)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert statuses == [0, 0, 0, 0]


def _status_of_forked_child(pk):
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # ends a child that hangs, with a status that is not 0
        try:
            connections.close_all()
            assert Author.objects.get(pk=pk).name == "Ada"
            os._exit(0)
        finally:  # or it would go on as a second run of the tests
            os._exit(1)
    return os.waitpid(child, 0)[1]


def test_a_kept_connection_does_not_grow():
    """The count of Python's objects: one kept for each operation would show as a thousand."""
    author = Author.objects.create(name="Ada")

    def work(times):
        for _ in range(times):
            Author.objects.get(pk=author.pk)
            Author.objects.create(name="Grace")
        gc.collect()
        return len(gc.get_objects())

    work(50)
    before = work(50)
    assert work(300) - before < 100


def test_a_project_is_required():
    with pytest.raises(ImproperlyConfigured, match="needs PROJECT"):
        DatabaseWrapper({"ENGINE": "strict_datastore", "NAMESPACE": "x"})


def test_no_emulator_and_no_credentials_is_a_clear_error(monkeypatch, tmp_path):
    monkeypatch.delenv("DATASTORE_EMULATOR_HOST")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "missing.json"))
    with pytest.raises(ImproperlyConfigured, match="neither an emulator nor Google credentials"):
        stub.datastore_stub("project", None)


def test_an_emulator_that_is_not_running_is_a_clear_error_at_once(monkeypatch):
    host = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("DATASTORE_EMULATOR_HOST", host)
    with pytest.raises(OperationalError, match=f"No emulator answers at {host}.*start it"):
        Author.objects.exists()


@pytest.mark.parametrize(
    ("operation", "rpcs"),
    [
        (lambda: Author.objects.create(name="Ada"), ["BeginTransaction", "Commit"]),
        (lambda: Ticket.objects.create(), ["BeginTransaction", "Lookup", "Commit"]),
        (lambda: Ticket.objects.filter(holder="Ada").first(), ["RunQuery"]),
        (lambda: Ticket.objects.in_bulk(["1" * 32, "2" * 32]), ["Lookup"]),
    ],
    ids=["create", "create with an explicit key", "filter", "in_bulk"],
)
def test_an_operation_costs_these_rpcs(operation, rpcs):
    with meter() as counts:
        operation()
    assert [call.method for call in counts.calls] == rpcs


def test_saving_a_loaded_row_reads_it_once():
    author = Author.objects.create(name="Ada")
    with meter() as counts:
        author.save()
    assert [call.method for call in counts.calls] == ["BeginTransaction", "Lookup", "Commit"]


def test_an_explicit_key_cannot_be_inserted_twice():
    ticket = Ticket.objects.create()
    with pytest.raises(IntegrityError):
        Ticket.objects.create(pk=ticket.pk)


def test_an_explicit_key_cannot_be_inserted_twice_in_one_transaction():
    with transaction.atomic():
        ticket = Ticket.objects.create()
        with pytest.raises(IntegrityError):
            Ticket.objects.create(pk=ticket.pk)


def test_a_key_can_be_inserted_again_after_its_deletion_in_one_transaction():
    ticket = Ticket.objects.create(holder="Ada")
    with transaction.atomic():
        Ticket.objects.get(pk=ticket.pk).delete()
        Ticket.objects.create(pk=ticket.pk, holder="Grace")
    assert Ticket.objects.get(pk=ticket.pk).holder == "Grace"


def test_a_generated_key_never_overwrites_a_row(monkeypatch):
    author = Author.objects.create(name="Ada")
    monkeypatch.setattr("secrets.randbits", lambda bits: author.pk)
    with pytest.raises(IntegrityError):
        Author.objects.create(name="Grace")
    assert Author.objects.get(pk=author.pk).name == "Ada"


def test_a_row_created_and_saved_in_one_transaction_is_written_once():
    with meter() as counts, transaction.atomic():
        author = Author.objects.create(name="Ada")
        author.name = "Grace"
        author.save()
    assert counts.writes == 1
    assert Author.objects.get(pk=author.pk).name == "Grace"
