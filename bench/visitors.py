"""Visitors who read and post without a pause, remember what they were promised, and look for it afterwards."""

import os
import random
import re
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from unittest.mock import patch
from urllib.parse import urlencode

from strict_datastore.stub import Client

TOKEN = "a" * 32
READING = ["/", "/", "/", "/cats/", "/purrs/new/"]
POSTS_AMONG_TEN = 3
CATS_LOOKED_AT = 2
SECONDS_OF_PATIENCE = 60


@dataclass
class Answers:
    """What the visitors got.

    statuses: how many of each; "no answer" where the connection broke; longest: the seconds of the slowest;
    with_traceback: pages that showed one; acknowledged, uncertain: the keys of purrs that are posted for sure, and of
    those of which nobody said so; last_failure: when the last answer came that was none of those wished for.
    """

    statuses: Counter = field(default_factory=Counter)
    longest: float = 0
    with_traceback: int = 0
    acknowledged: set = field(default_factory=set)
    uncertain: set = field(default_factory=set)
    last_failure: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, status, seconds, page):
        with self.lock:
            self.statuses[status] += 1
            self.longest = max(self.longest, seconds)
            self.with_traceback += b"Traceback" in page
            if status not in (200, 302):
                self.last_failure = time.monotonic()

    @property
    def total(self):
        return self.statuses.total()

    @property
    def failures(self):
        return self.total - self.statuses[200] - self.statuses[302]


class Visitors:
    """So many at a time, spread over the instances at these ports; each is logged in by one of the sessions.

    The answers are counted from the last `count_anew` on; what was promised is kept to the end.
    """

    def __init__(self, number, ports, sessions):
        self.answers = Answers()
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(number)
        self._running = [
            self._pool.submit(self._visit, ports[each % len(ports)], sessions[each % len(sessions)])
            for each in range(number)
        ]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._pool.shutdown()
        for each in self._running:
            each.result()

    def count_anew(self):
        """Begin to count from here, and return the answers so far."""
        before = self.answers
        self.answers = Answers(acknowledged=before.acknowledged, uncertain=before.uncertain)
        return before

    def _visit(self, port, session):
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS_OF_PATIENCE)
        headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        unsaid, cats = None, []
        while not self._stop.is_set():
            if unsaid or random.randrange(10) < POSTS_AMONG_TEN:
                # What was not acknowledged is sent again, as somebody does who finds a form still filled in.
                key = unsaid or uuid.uuid4()
                form = urlencode({"key": key, "text": f"Meow {key.hex}"})
                content = {"Content-Type": "application/x-www-form-urlencoded"}
                status, _ = self._ask(connection, "POST", "/purrs/new/", form, headers | content)
                unsaid = None if status == 302 else key
                with self.answers.lock:
                    if unsaid:
                        self.answers.uncertain.add(key.hex)
                    else:
                        self.answers.acknowledged.add(key.hex)
                        self.answers.uncertain.discard(key.hex)
            else:
                path = random.choice([*READING, *cats[:CATS_LOOKED_AT]])
                _, page = self._ask(connection, "GET", path, None, headers)
                cats = re.findall('class="cat" src="([^"]+)"', page.decode(errors="ignore")) or cats
        connection.close()

    def _ask(self, connection, method, path, body, headers):
        started = time.monotonic()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            status, page = answer.status, answer.read()
        except (OSError, HTTPException):
            connection.close()
            status, page = "no answer", b""
        self.answers.add(status, time.monotonic() - started, page)
        return status, page


@dataclass
class Audit:
    """What became of the purrs: lost were acknowledged and are not there, doubled are there more than once."""

    acknowledged: int
    lost: int
    doubled: int


def audit(answers, host, namespace):
    """Count in Datastore itself, past the ORM, what the visitors have posted."""
    client = Client({"PROJECT": "mewgram", "NAMESPACE": namespace})
    with patch.dict(os.environ, DATASTORE_EMULATOR_HOST=host):
        texts = Counter(each["text"] for each in client.query(kind="purr_purr").fetch())
    return Audit(
        acknowledged=len(answers.acknowledged),
        lost=sum(f"Meow {key}" not in texts for key in answers.acknowledged),
        doubled=sum(texts[f"Meow {key}"] > 1 for key in answers.acknowledged | answers.uncertain),
    )
