"""PEP 249's exceptions, as Django looks for them: which of Google's belong to which."""

from google.api_core import exceptions

DatabaseError = Error = exceptions.GoogleAPICallError


class DataError(DatabaseError):
    pass


class IntegrityError(DatabaseError):
    pass


class InterfaceError(DatabaseError):
    pass


class InternalError(DatabaseError):
    pass


class NotSupportedError(Exception):
    pass


class ProgrammingError(DatabaseError):
    pass


# Nobody's fault, and it may pass.
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
