"""`make faults`: eight visitors at once, while Datastore is stopped, frozen, slow, away, or answers with errors."""

import sys
import tempfile
import time
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

import grpc
import psutil
from faulty_proxy import FaultyProxy
from strict_datastore.emulator import Emulator

from .results import Report
from .serving import SOLUTION, Instance, seed
from .visitors import Visitors, audit

NAMESPACE = "faults"
PURRS = 200
# As many as there are threads, so that nobody waits for anything but the database.
VISITORS = 8
SECONDS, SECONDS_BETWEEN = 20, 3
MOST_SECONDS_TO_RECOVER = 15
# Of mewgram in production, and what eight of them may need of a busy processor beside.
DEADLINE, GRACE = 5, 2
RANDOM_CODES = [
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
]


def main():
    report = Report("faults", "make faults")
    rows = []
    for run in (signals, proxied):
        with tempfile.TemporaryDirectory() as folder:
            emulator = Emulator(index_file=SOLUTION / "index.yaml", data_dir=Path(folder) / "data")
            with emulator:
                for row in run(emulator):
                    print(row, flush=True)
                    report.add(row)
                    rows.append(row)
    report.write(
        f"{VISITORS} visitors read and post without a pause while each fault lasts, which is {SECONDS} s, and for "
        f"{DEADLINE + SECONDS_BETWEEN} s behind it. "
        f"A response has {DEADLINE} s for Datastore. 503 is the page that asks to come back. Recovered: seconds from "
        "the end of the fault to the last answer that was not as it should be. Lost: acknowledged purrs that were "
        "not there at the end; doubled: purrs that were there more than once. The signals meet an app that asks "
        "the emulator itself, all else comes from a proxy between them."
    )
    if not all(is_well(row) for row in rows):
        sys.exit("Something failed, was late, lost or doubled: see above.")


def is_well(row):
    return (
        row["other failures"] == row["tracebacks"] == row["lost"] == row["doubled"] == 0
        and row["slowest, s"] <= DEADLINE + GRACE
        and row["recovered, s"] <= MOST_SECONDS_TO_RECOVER
    )


def signals(emulator):
    """The faults of the emulator's process."""
    yield from watch(
        emulator,
        emulator.host,
        {
            "none": nullcontext,
            "SIGTERM, then started again": partial(stopped, emulator),
            "SIGSTOP": partial(frozen, emulator),
        },
    )


def proxied(emulator):
    """The faults of what is between the app and the emulator."""
    proxy = FaultyProxy(emulator.host)
    proxy.start()
    faults = {
        "0.2 s for each answer": partial(proxy.slow, 0.2),
        "2 s for each answer": partial(proxy.slow, 2),
        "connections refused": proxy.away,
        "no answer at all": proxy.frozen,
        "UNAVAILABLE, always": partial(proxy.answering, grpc.StatusCode.UNAVAILABLE),
        "RESOURCE_EXHAUSTED, always": partial(proxy.answering, grpc.StatusCode.RESOURCE_EXHAUSTED),
        "four errors, one request in five": partial(proxy.answering_at_random, RANDOM_CODES, 0.2),
        "four errors, every other request": partial(proxy.answering_at_random, RANDOM_CODES, 0.5),
        "commits made, their answers lost": partial(proxy.losing_answers, "Commit"),
        "commits made, answered after the app gave up": partial(proxy.slow, DEADLINE + 1, only="Commit"),
    }
    yield from watch(emulator, proxy.host, faults)
    proxy.close()


def watch(emulator, host, faults):
    """Let visitors in, and one fault after the other; a row for each."""
    sessions = seed(0, PURRS, host, NAMESPACE)["sessions"]
    with Instance(SOLUTION, host, NAMESPACE) as instance:
        with Visitors(VISITORS, [instance.port], sessions) as visitors:
            time.sleep(SECONDS_BETWEEN)
            rows = [row_of(name, fault, visitors) for name, fault in faults.items()]
        result = audit(visitors.answers, emulator.host, NAMESPACE)
        tracebacks = instance.log().count("Traceback")
    for row in rows:
        yield row | {
            "tracebacks": row["tracebacks"] + tracebacks,
            "lost": result.lost,
            "doubled": result.doubled,
        }


def row_of(name, fault, visitors):
    acknowledged = len(visitors.count_anew().acknowledged)
    with fault():
        time.sleep(SECONDS)
    ended = time.monotonic()
    time.sleep(DEADLINE + SECONDS_BETWEEN)
    answers = visitors.count_anew()
    wished, asleep = answers.statuses[200] + answers.statuses[302], answers.statuses[503]
    return {
        "fault": name,
        "pages and posts": wished,
        "503": asleep,
        "other failures": answers.total - wished - asleep,
        "slowest, s": round(answers.longest, 1),
        "recovered, s": round(max((answers.last_failure or ended) - ended, 0.0), 1),
        "acknowledged": len(answers.acknowledged) - acknowledged,
        "tracebacks": answers.with_traceback,
    }


@contextmanager
def stopped(emulator):
    """Gone by SIGTERM, which lets it save what it knows; it is started again at the end."""
    process_of(emulator).terminate()
    emulator.process.wait()
    try:
        yield
    finally:
        emulator.stop()
        emulator.start()


@contextmanager
def frozen(emulator):
    process = process_of(emulator)
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def process_of(emulator):
    """The emulator itself, below the guardian that ends it with us."""
    (process,) = psutil.Process(emulator.process.pid).children()
    return process


if __name__ == "__main__":
    main()
