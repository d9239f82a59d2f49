"""The timeline in three requests to the database: a page of threads, their replies, all their authors."""

from django.core.cache import cache

from mewgram.paging import paginate
from users.models import User

from .models import Purr

FRONT_PAGE = "front-page"
SECONDS_IN_MEMORY = 60


def read(cursor=None):
    page = paginate(Purr.objects.threads(), "-position", cursor)
    replies = attach_replies(page.rows)
    attach_authors(page.rows + replies)
    return page


def read_front_page():
    """The first page, from the memory of this process if it has it. Only for visitors who write nothing."""
    return cache.get_or_set(FRONT_PAGE, read, SECONDS_IN_MEMORY)


def forget_front_page():
    cache.delete(FRONT_PAGE)


def attach_replies(threads):
    if not threads:
        return []
    replies = list(Purr.objects.replies_between(threads[-1], threads[0]))
    for thread in threads:
        thread.shown_replies = [reply for reply in replies if reply.thread_position == thread.position]
    return replies


def attach_authors(purrs):
    authors = User.objects.in_bulk({purr.author_id for purr in purrs})
    for purr in purrs:
        purr.author = authors[purr.author_id]
