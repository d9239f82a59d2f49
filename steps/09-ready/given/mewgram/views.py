import sys

from django.db import OperationalError
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from purr import timeline

SECONDS_TO_WAIT = 10


@require_safe
def favicon(request):
    """For pages that do not name an icon, such as the admin's."""
    return redirect(static("cat.svg"))


def server_error(request):
    """What the visitor sees when a view failed: 503 when the database is to blame, else 500."""
    # Both without the request: these pages must not need the database, so they ask for no user.
    if not isinstance(sys.exc_info()[1], OperationalError):
        return render(None, "500.html", status=500)
    response = render(None, "503.html", {"page": timeline.last_front_page()}, status=503)
    response["Retry-After"] = SECONDS_TO_WAIT
    return response
