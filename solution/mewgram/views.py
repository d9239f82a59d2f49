import sys

from django.db import OperationalError
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@require_safe
def favicon(request):
    """For pages that do not name an icon, such as the admin's."""
    return redirect(static("cat.svg"))


def server_error(request):
    """What the visitor sees when a view failed: 503 when the database is to blame, else 500."""
    status = 503 if isinstance(sys.exc_info()[1], OperationalError) else 500
    # Without the request: these pages must not need the database, so they ask for no user.
    return render(None, f"{status}.html", status=status)
