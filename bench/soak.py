"""`make soak`: 64 visitors at once for a minute, on one instance and then on two."""

import sys
import time
from contextlib import ExitStack

from strict_datastore.emulator import Emulator

from .results import Report
from .serving import SOLUTION, Instance, seed
from .visitors import Visitors, audit

NAMESPACE = "soak"
PURRS = 200
CONNECTIONS = 64
SECONDS = 60
# Memory is looked at when all that is loaded once has been, and then to the end.
SETTLED_AFTER = 1 / 3
MOST_GROWTH = 0.05


def main():
    report = Report("soak", "make soak")
    is_well = True
    for instances in (1, 2):
        with Emulator(index_file=SOLUTION / "index.yaml") as emulator:
            row = soak(instances, emulator.host, CONNECTIONS, SECONDS)
        print(row, flush=True)
        report.add(row)
        is_well &= row["failures"] == row["lost"] == row["doubled"] == 0
        is_well &= row["memory at the end"] <= row["memory when settled"] * (1 + MOST_GROWTH)
    report.write(
        f"{CONNECTIONS} connections for {SECONDS} s, three requests of ten post a purr. "
        "Memory is the greatest of the instances', in MB. Lost: acknowledged purrs that were not there "
        "afterwards; doubled: purrs that were there more than once."
    )
    if not is_well:
        sys.exit("Something failed, was lost or doubled, or memory has grown: see above.")


def soak(number, host, connections, seconds):
    """Let so many visitors at so many instances; what came of it, by name."""
    sessions = seed(0, PURRS, host, NAMESPACE)["sessions"]
    with ExitStack() as stack:
        instances = [stack.enter_context(Instance(SOLUTION, host, NAMESPACE)) for _ in range(number)]
        started, memory = time.monotonic(), []
        with Visitors(connections, [each.port for each in instances], sessions) as visitors:
            while time.monotonic() - started < seconds:
                time.sleep(1)
                memory.append(max(each.megabytes() for each in instances))
            took = time.monotonic() - started
    result = audit(visitors.answers, host, NAMESPACE)
    answers = visitors.answers
    return {
        "instances": number,
        "requests": answers.total,
        "requests a second": round(answers.total / took, 1),
        "failures": answers.failures,
        "slowest, s": round(answers.longest, 2),
        "memory when settled": round(memory[int(len(memory) * SETTLED_AFTER)]),
        "memory at the end": round(memory[-1]),
        "acknowledged": result.acknowledged,
        "lost": result.lost,
        "doubled": result.doubled,
    }


if __name__ == "__main__":
    main()
