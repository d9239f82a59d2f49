"""What a deployed mewgram costs a month: deploy/README.md says what these visits cost."""

import re
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.urls import reverse
from strict_datastore.meter import meter
from strict_datastore.prices import as_dollars, cost, cost_of_month

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]

ROOT = Path(__file__).parents[2]
README = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
DAYS = 30
GIGABYTE = 2**30
AUTHORS, THREADS, REPLIES = 13, 20, 4


@dataclass(frozen=True)
class CloudRunPrices:
    """List prices in US dollars, and what is free each month; billed by request, in us-central1."""

    as_of: date
    source: str
    processor_second: float
    gigabyte_second: float
    million_requests: float
    gigabyte_out: float
    free_processor_seconds: int
    free_gigabyte_seconds: int
    free_requests: int
    free_gigabytes_out: int


CLOUD_RUN = CloudRunPrices(
    as_of=date(2025, 6, 1),
    source="https://cloud.google.com/run/pricing",
    processor_second=0.000024,
    gigabyte_second=0.0000025,
    million_requests=0.40,
    gigabyte_out=0.12,
    free_processor_seconds=180_000,
    free_gigabyte_seconds=360_000,
    free_requests=2_000_000,
    free_gigabytes_out=1,
)
# A request is billed by tenths of a second, and no page takes longer. An instance has one processor and half a GiB.
SECONDS_OF_A_REQUEST = 0.1
GIGABYTES_OF_AN_INSTANCE = 0.5


def cloud_run(requests, gigabytes):
    """The price of a month in which so many requests are answered with so many GiB."""
    seconds = requests * SECONDS_OF_A_REQUEST

    def beyond(used, free):
        return max(used - free, 0)

    return (
        beyond(seconds, CLOUD_RUN.free_processor_seconds) * CLOUD_RUN.processor_second
        + beyond(seconds * GIGABYTES_OF_AN_INSTANCE, CLOUD_RUN.free_gigabyte_seconds)
        * CLOUD_RUN.gigabyte_second
        + beyond(requests, CLOUD_RUN.free_requests) * CLOUD_RUN.million_requests / 1_000_000
        + beyond(gigabytes, CLOUD_RUN.free_gigabytes_out) * CLOUD_RUN.gigabyte_out
    )


class Visitor:
    """A browser that asks for each picture and stylesheet once; counts what the site answers."""

    def __init__(self, client):
        self.client, self.seen = client, set()
        self.requests = self.bytes = 0

    def get(self, path):
        # In a minute the next visitor gets the same page from memory; here each is a new one.
        cache.clear()
        body = self.client.get(path).content
        self.count(body)
        for file in set(re.findall(r'(?:src|href)="(/(?:static|avatar)/[^"]+)"', body.decode())) - self.seen:
            self.seen.add(file)
            if file.startswith("/static/"):
                self.count((ROOT / "solution" / file[1:]).read_bytes())
            else:
                self.count(self.client.get(file).content)

    def post(self, path, data):
        assert self.client.post(path, data).status_code == 302
        self.count(b"")

    def count(self, body):
        self.requests += 1
        self.bytes += len(body)


@pytest.fixture
def day(client, create_cat, create_purr):
    """What a thousand visitors ask for who look around, of whom every tenth logs in and purrs."""
    # The same keys each time, and so the same pictures.
    cats = [create_cat(id=uuid.UUID(int=number), password="nine-lives") for number in range(AUTHORS)]
    threads = [create_purr(cats[number % AUTHORS]) for number in range(THREADS)]
    for number, thread in enumerate(threads):
        for reply in range(REPLIES):
            create_purr(cats[(number + reply) % AUTHORS], thread)

    def look_around(visitor):
        for path in (
            reverse("home"),
            threads[-1].get_absolute_url(),
            cats[0].get_absolute_url(),
            reverse("cats"),
        ):
            visitor.get(path)

    def log_in_and_purr(visitor):
        visitor.get(reverse("log_in"))
        visitor.post(reverse("log_in"), {"username": cats[0].email, "password": "nine-lives"})
        visitor.get(reverse("home"))
        visitor.post(reverse("post"), {"text": "Meow", "key": uuid.uuid4()})
        visitor.get(reverse("home"))

    visitor, day = Visitor(client), Counter()
    for times, act in ((1000, look_around), (100, log_in_and_purr)):
        requests, size = visitor.requests, visitor.bytes
        with meter() as counts:
            act(visitor)
        day["requests"] += times * (visitor.requests - requests)
        day["bytes"] += times * (visitor.bytes - size)
        for name in ("reads", "writes", "deletes"):
            day[name] += times * getattr(counts, name)
    return SimpleNamespace(**day)


def lines(day):
    # Whole ones: a page has a few bytes more or less each time, by the times and the keys on it.
    requests, gigabytes = DAYS * day.requests, round(DAYS * day.bytes / GIGABYTE)
    free, paid, run = cost_of_month(day), DAYS * cost(day), cloud_run(requests, gigabytes)
    return [
        f"{day.reads:,} reads, {day.writes:,} writes and {day.deletes:,} deletes a day",
        f"{requests:,} requests and {gigabytes} GiB a month",
        f"| Datastore | {as_dollars(free)} | {as_dollars(paid)} |",
        f"| Cloud Run and traffic | {as_dollars(run)} | {as_dollars(run)} |",
        f"| together | {as_dollars(free + run)} | {as_dollars(paid + run)} |",
    ]


def test_a_thousand_visitors_a_day_cost_what_the_readme_says(day):
    print(*lines(day), sep="\n")
    assert [line for line in lines(day) if line not in README] == []


def test_nobody_costs_nothing():
    nobody = SimpleNamespace(reads=0, writes=0, deletes=0)
    assert cost_of_month(nobody) + cloud_run(0, 0) == 0
    assert "| nobody | $0.00 |" in README


def test_the_readme_says_of_when_the_prices_are():
    assert CLOUD_RUN.source in README
    assert f"{CLOUD_RUN.as_of:%B %Y}" in README
