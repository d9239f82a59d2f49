"""A proxy between the program and the emulator that fails as networks and servers do.

It passes gRPC requests on as they are. Between them it can answer with an error, do nothing at all, lose an answer
after the emulator did the work, be slow, or be gone.
"""

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
import pytest
from google.cloud.datastore_v1 import CommitRequest, RollbackRequest

THREADS = 64


class FaultyProxy(grpc.GenericRpcHandler):
    """Listens on `host` ("127.0.0.1:port") from `start()` to `stop()`, and may be started again.

    requests: the names of the methods asked for, such as "Commit", in order.
    """

    def __init__(self, target):
        # gRPC would wait ever longer before it tries again to reach an emulator that was away.
        options = [("grpc.enable_http_proxy", 0), ("grpc.max_reconnect_backoff_ms", 500)]
        self._channel = grpc.insecure_channel(target, options)
        self._port = 0
        self._fault = None
        self.requests = []

    def start(self):
        self._threads = ThreadPoolExecutor(THREADS)
        # Without so_reuseport two servers could not be told apart: the second would fail to start.
        self._server = grpc.server(self._threads, handlers=[self], options=[("grpc.so_reuseport", 0)])
        self._port = self._server.add_insecure_port(f"127.0.0.1:{self._port}")
        self.host = f"127.0.0.1:{self._port}"
        self._server.start()

    def stop(self):
        self._server.stop(grace=None).wait()
        self._threads.shutdown()

    def close(self):
        self.stop()
        self._channel.close()

    def service(self, details):
        name = details.method.rpartition("/")[2]
        forward = self._channel.unary_unary(details.method)

        def handle(request, context):
            self.requests.append(name)
            if self._fault:
                return self._fault(name, request, lambda: forward(request), context)
            return forward_or_abort(lambda: forward(request), context)

        return grpc.unary_unary_rpc_method_handler(handle)

    def _roll_back(self, request):
        """End the transaction of a commit that is not passed on: its locks would hold up all that comes after."""
        commit = CommitRequest.deserialize(request)
        rollback = RollbackRequest(project_id=commit.project_id, transaction=commit.transaction)
        call = self._channel.unary_unary("/google.datastore.v1.Datastore/Rollback")
        call(RollbackRequest.serialize(rollback))

    @contextmanager
    def _failing(self, fault):
        self._fault = fault
        try:
            yield
        finally:
            self._fault = None

    def answering(self, code, times=None, only=None, details="the proxy's fault"):
        """Answer with this `grpc.StatusCode` in place of the emulator: that often, or always; one method, or all."""
        remaining = [times]

        def fault(name, request, forward, context):
            if only in (None, name) and remaining[0] != 0:
                if remaining[0]:
                    remaining[0] -= 1
                if name == "Commit":
                    self._roll_back(request)
                context.abort(code, details)
            return forward_or_abort(forward, context)

        return self._failing(fault)

    def losing_answers(self, method, code=grpc.StatusCode.UNAVAILABLE, times=None):
        """Let the emulator do the work, and answer with an error all the same: that often, or always."""
        remaining = [times]

        def fault(name, _request, forward, context):
            answer = forward_or_abort(forward, context)
            if name == method and remaining[0] != 0:
                if remaining[0]:
                    remaining[0] -= 1
                context.abort(code, "the answer got lost")
            return answer

        return self._failing(fault)

    def answering_at_random(self, codes, share):
        """Answer this share of the requests with one of the codes, half of them after the emulator did the work."""
        chance = random.Random(0)

        def fault(name, request, forward, context):
            fails, too_late = chance.random() < share, chance.random() < 0.5
            if fails and name == "Commit" and not too_late:
                self._roll_back(request)
            answer = None if fails and not too_late else forward_or_abort(forward, context)
            if fails:
                context.abort(chance.choice(codes), "the proxy's fault")
            return answer

        return self._failing(fault)

    def slow(self, seconds, only=None):
        """Let the emulator do the work, and hold its answer back for so long; those of one method, or all."""

        def fault(name, _request, forward, context):
            answer = forward_or_abort(forward, context)
            if only in (None, name):
                time.sleep(seconds)
            return answer

        return self._failing(fault)

    @contextmanager
    def frozen(self, only=None):
        """Take requests and answer none of them until the end; those of one method, or all."""
        thawed = threading.Event()

        def fault(name, request, forward, context):
            if only not in (None, name):
                return forward_or_abort(forward, context)
            thawed.wait()
            if name == "Commit":
                self._roll_back(request)
            context.abort(grpc.StatusCode.UNAVAILABLE, "the proxy was frozen")

        with self._failing(fault):
            try:
                yield
            finally:
                thawed.set()

    @contextmanager
    def away(self):
        """Refuse connections until the end."""
        self.stop()
        try:
            yield
        finally:
            self.start()


def forward_or_abort(forward, context):
    try:
        return forward()
    except grpc.RpcError as error:
        context.abort(error.code(), error.details())


@pytest.fixture
def proxy(monkeypatch):
    """A `FaultyProxy` between the program and the emulator; without a fault it changes nothing."""
    proxy = FaultyProxy(os.environ["DATASTORE_EMULATOR_HOST"])
    proxy.start()
    monkeypatch.setenv("DATASTORE_EMULATOR_HOST", proxy.host)
    yield proxy
    proxy.close()
