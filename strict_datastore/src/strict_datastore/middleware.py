"""How long a response may take, and what it cost in Datastore: in a header, and at the foot of the page."""

import os
import time

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connections

from .deadline import deadline, last_was_answered
from .meter import meter
from .prices import as_dollars, cost_of_thousand, free_a_day

__all__ = ["CostFooterMiddleware", "DeadlineMiddleware", "ServerTimingMiddleware", "summary"]


class DeadlineMiddleware:
    """Bounds the time that a response waits for Datastore: behind it each request to Datastore fails at once.

    The view gets an OperationalError. The setting STRICT_DATASTORE_DEADLINE says after how many seconds, 5 by
    default. Put it before all middleware that uses the database.

    While Datastore answers nothing, a response waits a tenth of that: the others stand in line behind it, and
    one answer is enough to tell that it is back.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.seconds = getattr(settings, "STRICT_DATASTORE_DEADLINE", 5)

    def __call__(self, request):
        with deadline(self.seconds if last_was_answered() else self.seconds / 10):
            return self.get_response(request)


class ServerTimingMiddleware:
    """Adds `Server-Timing` with the time, RPCs and operations of each response.

    Browsers show it in their network panel. On in DEBUG, elsewhere with SERVER_TIMING=1 in the environment:
    it tells a stranger how the service works. Put it first, so that it counts the other middleware too.
    """

    def __init__(self, get_response):
        if not settings.DEBUG and os.environ.get("SERVER_TIMING") != "1":
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        started = time.perf_counter()
        with meter() as counts:
            response = self.get_response(request)
        total = time.perf_counter() - started
        datastore = sum(call.seconds for call in counts.calls)
        response["Server-Timing"] = (
            f"total;dur={total * 1000:.1f}, "
            f'datastore;dur={datastore * 1000:.1f};desc="{operations(counts)}, {counted(counts.deletes, "delete")}"'
        )
        return response


class CostFooterMiddleware:
    """Adds to the foot of each page what it cost, what a thousand such views cost, and how many are free.

    Only in DEBUG, and only where a database is Datastore. The note has no style of its own, which a
    Content-Security-Policy could forbid: `.datastore-cost` is for the project's stylesheet. Put it first, so
    that it counts the other middleware too.
    """

    def __init__(self, get_response):
        if not settings.DEBUG or all(each.vendor != "datastore" for each in connections.all()):
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        with meter() as counts:
            response = self.get_response(request)
        if _is_page(response):
            before, end, after = response.content.rpartition(_end_of_page(response.content))
            # Not a <footer>: beside the site's own, screen readers would find two of what there is one of.
            note = f'<aside class="datastore-cost" aria-label="Cost in Datastore">{summary(counts)}</aside>\n'
            response.content = before + note.encode() + end + after
            if response.has_header("Content-Length"):
                response["Content-Length"] = len(response.content)
        return response


def _end_of_page(content):
    """What the note stands before. The admin's frame is as tall as the window, so behind it a long list hides it."""
    frame = b"</footer>\n</div>\n<!-- END Container -->"
    return frame if frame in content else b"</body>"


def _is_page(response):
    return (
        not response.streaming
        and response.get("Content-Type", "").partition(";")[0] == "text/html"
        and response.charset.lower() == "utf-8"
        and not response.has_header("Content-Encoding")
        and b"</body>" in response.content
    )


def summary(counts):
    """Say what a `Meter` has counted: `3 RPCs, 66 reads, 0 writes · 1,000 such views cost $0.04 · ...`."""
    text = operations(counts)
    if counts.deletes:
        text += f", {counted(counts.deletes, 'delete')}"
    free = free_a_day(counts)
    if free is None:
        return f"{text} · such views cost nothing"
    thousand = as_dollars(cost_of_thousand(counts))
    return f"{text} · 1,000 such views cost {thousand} · {free:,} a day are free"


def operations(counts):
    parts = (counts.total_rpcs, "RPC"), (counts.reads, "read"), (counts.writes, "write")
    return ", ".join(counted(*part) for part in parts)


def counted(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"
