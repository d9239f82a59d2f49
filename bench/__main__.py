"""`make bench`: each step and mewgram side by side in one run; the stock connector beside ours; mewgram as it grows.

All of it is in results/steps.md afterwards; what mewgram costs as it grows in results/growing.json, which notebook
6 reads.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from statistics import median

from strict_datastore.emulator import Emulator

from . import report
from .results import RESULTS
from .serving import ROOT, SOLUTION, environment

GROWING = RESULTS / "growing.json"
STEPS = RESULTS / "steps.json"
RUNS_EACH = 5
ENGINES = {"stock": "gcloudc.db.backends.datastore", "strict": "strict_datastore"}


def measure(what, engine, host):
    """Run one measurement in a process of its own and return the numbers that it prints."""
    namespace = f"bench-{engine.partition('.')[0]}"
    variables = environment(SOLUTION, host, namespace, engine)
    command = [sys.executable, "-W", "ignore", "-m", f"bench.{what}"]
    output = subprocess.run(command, env=variables, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)


def medians(runs):
    """For each page its RPCs and the median of its processor times over the runs."""
    return {
        page: {"rpcs": runs[0][page]["rpcs"], "cpu_ms": median(run[page]["cpu_ms"] for run in runs)}
        for page in runs[0]
    }


def write_growing(rows):
    results = {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "growing": rows,
    }
    GROWING.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def main():
    if not shutil.which("wrk"):
        sys.exit("This needs wrk, which sends the requests: sudo apt-get install wrk")
    with Emulator(index_file=SOLUTION / "index.yaml") as emulator:
        # In turn, so that whatever else the machine does meets both.
        runs = [
            (name, measure("pages", engine, emulator.host))
            for _ in range(RUNS_EACH)
            for name, engine in ENGINES.items()
        ]
        pages = {name: medians([pages for each, pages in runs if each == name]) for name in ENGINES}
        strict = ENGINES["strict"]
        cold_start = measure("cold_start", strict, emulator.host)
        memory = measure("memory", strict, emulator.host)
    # Each begins with an empty database.
    with Emulator(index_file=SOLUTION / "index.yaml") as emulator:
        home_page = measure("home_page", strict, emulator.host)
    with Emulator(index_file=SOLUTION / "index.yaml") as emulator:
        write_growing(measure("growing", strict, emulator.host))
    rows = measure("steps", strict, "")
    STEPS.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    report.write(rows, home_page, cold_start, pages, memory)
    print(f"The figures are in {(RESULTS / 'steps.md').relative_to(ROOT)}")


if __name__ == "__main__":
    main()
