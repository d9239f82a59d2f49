"""
Keyset paging: a page begins where the last one ended, at a value of the field that orders the list.

Unlike an offset, it costs the same on the first page and on the thousandth, and a new row moves nothing.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404

from .validators import one_line

PAGE_SIZE = 20
LONGEST_VALUE = 300


@dataclass
class Page:
    rows: list
    previous: str  # the query string of the page before this one, empty where there is none
    next: str
    is_first: bool


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
        rows.reverse()

    def link(name, row):
        return "?" + urlencode({name: getattr(row, field)})

    # Walking on, there is a page before unless this is the first; walking back, there is one after.
    has_previous = is_full if direction == back else bool(cursor)
    has_next = is_full or direction == back
    return Page(
        rows=rows,
        previous=link(back, rows[0]) if rows and has_previous else "",
        next=link(onward, rows[-1]) if rows and has_next else "",
        # Walking back, a page that is not full has reached the beginning.
        is_first=cursor is None or (direction == back and 0 < len(rows) < PAGE_SIZE),
    )
