"""The timeline in three requests to the database: a page of threads, their replies, all their authors."""

from django.core.cache import cache

from mewgram.paging import paginate
from users.models import User

from .models import Purr

MOST_REPLIES = 100

FRONT_PAGE = "front-page"
SECONDS_IN_MEMORY = 60
LAST_FRONT_PAGE = "last-front-page"
SECONDS_FOR_AN_OUTAGE = 60 * 60


def read(cursor=None):
    page = paginate(Purr.objects.threads(), "-position", cursor)
    replies = attach_replies(page.rows)
    attach_authors(page.rows + replies)
    return page


def read_front_page():
    """The first page, from the memory of this process if it has it. Only for visitors who write nothing."""
    page = cache.get(FRONT_PAGE)
    if not page:
        page = read()
        cache.set(FRONT_PAGE, page, SECONDS_IN_MEMORY)
        cache.set(LAST_FRONT_PAGE, page, SECONDS_FOR_AN_OUTAGE)
    return page


def last_front_page():
    """What this process has last read of the first page, to be shown when the database does not answer."""
    return cache.get(LAST_FRONT_PAGE)


def forget_front_page():
    cache.delete_many([FRONT_PAGE, LAST_FRONT_PAGE])


def attach_replies(threads):
    """Give each of the threads, newest first, its `shown_replies`; all of them come from one query."""
    if not threads:
        return []
    replies = list(Purr.objects.replies_between(threads[-1], threads[0])[:MOST_REPLIES])
    cut_from = replies[-1].thread_position if len(replies) == MOST_REPLIES else ""
    for thread in threads:
        thread.shown_replies = [reply for reply in replies if reply.thread_position == thread.position]
        thread.is_cut = thread.position <= cut_from
    return replies


def attach_authors(purrs):
    authors = User.objects.in_bulk({purr.author_id for purr in purrs})
    for purr in purrs:
        # An author whom the database no longer has is a former cat like any other.
        purr.author = authors.get(purr.author_id) or User(id=purr.author_id, is_active=False)
