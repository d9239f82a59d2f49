"""The meter: counts of requests as they leave the process, and what Google bills for them."""

import os
import threading
from collections import Counter as Tally
from concurrent import futures

import grpc
import pytest
from django.db import IntegrityError, connection, connections, transaction
from google.cloud.datastore_v1.types import (
    AggregationResult,
    RunAggregationQueryRequest,
    RunAggregationQueryResponse,
)
from google.cloud.datastore_v1.types import datastore as messages
from strict_datastore.meter import Call, Meter, meter

from .models import Author, Book, Ticket

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


@pytest.fixture
def authors():
    return [Author.objects.create(name=name) for name in ("Ada", "Barbara", "Grace")]


class CountingProxy(grpc.GenericRpcHandler):
    """Hands requests to the emulator as bytes and keeps them: what really went over the wire."""

    def __init__(self, target):
        self.requests = []
        self.answers = []
        self.channel = grpc.insecure_channel(target)

    def service(self, details):
        def forward(request, context):
            answer = self.channel.unary_unary(details.method)(request)
            self.requests.append((details.method.rpartition("/")[2], request))
            self.answers.append(answer)
            return answer

        return grpc.unary_unary_rpc_method_handler(forward)


@pytest.fixture
def wire(monkeypatch):
    proxy = CountingProxy(os.environ["DATASTORE_EMULATOR_HOST"])
    server = grpc.server(futures.ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers([proxy])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    monkeypatch.setenv("DATASTORE_EMULATOR_HOST", f"127.0.0.1:{port}")
    yield proxy
    connection.close()
    server.stop(grace=None).wait()
    proxy.channel.close()


def mixed_work():
    author = Author.objects.create(name="Ada")
    Book.objects.bulk_create(Book(author=author, title=f"Volume {number}") for number in range(5))
    list(Book.objects.filter(author=author)[1:3])
    Ticket.objects.create()
    Author.objects.filter(pk=author.pk).update(name="Grace")
    author.delete()


def test_requests_are_those_on_the_wire(wire):
    with meter() as counts:
        mixed_work()
    assert counts.rpcs == Tally(method for method, _ in wire.requests)


def test_bytes_are_those_on_the_wire(wire):
    with meter() as counts:
        mixed_work()
    assert counts.bytes_out == sum(len(request) for _, request in wire.requests)
    assert counts.bytes_in == sum(map(len, wire.answers))


def test_writes_and_deletes_are_the_mutations_on_the_wire(wire):
    with meter() as counts:
        mixed_work()
    mutations = [
        mutation._pb.WhichOneof("operation")
        for method, request in wire.requests
        if method == "Commit"
        for mutation in messages.CommitRequest.deserialize(request).mutations
    ]
    assert counts.deletes == mutations.count("delete") == 6
    assert counts.writes == len(mutations) - 6 == 8


def test_reads_are_the_entities_and_keys_on_the_wire(wire):
    with meter() as counts:
        mixed_work()
    reads = 0
    for (method, _), answer in zip(wire.requests, wire.answers, strict=True):
        if method == "Lookup":
            response = messages.LookupResponse.deserialize(answer)
            reads += len(response.found) + len(response.missing)
        elif method == "RunQuery":
            batch = messages.RunQueryResponse.deserialize(answer).batch
            entities = len(batch.entity_results) + batch.skipped_results
            reads += entities if batch.entity_result_type.name == "FULL" and entities else 1
    assert counts.reads == reads


def test_a_lookup_bills_each_key_found_or_missing(authors):
    with meter() as counts:
        Author.objects.in_bulk([authors[0].pk, authors[1].pk, 12345])
    assert (counts.total_rpcs, counts.reads) == (1, 3)


def test_a_query_bills_each_entity(authors):
    with meter() as counts:
        list(Author.objects.all())
    assert (counts.reads, counts.small_ops) == (3, 0)


def test_a_query_that_returns_nothing_bills_one_read():
    with meter() as counts:
        list(Author.objects.all())
    assert (counts.reads, counts.empty_queries) == (1, 1)


def test_an_offset_bills_what_it_skips(authors):
    with meter() as counts:
        list(Author.objects.order_by("name")[2:])
    assert (counts.calls[0].results, counts.reads) == (1, 3)


def test_a_query_for_keys_bills_one_read_and_small_operations(authors):
    with meter() as counts:
        list(Author.objects.values_list("pk", flat=True))
    assert (counts.reads, counts.small_ops) == (1, 3)


@pytest.mark.parametrize(("counted", "reads"), [(0, 1), (1000, 1), (1001, 2)])
def test_a_count_bills_one_read_for_each_thousand(counted, reads):
    """The emulator does not know aggregations: the answer is made here from Google's own message types."""
    result = AggregationResult(aggregate_properties={"count": {"integer_value": counted}})
    response = RunAggregationQueryResponse(batch={"aggregation_results": [result]})
    request = RunAggregationQueryRequest.pb(RunAggregationQueryRequest())
    counts = Meter()
    counts.record(
        Call("RunAggregationQuery", request, results=1, seconds=0), RunAggregationQueryResponse.pb(response)
    )
    assert counts.reads == reads


def test_a_commit_that_fails_bills_nothing(authors, monkeypatch):
    monkeypatch.setattr("secrets.randbits", lambda bits: authors[0].pk)
    with meter() as counts, pytest.raises(IntegrityError):
        Author.objects.create(name="Grace")
    assert counts.calls[-1].error == grpc.StatusCode.ALREADY_EXISTS
    assert counts.writes == 0


def test_a_rolled_back_transaction_bills_no_write():
    with meter() as counts, transaction.atomic():
        Author.objects.create(name="Ada")
        transaction.set_rollback(True)
    assert (counts.rpcs["Rollback"], counts.writes) == (1, 0)


def test_a_call_tells_what_was_asked(authors):
    with meter() as counts:
        list(Author.objects.filter(name__gte="B").order_by("-name")[1:3])
    (call,) = counts.calls
    assert (call.method, call.kind, call.filters) == ("RunQuery", "backend_author", [("name", ">=", "B")])
    assert (call.order, call.limit, call.offset, call.results) == (["-name"], 2, 1, 1)


def test_meters_nest(authors):
    with meter() as outer:
        list(Author.objects.all())
        with meter() as inner:
            list(Author.objects.all())
    assert (outer.total_rpcs, inner.total_rpcs) == (2, 1)


def read_in_another_thread():
    def read():
        list(Author.objects.all())
        connections.close_all()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()


def test_a_meter_counts_its_own_context_only():
    with meter() as counts:
        read_in_another_thread()
    assert counts.total_rpcs == 0


def test_a_meter_everywhere_counts_all_threads():
    with meter(everywhere=True) as counts:
        read_in_another_thread()
    assert counts.total_rpcs == 1


def test_a_closed_meter_counts_no_more(authors):
    with meter() as counts, meter(everywhere=True) as everywhere:
        pass
    list(Author.objects.all())
    assert counts.total_rpcs == everywhere.total_rpcs == 0
