"""Repeating a transaction that lost against another one."""

import functools
import random
from contextvars import ContextVar
from itertools import count
from time import sleep

from django.db import DEFAULT_DB_ALIAS, OperationalError, transaction
from google.api_core.exceptions import Aborted

from .deadline import seconds_left

__all__ = ["CommitOutcomeUnknown", "retry_on_contention"]

_repeated = ContextVar("the databases whose transaction is repeated as a whole", default=frozenset())

MOST_TRIES = 10
FIRST_PAUSE = 0.02  # seconds; doubles with each try
LONGEST_PAUSE = 1.0


class CommitOutcomeUnknown(OperationalError):
    """The answer to a commit was lost: the transaction may or may not have been applied."""


def retry_on_contention(function=None, *, using=DEFAULT_DB_ALIAS, idempotent=False):
    """Run a function as one transaction, and again when it lost to a concurrent one.

    Use it as `@retry_on_contention` or `@retry_on_contention(idempotent=True)`. The function must leave
    everything outside the database as it was, because all of it is repeated: at most 10 times, with a random
    pause of up to 20 ms that doubles each time, up to 1 s.

    using: the alias of the database.
    idempotent: the function does no harm when it runs again after it had already taken effect (it creates
    rows under keys it was given, for example). Only then is it repeated after a commit whose answer was lost.

    Inside another such function it is a part of that one's transaction, and repeated with it.

    Raises RuntimeError when called inside `atomic` alone: only the outermost transaction can be repeated.
    Raises OperationalError when the last try failed too or the deadline is near, its subclass
    CommitOutcomeUnknown when the answer to the commit was lost, and whatever the function raises.
    """
    if function is None:
        return functools.partial(retry_on_contention, using=using, idempotent=idempotent)

    @functools.wraps(function)
    def repeated(*args, **kwargs):
        if is_repeated(using):
            return function(*args, **kwargs)
        token = _repeated.set(_repeated.get() | {using})
        try:
            return _repeat(functools.partial(function, *args, **kwargs), using, idempotent)
        finally:
            _repeated.reset(token)

    return repeated


def is_repeated(using=DEFAULT_DB_ALIAS):
    """Whether this runs inside a function that `retry_on_contention` repeats, and so in its transaction."""
    return using in _repeated.get()


def wait_after(tries):
    """Wait for a moment, drawn at random; return False at once when there is to be no other try after so many."""
    pause = random.uniform(0, min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE))
    is_too_late = seconds_left() is not None and seconds_left() <= pause
    if tries == MOST_TRIES or is_too_late:
        return False
    sleep(pause)
    return True


def _repeat(function, using, idempotent):
    for tries in count(1):
        try:
            with transaction.atomic(using=using, durable=True):
                return function()
        except OperationalError as error:
            if not _may_be_repeated(error, idempotent) or not wait_after(tries):
                raise


def _may_be_repeated(error, idempotent):
    if isinstance(error, CommitOutcomeUnknown):
        return idempotent
    return isinstance(error.__cause__, Aborted) or "database is locked" in str(error)
