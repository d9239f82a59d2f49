"""
Keyset paging: a page begins where the last one ended, at a value of the field that orders the list.

Unlike an offset, it costs the same on the first page and on the thousandth, and a new row moves nothing.
"""

from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect

from .validators import one_line

PAGE_SIZE = 20
LONGEST_VALUE = 300
END = "~"  # sorts after every position: before it is the last page


@dataclass
class Page:
    rows: list
    previous: str  # the query string of the page before this one, empty where there is none
    next: str
    is_first: bool


class BeforeTheBeginning(Exception):
    """A full page was the first one, and somebody walked back from it."""


def paged(view):
    """Give the view the cursor of its page; who walks back past the beginning is sent to the first page."""

    @wraps(view)
    def wrapper(request, **arguments):
        try:
            return view(request, cursor=read_cursor(request), **arguments)
        except BeforeTheBeginning:
            return redirect(request.path)

    return wrapper


def read_cursor(request):
    """What the URL asks for: ("before", value), ("after", value), or None for the first page."""
    cursor = next(((name, request.GET[name]) for name in ("before", "after") if request.GET.get(name)), None)
    if cursor:
        try:
            one_line(cursor[1])
        except ValidationError as error:
            raise Http404("No page begins there.") from error
        if len(cursor[1]) > LONGEST_VALUE:
            raise Http404("No page begins there.")
    return cursor


def paginate(queryset, ordering, cursor=None):
    """The page of the queryset at the cursor. The ordering is one field, with `-` for the greatest first."""
    field = ordering.removeprefix("-")
    onward, back = ("before", "after") if ordering.startswith("-") else ("after", "before")
    direction, value = cursor or (onward, None)

    if value is not None:
        queryset = queryset.filter(**{f"{field}__{'lt' if direction == 'before' else 'gt'}": value})
    rows = list(queryset.order_by(f"-{field}" if direction == "before" else field)[:PAGE_SIZE])
    is_full = len(rows) == PAGE_SIZE
    if direction == back:
        if not rows:
            raise BeforeTheBeginning
        rows.reverse()

    def link(name, row):
        return "?" + urlencode({name: getattr(row, field)})

    # Walking on, there is a page before unless this is the first; walking back, there is one after
    # unless this is the last.
    has_previous = is_full if direction == back else bool(cursor)
    has_next = value != END if direction == back else is_full
    return Page(
        rows=rows,
        previous=link(back, rows[0]) if rows and has_previous else "",
        next=link(onward, rows[-1]) if rows and has_next else "",
        # Walking back, a page that is not full has reached the beginning.
        is_first=cursor is None or (direction == back and not is_full),
    )
