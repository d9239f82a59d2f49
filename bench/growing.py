"""What mewgram's pages cost with ever more purrs stored, counted by the meter: prints it as JSON."""

import json
import time
import uuid

import django

SIZES = (20, 200, 2_000, 20_000)
CATS, REPLIES, REPEATS = 13, 3, 3
PAGE = 20
MOST_WRITES_A_COMMIT = 500
POSTED = "Posted by the benchmark"


def main():
    django.setup()

    from django.core.cache import cache
    from django.test import Client

    from purr.models import Purr
    from users.models import User

    cats = [
        User.objects.create_user(f"{uuid.uuid4()}@example.com", display_name=f"Cat {number}")
        for number in range(CATS)
    ]
    thread = Purr.objects.create(author=cats[0], text="Purr", position=position_of(0, 0))
    for reply in range(1, 1 + REPLIES):
        replies_to = {"thread": thread, "thread_position": thread.position}
        Purr.objects.create(author=cats[reply], text="Meow", position=position_of(0, reply), **replies_to)
    anonymous, member = Client(), Client()
    member.force_login(cats[0])

    def get(client, url):
        cache.clear()
        assert client.get(url).status_code == 200

    def post():
        form = {"key": uuid.uuid4(), "text": POSTED}
        assert member.post("/purrs/new/", form).status_code == 302

    rows, stored = [], 1 + REPLIES
    for purrs in SIZES:
        multiply(stored, purrs)
        stored = purrs
        last_by_offset = Purr.objects.order_by("-position")[purrs - PAGE : purrs]
        actions = {
            "the home page": lambda: get(anonymous, "/"),
            "the home page of a member": lambda: get(member, "/"),
            "a thread": lambda: get(anonymous, thread.get_absolute_url()),
            "a cat's page": lambda: get(anonymous, cats[0].get_absolute_url()),
            "the list of cats": lambda: get(anonymous, "/cats/"),
            "the last page by an offset": lambda purrs=last_by_offset: list(purrs.all()),
            "posting a purr": post,
        }
        rows += [{"action": name, "purrs": purrs} | measure(action) for name, action in actions.items()]
        # On the first page they would stand for threads with replies.
        Purr.objects.filter(text=POSTED).delete()
    print(json.dumps(rows))


def position_of(thread, reply):
    return f"{thread:016}-{reply}"


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
    cats = [cat.pk.hex for cat in User.objects.order_by("listing")]
    first_purrs = Purr.objects.filter(position__lt=position_of(1, 0)).order_by("position")
    patterns = [client.get(client.key(kind, purr.pk.hex)) for purr in first_purrs]

    copies = []
    for thread in range(first // len(patterns), end // len(patterns)):
        keys = [client.key(kind, uuid.uuid4().hex) for _ in patterns]
        for reply, (key, pattern) in enumerate(zip(keys, patterns, strict=True)):
            copy = Entity(key, exclude_from_indexes=tuple(pattern.exclude_from_indexes))
            copy.update(pattern)
            copy["position"] = position_of(thread, reply)
            copy["author_id"] = cats[(thread + reply) % len(cats)]
            if reply:
                copy |= {"thread_id": keys[0].name, "thread_position": position_of(thread, 0)}
            copies.append(copy)
    for start in range(0, len(copies), MOST_WRITES_A_COMMIT):
        client.put_multi(copies[start : start + MOST_WRITES_A_COMMIT])


def measure(action):
    """Return an action's requests, what they are billed, the bytes of their answers and its least processor time."""
    from strict_datastore.meter import meter

    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        with meter() as counts:
            action()
        times.append(time.process_time() - started)
    return {
        "rpcs": counts.total_rpcs,
        "reads": counts.reads,
        "writes": counts.writes,
        "small_operations": counts.small_ops,
        "bytes": counts.bytes_in,
        "cpu_ms": round(1000 * min(times), 1),
    }


if __name__ == "__main__":
    main()
