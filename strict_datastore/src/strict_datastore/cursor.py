"""Executes the commands of the compilers, and gives their rows as PEP 249 wants them."""

from itertools import islice

from .refusals import Refused
from .retry import retry_on_contention


class Cursor:
    """A cursor whose "SQL" is a command; see `commands.Command`."""

    arraysize = 1
    description = None

    def __init__(self, connection):
        self.connection = connection
        self.rowcount = -1
        self._rows = iter(())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __iter__(self):
        return self._rows

    def execute(self, command, params=None):
        if not self.connection.autocommit and not self.connection.in_transaction:
            # After set_autocommit(False) a commit or rollback ends a transaction, and what follows begins the next.
            self.connection.begin()
        if isinstance(command, str):
            raise Refused(
                "SQL", None, "Datastore has none.", "the ORM, or google-cloud-datastore's own queries."
            )
        wrapper = self.connection.wrapper
        execute = self.connection.execute
        if command.writes and not wrapper.in_atomic_block:
            execute = retry_on_contention(execute, using=wrapper.alias)
        self.rowcount = execute(command)
        self._rows = iter(command.results)

    def executemany(self, command, params):
        self.execute(command)

    def fetchone(self):
        return next(self._rows, None)

    def fetchmany(self, size=arraysize):
        return list(islice(self._rows, size))

    def fetchall(self):
        return list(self._rows)

    def close(self):
        self._rows = iter(())
