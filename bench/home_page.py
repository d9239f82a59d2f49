"""
The processor time of the home page, and what of it cannot be spared: its three queries, and its template.

Prints as JSON the milliseconds of the quickest of the runs: of the page as a stranger gets it with nothing in
memory; of `timeline.read`, the same through the ORM; of the same three requests by Google's client alone; and of the
template.
"""

import json
import time

import django

from .seed import make_cats_and_thread, multiply

REPEATS = 60
PURRS = 200


def main():
    django.setup()

    from django.core.cache import cache
    from django.db import connection
    from django.template.loader import render_to_string
    from django.test import Client, RequestFactory

    from purr import timeline
    from purr.forms import PurrForm

    make_cats_and_thread()
    multiply(4, PURRS)
    visitor = Client()
    request = RequestFactory().get("/")

    def page():
        cache.clear()
        assert visitor.get("/").status_code == 200

    rows = timeline.read()
    context = {"page": rows, "form": PurrForm()}
    connection.ensure_connection()
    client = connection.connection._client
    oldest, newest = rows.rows[-1].position, rows.rows[0].position

    def bare():
        """The three requests of `timeline.read`, and the entities they bring."""
        threads = client.query(kind="purr_purr", filters=[("thread_id", "=", None)], order=["-position"])
        replies = client.query(
            kind="purr_purr",
            filters=[("thread_position", ">=", oldest), ("thread_position", "<=", newest)],
            order=["-thread_position", "position"],
        )
        purrs = [*threads.fetch(limit=20), *replies.fetch(limit=timeline.MOST_REPLIES)]
        authors = {purr["author_id"] for purr in purrs}
        assert len(client.get_multi([client.key("users_user", author) for author in authors])) == len(authors)
        return purrs

    assert len(bare()) == len(rows.rows) + sum(len(each.shown_replies) for each in rows.rows)
    parts = {
        "page": page,
        "read": timeline.read,
        "bare": bare,
        "template": lambda: render_to_string("purr/home.html", context, request),
    }
    for part in parts.values():
        part()
    # In turn, so that whatever else the machine does meets all.
    runs = [(name, milliseconds(part)) for _ in range(REPEATS) for name, part in parts.items()]
    print(json.dumps({name: min(each for other, each in runs if other == name) for name in parts}))


def milliseconds(function):
    started = time.process_time()
    function()
    return 1000 * (time.process_time() - started)


if __name__ == "__main__":
    main()
