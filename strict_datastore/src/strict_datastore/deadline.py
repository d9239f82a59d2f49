"""A bound for the time that a visitor waits: all requests to Datastore of one page have to end within it."""

import functools
import time
from contextlib import contextmanager
from contextvars import ContextVar

from google.api_core.exceptions import Cancelled, DeadlineExceeded, RetryError, ServiceUnavailable
from google.api_core.retry import Retry, if_exception_type
from google.cloud.datastore_v1.services.datastore.transports import DatastoreGrpcTransport

from .address import emulator_host, look_for_emulator
from .errors import explained

__all__ = ["deadline"]

# Asked again when Datastore did not take the request: these change nothing. A commit is not among them.
REPEATABLE = ("lookup", "run_query", "run_aggregation_query", "begin_transaction")
SECONDS_OF_REPETITION = 1.0
# A rollback is sent behind the deadline too: what it leaves locked, others would wait for.
SECONDS_OF_ROLLBACK = 0.25


class NotAsked(DeadlineExceeded):
    """The deadline had passed before the request was sent."""


_end = ContextVar("when the requests of this context have to be answered", default=None)
_last_was_answered = True


def last_was_answered():
    """Whether Datastore answered this process's last request with a deadline, be it with an error."""
    return _last_was_answered


@contextmanager
def deadline(seconds):
    """Let each request to Datastore inside fail that is not answered within this time, counted from here.

    Such a request raises OperationalError. Deadlines nest: the earlier end holds. Without any, the limits of
    Google's client hold, which are a minute for each request.
    """
    end = time.monotonic() + seconds
    token = _end.set(end if _end.get() is None else min(end, _end.get()))
    try:
        yield
    finally:
        _end.reset(token)


def seconds_left():
    """Seconds until the deadline, less than zero behind it; None where there is none."""
    return None if _end.get() is None else _end.get() - time.monotonic()


class DeadlineTransport(DatastoreGrpcTransport):
    """Google's transport, which keeps the deadline and whose errors say what to do."""

    def _prep_wrapped_messages(self, client_info):
        super()._prep_wrapped_messages(client_info)
        repeatable = [getattr(self, name) for name in REPEATABLE]
        self._wrapped_methods = {
            method: explained(_bounded(call, method in repeatable, grace=method == self.rollback))
            for method, call in self._wrapped_methods.items()
        }


def _bounded(call, is_repeatable, grace):
    @functools.wraps(call)
    def bounded(request, **options):
        seconds, host = seconds_left(), emulator_host()
        if seconds is None and not host:
            return call(request, **options)
        if seconds is None:
            return _on_emulator(host, call, request, options, is_repeatable)
        if grace:
            seconds = max(seconds, SECONDS_OF_ROLLBACK)
        if seconds <= 0:
            raise NotAsked("There was no time left to ask Datastore.")
        options |= {"timeout": seconds, "retry": _repetition(seconds) if is_repeatable else None}
        try:
            answer = call(request, **options)
        except RetryError as error:
            raise error.cause from error
        except DeadlineExceeded:
            _note(answered=False)
            raise
        _note(answered=True)
        return answer

    return bounded


def _on_emulator(host, call, request, options, is_repeatable):
    """Call without a deadline, as a project does that has just begun; but who ends the emulator is told at once."""
    options |= {"retry": _repetition(SECONDS_OF_REPETITION) if is_repeatable else None}
    try:
        return call(request, **options)
    except (ServiceUnavailable, RetryError):
        look_for_emulator(host)
        raise


def _repetition(seconds):
    # Cancelled: of a request that was under way when its process was forked.
    return Retry(
        predicate=if_exception_type(Cancelled, ServiceUnavailable),
        initial=0.05,
        maximum=0.5,
        timeout=min(seconds, SECONDS_OF_REPETITION),
    )


def _note(answered):
    global _last_was_answered
    _last_was_answered = answered
