"""What a transaction has done: when Datastore aborts it, the same can be done again in another one.

`retry_on_contention` calls a function again. Nobody can call again what lies between the commands of a transaction
that Django opens itself (in get_or_create(), for a session, for a view under ATOMIC_REQUESTS): that must not
run twice. The commands may. They are noted with what each gave, and executed again: where each gives the same, the
program would have done the same, and the new transaction takes the place of the aborted one. Where one does not, the
program has acted on what is no longer so, and the transaction fails. Spanner's connectors do this too:
https://cloud.google.com/java/docs/reference/google-cloud-spanner/latest/com.google.cloud.spanner.connection.TransactionRetryListener
"""

from contextlib import contextmanager

from django.db import IntegrityError
from google.api_core.exceptions import Aborted

from . import dbapi
from .retry import wait_after

VIOLATIONS = (
    IntegrityError,
    dbapi.IntegrityError,
)  # before Django has turned the second into the first, and after


class Changed(Exception):
    """A step gives something else than before."""


class History:
    """The steps of one transaction: functions without arguments, and what each gave."""

    def __init__(self):
        self._steps = []
        self._tries = 1
        self._is_in_step = False
        self._is_whole = True

    def run(self, step):
        """Call the step, note what it gives, and return or raise it. A step within a step is a part of that one."""
        if self._is_in_step:
            return step()
        try:
            outcome = self._outcome(step)
        except Aborted:
            raise  # nothing came of it; it will be run again
        except Exception:
            self._is_whole = False  # it may have done a part of its work
            raise
        self._steps.append((step, outcome))
        if isinstance(outcome, VIOLATIONS):
            raise outcome
        return outcome

    def note_other_access(self):
        """What is read or written outside of a step cannot be done again."""
        self._is_whole &= self._is_in_step

    def may_run_again(self):
        """Whether all can be done again; if so, a moment later."""
        may_run_again = self._is_whole and wait_after(self._tries)
        self._tries += 1
        return may_run_again

    def run_again(self):
        """Run all steps. Raises Changed, or the IntegrityError of what another transaction has taken meanwhile."""
        for step, before in self._steps:
            outcome = self._outcome(step)
            if isinstance(outcome, VIOLATIONS):
                if not isinstance(before, VIOLATIONS):
                    raise outcome
            elif outcome != before:
                raise Changed

    def _outcome(self, step):
        with self._in_step():
            try:
                return step()
            except VIOLATIONS as error:
                return error

    @contextmanager
    def _in_step(self):
        self._is_in_step = True
        try:
            yield
        finally:
            self._is_in_step = False
