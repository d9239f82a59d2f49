"""Forking while other threads talk to Datastore.

gRPC can be forked only while no thread is inside it; otherwise a child may hang at its first request (one of
twenty did, with four threads reading). So a fork waits for the requests under way and holds back new ones.
"""

import os
import threading


class _Gate:
    """Entered around each request; closed around each fork."""

    def __init__(self):
        self._changed = threading.Condition(threading.Lock())
        self._in_flight = 0
        self._closed = False

    def __enter__(self):
        with self._changed:
            self._changed.wait_for(lambda: not self._closed)
            self._in_flight += 1

    def __exit__(self, *_):
        with self._changed:
            self._in_flight -= 1
            self._changed.notify_all()

    def close(self):
        self._changed.acquire()
        self._closed = True
        self._changed.wait_for(lambda: self._in_flight == 0)

    def open(self):
        self._closed = False
        self._changed.notify_all()
        self._changed.release()


request_in_flight = _Gate()

if hasattr(os, "register_at_fork"):  # Windows cannot fork
    os.register_at_fork(
        before=request_in_flight.close,
        after_in_parent=request_in_flight.open,
        after_in_child=request_in_flight.open,
    )
