"""Google's exceptions by the names that Django knows: an OperationalError is nobody's fault and may pass."""

from gcloudc.db.backends.common.base.dbapi import (  # noqa: F401
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    ProgrammingError,
)
from google.api_core import exceptions

# gcloudc knows contention alone: Datastore away or slow would be a DatabaseError, or no database's error at all.
OperationalError = (
    exceptions.Aborted,
    exceptions.Cancelled,
    exceptions.GatewayTimeout,
    exceptions.InternalServerError,
    exceptions.RetryError,
    exceptions.ServiceUnavailable,
    exceptions.TooManyRequests,
)


def Binary(value):
    """The bytes of anything that has some, as sqlite3 takes them. Raises TypeError for a str, say."""
    return bytes(memoryview(value))
