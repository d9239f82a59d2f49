"""
Stores what the measurements read: cats who are logged in, and purrs.

`python -m bench.seed 20 200` brings 20 purrs to 200, and prints as JSON what a visitor needs to know. From 0 on it
makes the cats and the first thread too.
"""

import argparse
import json
import uuid
from datetime import UTC, datetime, timedelta

import django

CATS, REPLIES = 13, 3
MOST_WRITES_A_COMMIT = 500
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
POSTED = "Posted by the benchmark"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("first", type=int)
    parser.add_argument("end", type=int)
    arguments = parser.parse_args()
    django.setup()

    from users.models import User

    if arguments.first == 0:
        make_cats_and_thread()
        arguments.first = 1 + REPLIES
    else:
        delete_posted()
    multiply(arguments.first, arguments.end)
    cats = User.objects.order_by("listing")[:CATS]
    print(json.dumps({"sessions": [session_of(cat) for cat in cats]}))


def make_cats_and_thread():
    """Return the cats and a thread with replies, which `multiply` copies."""
    from purr.models import Purr
    from users.models import User

    cats = [
        User.objects.create_user(f"{uuid.uuid4()}@example.com", display_name=f"Cat {number}")
        for number in range(CATS)
    ]
    thread = Purr.objects.create(author=cats[0], text="Purr", posted=time_of(0, 0))
    for reply in range(1, 1 + REPLIES):
        Purr.objects.create(author=cats[reply], text="Meow", posted=time_of(0, reply), thread=thread)
    return cats, thread


def time_of(thread, reply):
    return BEGINNING + timedelta(minutes=thread, seconds=reply)


def multiply(first, end):
    """Store copies of the first thread and its replies, so that there are purrs up to the end.

    Through Google's own client, because the connector would take minutes.
    """
    from django.db import connection
    from google.cloud.datastore import Entity

    from purr.models import Purr
    from users.models import User

    connection.ensure_connection()
    client = connection.connection._client
    kind = Purr._meta.db_table
    cats = [cat.pk.hex for cat in User.objects.order_by("listing")[:CATS]]
    first_purrs = Purr.objects.filter(position__lt=position_of(1, 0, "")).order_by("position")
    patterns = [client.get(client.key(kind, purr.pk.hex)) for purr in first_purrs]

    copies = []
    for thread in range(first // len(patterns), end // len(patterns)):
        keys = [client.key(kind, uuid.uuid4().hex) for _ in patterns]
        for reply, (key, pattern) in enumerate(zip(keys, patterns, strict=True)):
            copy = Entity(key, exclude_from_indexes=tuple(pattern.exclude_from_indexes))
            copy.update(pattern)
            copy["posted"] = time_of(thread, reply)
            copy["position"] = position_of(thread, reply, key.name)
            copy["author_id"] = cats[(thread + reply) % len(cats)]
            if reply:
                copy |= {"thread_id": keys[0].name, "thread_position": position_of(thread, 0, keys[0].name)}
            copies.append(copy)
    for start in range(0, len(copies), MOST_WRITES_A_COMMIT):
        client.put_multi(copies[start : start + MOST_WRITES_A_COMMIT])


def position_of(thread, reply, key):
    from purr.models import EPOCH

    return f"{(time_of(thread, reply) - EPOCH) // timedelta(microseconds=1):016}-{key}"


def delete_posted():
    """Delete what visitors have posted: on the first page it would stand for threads with replies."""
    from django.db import connection

    from purr.models import Purr

    connection.ensure_connection()
    client = connection.connection._client
    query = client.query(kind=Purr._meta.db_table, filters=[("text", "=", POSTED)])
    query.keys_only()
    keys = [each.key for each in query.fetch()]
    for start in range(0, len(keys), MOST_WRITES_A_COMMIT):
        client.delete_multi(keys[start : start + MOST_WRITES_A_COMMIT])


def session_of(cat):
    """The key of a new session in which the cat is logged in."""
    from django.test import Client

    client = Client()
    client.force_login(cat)
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    main()
