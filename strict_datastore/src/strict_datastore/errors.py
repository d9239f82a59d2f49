"""Google's errors in words that say what to do: about an index that a query lacks, and about errors without a message.

That an index has to be created and takes minutes to be built: https://cloud.google.com/datastore/docs/tools/indexconfig
"""

import functools
import re

from google.api_core.exceptions import FailedPrecondition, GoogleAPICallError

from .address import emulator_host
from .index_file import InvalidIndexFile
from .indexes import Shape, project_index_file, project_indexes

ERROR_CODES = "https://cloud.google.com/datastore/docs/concepts/errors"
STOP = "stop the emulator (Ctrl-C in the terminal where it runs) and start it again"


class MissingIndex(FailedPrecondition):
    """Datastore lacks the composite index of a query; the message says what to do about it."""


def explained(call):
    """Make the errors of a method of Google's transport say what to do.

    The error keeps its type, with two exceptions: MissingIndex, which is a FailedPrecondition, and while index.yaml
    is malformed FailedPrecondition, because the emulator then refuses a commit before it has written anything.
    """

    @functools.wraps(call)
    def explained(request, **options):
        try:
            return call(request, **options)
        except GoogleAPICallError as error:
            if not error.message:
                _give_a_message(error)
            elif isinstance(error, FailedPrecondition) and (words := _about_an_index(request, error.message)):
                raise MissingIndex(words) from error
            raise

    return explained


def _give_a_message(error):
    status = error.grpc_status_code.name if error.grpc_status_code else type(error).__name__
    words = f"Datastore answered {status} and gave no reason. What that means: {ERROR_CODES}"
    if emulator_host():
        try:
            project_indexes()
        except InvalidIndexFile as invalid:
            words = f"{invalid}\nUntil it is corrected, the emulator refuses queries and commits."
            raise FailedPrecondition(words) from invalid
        words = (
            f"The emulator answered {status} and gave no reason. It does so while the index.yaml that it was started"
            f" with is malformed. If that is not it, {STOP}."
        )
    error.message, error.args = words, (words,)


def _about_an_index(request, message):
    """Say what to do about a query that Datastore has refused with this message; None if no index is missing."""
    query = _query(request)
    if query is None or "index" not in message.lower():
        return None
    try:
        shape = Shape.of(query)
    except ValueError:
        return None
    if shape.needed is None:
        return None
    # Behind it the emulator recommends to let it add entries by itself, which it does only if it enforces none.
    reason = message.partition(" You must update ")[0]
    try:
        indexes = project_indexes()
    except InvalidIndexFile as error:
        return f"{reason}\n{error}\n{_then(message)}"
    if indexes is None:
        needed = shape.needed.as_yaml().rstrip()
        words = f"It needs this entry of the project's index.yaml, which is not here:\n{needed}"
    elif serving := shape.served_by(indexes):
        lines = " and ".join(f"line {index.line}" for index in serving)
        entry = "entries" if serving[1:] else "entry"
        words = (
            f"{project_index_file()} has the {entry} for it already, in {lines}. {_not_there_yet(message)}"
        )
    else:
        words = "\n".join([*_what_to_add(shape.needed, indexes), _then(message)])
    return f"{reason}\n{words}"


def _query(request):
    """The `google.datastore.v1.Query` message of a request, or None for one that makes no query."""
    request = type(request).pb(request)
    if hasattr(request, "aggregation_query"):
        return request.aggregation_query.nested_query
    return getattr(request, "query", None)


def _what_to_add(needed, indexes):
    entry = needed.as_yaml().rstrip()
    path = project_index_file()
    if path and not path.is_file():
        return [f"Make the file {path} with this text:", "indexes:", entry]
    # Not at the top: the emulator is started without Django's models, and this module's import would cost it a third.
    from .index_checks import doubtful_entries

    doubts = [
        f"{path.name}, line {index.line}: {reason}"
        for index, reason in doubtful_entries(indexes)
        if needed.kind in reason
    ]
    return [
        *doubts,
        "If that is not it, add this to index.yaml:" if doubts else "Add this to index.yaml:",
        entry,
    ]


def _not_there_yet(message):
    if not emulator_host():
        return f"The database does not have it yet. {_create()}"
    if other := _other_file(message):
        return f"But the emulator enforces {other}: {STOP}, with the project's file."
    return f"But the emulator reads the file only when it starts: {STOP}."


def _then(message):
    if not emulator_host():
        return f"Then: {_create()}"
    other = _other_file(message)
    return f"Then {STOP}" + (
        f", with the project's file: now it enforces {other}."
        if other
        else ": it reads index.yaml only when it starts."
    )


def _create():
    return f"gcloud datastore indexes create {project_index_file()} creates it, which takes some minutes."


def _other_file(message):
    """The index file that the emulator names, if that is not the project's."""
    named = re.search(r"You must update (.+) or add ", message)
    path = project_index_file()
    return named[1] if named and path and named[1] != str(path.resolve()) else None
