"""
The code of steps 6 to 9 and of the solution, side by side: served alike, asked by wrk, counted by the same meter.

Prints the figures as JSON. All read the same entities, those of the solution: with the emulator next door, and with
5 ms added to each of its answers, as if it were in a data centre.
"""

import json
import re
import subprocess
import sys
import time
import urllib.request
import uuid
from http.client import HTTPConnection
from pathlib import Path

from faulty_proxy import FaultyProxy
from strict_datastore.emulator import Emulator

from .seed import POSTED
from .serving import ROOT, SOLUTION, Instance, seed

PROJECTS = {
    "step 6": ROOT / "steps" / "06-datastore" / "code",
    "step 7": ROOT / "steps" / "07-indexes" / "code",
    "step 8": ROOT / "steps" / "08-cost" / "code",
    "step 9": ROOT / "steps" / "09-ready" / "code",
    "solution": SOLUTION,
}
SIZES = (20, 200, 2_000, 20_000)
# To each answer of the emulator.
ADDED_MS = (0, 5)
CONNECTIONS = 8
SECONDS, SECONDS_TO_WARM_UP = 3, 1
# What takes longer than this by itself is asked once: eight at a time would hardly have an answer in SECONDS.
MOST_SECONDS_AN_ANSWER = 0.3
NAMESPACE = "bench-steps"
LOAD = Path(__file__).parent / "load.lua"
COUNTS = re.compile(r"(\d+) RPCs?, (\d+) reads?, (\d+) writes?")


def main():
    rows = []
    # Without an index file, because the steps need different ones; which index serves a query changes no count.
    with Emulator() as emulator:
        proxy = FaultyProxy(emulator.host)
        proxy.start()
        stored = 0
        for purrs in SIZES:
            visitors = seed(stored, purrs, emulator.host, NAMESPACE)
            stored = purrs
            for added_ms in ADDED_MS:
                with proxy.slow(added_ms / 1000):
                    host = proxy.host if added_ms else emulator.host
                    for name, project in PROJECTS.items():
                        where = {"project": name, "purrs": purrs, "added_ms": added_ms}
                        print(f"{name}, {purrs:,} purrs, {added_ms} ms added", file=sys.stderr, flush=True)
                        rows += [where | row for row in measure(project, host, visitors["sessions"][0])]
                        seed(stored, stored, emulator.host, NAMESPACE)
        proxy.close()
    print(json.dumps(rows))


def measure(project, host, session):
    """A dictionary for each thing that visitors do."""
    actions = {
        "home, a stranger": ("/", "", None),
        "home, a member": ("/", session, None),
        "posting": ("/purrs/new/", session, POSTED),
    }
    with Instance(project, host, NAMESPACE) as instance:
        for action, (path, session, text) in actions.items():
            one_answer(instance, path, session, text)  # what is imported or drawn once is not part of it
            before, started = instance.processor_seconds(), time.perf_counter()
            answer = one_answer(instance, path, session, text)
            took = time.perf_counter() - started
            cpu = instance.processor_seconds() - before
            if took > MOST_SECONDS_AN_ANSWER:
                ms = 1000 * took
                load = {"requests": 1, "seconds": took, "median_ms": ms, "p99_ms": ms, "errors": 0}
            else:
                run_wrk(instance, SECONDS_TO_WARM_UP, path, session, text)
                before = instance.processor_seconds()
                load = run_wrk(instance, SECONDS, path, session, text)
                cpu = instance.processor_seconds() - before
            if not load["requests"]:
                raise RuntimeError(f"{project} answers nothing:\n{instance.log()}")
            yield {
                "action": action,
                **load,
                "requests_a_second": load["requests"] / load["seconds"],
                "cpu_ms": 1000 * cpu / load["requests"],
                **answer,
                "megabytes": instance.megabytes(),
                "seconds_to_first_page": instance.seconds_to_first_page,
            }


def run_wrk(instance, seconds, path, session, text):
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "--timeout=60", f"-s{LOAD}"]
    command += [instance.address + path, "--", session, *([text] if text else [])]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(output.splitlines()[-1])


def one_answer(instance, path, session, text):
    """What one request is billed, and how many bytes the page and its cats have."""
    cookies = f"csrftoken={'a' * 32}" + (f"; sessionid={session}" if session else "")
    connection = HTTPConnection("127.0.0.1", instance.port)
    headers = {"Cookie": cookies, "X-CSRFToken": "a" * 32}
    if text:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST", path, f"key={uuid.uuid4()}&text={text.replace(' ', '+')}", headers)
    else:
        connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    page = answer.read()
    connection.close()
    rpcs, reads, writes = map(int, COUNTS.search(answer.headers["Server-Timing"]).groups())
    cats = set(re.findall(rb'class="cat" src="([^"]+)"', page))
    cat_bytes = sum(len(urllib.request.urlopen(instance.address + cat.decode()).read()) for cat in cats)
    return {
        "rpcs": rpcs,
        "reads": reads,
        "writes": writes,
        "html_bytes": len(page),
        "cats": len(cats),
        "cat_bytes": cat_bytes,
    }


if __name__ == "__main__":
    main()
