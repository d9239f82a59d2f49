"""The meter: what Google bills, counted at the place where requests leave the process.

Rules of billing (Firestore in Datastore mode, https://cloud.google.com/datastore/pricing):

- Lookup: one read for each key, found or missing.
- RunQuery: one read for each entity, skipped by an offset or returned; at least one.
- RunQuery for keys only or a projection: one read, and its results are small operations, which are free.
- RunAggregationQuery: one read for each 1,000 index entries counted, at least one.
- Commit: one write for each insert, update or upsert, one delete for each delete; nothing when it fails.
- BeginTransaction, Rollback, AllocateIds, ReserveIds: nothing.
"""

import math
import threading
import time
from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property

import grpc
from google.cloud.datastore.helpers import _get_value_from_value_pb
from google.cloud.datastore_v1.types import EntityResult, PropertyFilter, PropertyOrder

from .fork import request_in_flight
from .indexes import advice

__all__ = ["Call", "Meter", "meter"]

_in_context = ContextVar("meters of the current context", default=())
_everywhere = ()
_everywhere_lock = threading.Lock()

_OPERATORS = {
    PropertyFilter.Operator.LESS_THAN: "<",
    PropertyFilter.Operator.LESS_THAN_OR_EQUAL: "<=",
    PropertyFilter.Operator.GREATER_THAN: ">",
    PropertyFilter.Operator.GREATER_THAN_OR_EQUAL: ">=",
    PropertyFilter.Operator.EQUAL: "=",
    PropertyFilter.Operator.NOT_EQUAL: "!=",
    PropertyFilter.Operator.IN: "IN",
    PropertyFilter.Operator.NOT_IN: "NOT IN",
    PropertyFilter.Operator.HAS_ANCESTOR: "HAS ANCESTOR",
}


@dataclass
class Call:
    """One request to Datastore.

    method: its gRPC name, such as "RunQuery"; request: its protobuf message; results: the entities, keys or
    mutation results it returned; seconds: from sending to the answer; error: its gRPC status, or None;
    bytes_in, bytes_out: the sizes of the answer and the request.
    """

    method: str
    request: object = field(repr=False)
    results: int
    seconds: float
    error: object = None
    bytes_in: int = 0
    bytes_out: int = 0

    @property
    def _query(self):
        if self.method == "RunAggregationQuery":
            return self.request.aggregation_query.nested_query
        return getattr(self.request, "query", None)

    @property
    def kind(self):
        """The kind asked for, or None where the request names none or several."""
        if self._query is not None:
            kinds = {kind.name for kind in self._query.kind}
        else:
            kinds = {key.path[-1].kind for key in self._keys()}
        return kinds.pop() if len(kinds) == 1 else None

    def _keys(self):
        if self.method == "Commit":
            for mutation in self.request.mutations:
                operation = mutation.WhichOneof("operation")
                message = getattr(mutation, operation)
                yield message if operation == "delete" else message.key
        else:
            yield from getattr(self.request, "keys", ())

    @property
    def filters(self):
        """A query's filters as (property, operator, value), in the order sent."""
        return list(_leaves(self._query.filter)) if self._query is not None else []

    @property
    def order(self):
        """A query's sort order as property names, `-` for descending."""
        if self._query is None:
            return []
        descending = PropertyOrder.Direction.DESCENDING
        return [
            ("-" if each.direction == descending else "") + each.property.name for each in self._query.order
        ]

    @property
    def limit(self):
        """A query's limit, or None."""
        if self._query is not None and self._query.HasField("limit"):
            return self._query.limit.value
        return None

    @property
    def offset(self):
        """How many results the query skips."""
        return self._query.offset if self._query is not None else 0

    @cached_property
    def index(self):
        """Which index serves a query, or `missing:` and the entry to add to index.yaml; None for no query.

        See `strict_datastore.indexes.advice`. Worked out when somebody asks.
        """
        return advice(self._query) if self._query is not None else None


def _leaves(filter_pb):
    match filter_pb.WhichOneof("filter_type"):
        case "composite_filter":
            for each in filter_pb.composite_filter.filters:
                yield from _leaves(each)
        case "property_filter":
            leaf = filter_pb.property_filter
            yield leaf.property.name, _OPERATORS[leaf.op], _get_value_from_value_pb(leaf.value)


