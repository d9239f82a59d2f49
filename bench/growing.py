"""What mewgram's pages cost with ever more purrs stored, counted by the meter: prints it as JSON."""

import json
import time
import uuid

import django

from .seed import POSTED, REPLIES, delete_posted, make_cats_and_thread, multiply

SIZES = (20, 200, 2_000, 20_000)
REPEATS = 3
PAGE = 20


def main():
    django.setup()

    from django.core.cache import cache
    from django.test import Client

    from purr.models import Purr

    cats, thread = make_cats_and_thread()
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
        delete_posted()
    print(json.dumps(rows))


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
