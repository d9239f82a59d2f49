"""The Server-Timing header: what a response cost in Datastore."""

import os
import time

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed

from .meter import meter


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
            f'datastore;dur={datastore * 1000:.1f};desc="{counts.total_rpcs} RPCs, {counts.reads} reads, '
            f'{counts.writes} writes, {counts.deletes} deletes"'
        )
        return response