class Meter:
    """Counts of the Datastore requests made while it was active. See the module's text for the rules.

    rpcs: requests by method; reads, writes, deletes, small_ops: operations as billed; empty_queries: queries
    that returned nothing (each is in `reads` too); bytes_in, bytes_out: sizes of the answers and requests;
    calls: a `Call` for each request, in order.
    """

    def __init__(self):
        self.rpcs = Counter()
        self.reads = self.writes = self.deletes = self.small_ops = self.empty_queries = 0
        self.bytes_in = self.bytes_out = 0
        self.calls = []
        self._lock = threading.Lock()

    @property
    def total_rpcs(self):
        """Requests of all methods."""
        return self.rpcs.total()

    def record(self, call, response):
        """Count a call; response: its protobuf message, or None when it failed."""
        with self._lock:
            self.calls.append(call)
            self.rpcs[call.method] += 1
            self.bytes_in += call.bytes_in
            self.bytes_out += call.bytes_out
            if response is not None:
                self._bill(call, response)

    def _bill(self, call, response):
        match call.method:
            case "Lookup":
                self.reads += len(response.found) + len(response.missing)
            case "RunQuery":
                self._bill_query(response.batch)
            case "RunAggregationQuery":
                counted = [
                    value.integer_value
                    for result in response.batch.aggregation_results
                    for value in result.aggregate_properties.values()
                ]
                self.reads += max(1, math.ceil(max(counted, default=0) / 1000))
            case "Commit":
                operations = [mutation.WhichOneof("operation") for mutation in call.request.mutations]
                deletes = operations.count("delete")
                self.deletes += deletes
                self.writes += len(operations) - deletes

    def _bill_query(self, batch):
        results = len(batch.entity_results) + batch.skipped_results
        if results == 0:
            self.empty_queries += 1
        if batch.entity_result_type == EntityResult.ResultType.FULL:
            self.reads += max(results, 1)
        else:
            self.reads += 1
            self.small_ops += results


@contextmanager
def meter(everywhere=False):
    """Count the Datastore requests of the current context, or, with everywhere=True, of all threads.

    Meters nest: an inner one's requests count in the outer one too. Yields a `Meter`.
    """
    counts = Meter()
    if everywhere:
        _count_everywhere(counts)
        try:
            yield counts
        finally:
            _count_everywhere(counts, stop=True)
    else:
        token = _in_context.set((*_in_context.get(), counts))
        try:
            yield counts
        finally:
            _in_context.reset(token)


def _count_everywhere(counts, stop=False):
    global _everywhere
    with _everywhere_lock:
        others = tuple(each for each in _everywhere if each is not counts)
        _everywhere = others if stop else (*others, counts)


class MeterInterceptor(grpc.UnaryUnaryClientInterceptor):
    """Tells the active meters of each request; without one it costs a look at a context variable."""

    def intercept_unary_unary(self, continuation, client_call_details, request):
        meters = (*_in_context.get(), *_everywhere)
        started = time.perf_counter()
        with request_in_flight:
            outcome = continuation(client_call_details, request)
        if not meters:
            return outcome
        error = outcome.code() if outcome.exception() else None
        response = None if error else _protobuf(outcome.result())
        request = _protobuf(request)
        call = Call(
            method=client_call_details.method.rpartition("/")[2],
            request=request,
            results=_result_count(response),
            seconds=time.perf_counter() - started,
            error=error,
            bytes_in=response.ByteSize() if response is not None else 0,
            bytes_out=request.ByteSize(),
        )
        for each in meters:
            each.record(call, response)
        return outcome


def _protobuf(message):
    # Google's client passes proto-plus wrappers, whose every attribute access makes new objects.
    return type(message).pb(message)


def _result_count(response):
    for name in ("found", "mutation_results"):
        if hasattr(response, name):
            return len(getattr(response, name))
    batch = getattr(response, "batch", None)
    return len(getattr(batch, "entity_results", None) or getattr(batch, "aggregation_results", ()))
