"""`make bench`: each step and mewgram side by side in one run; the stock connector beside ours; mewgram as it grows.

All of it is in results/bench.md afterwards, and each part in a file of its own; notebook 6 reads growing.json.
`python -m bench steps` measures that part anew.
"""

import json
import shutil
import subprocess
import sys
from statistics import median

from strict_datastore.emulator import Emulator

from workshop.parts import PartError

from . import report
from .results import write_figures
from .serving import ROOT, SOLUTION, environment

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


def measure_part(name):
    """Each begins with an empty database."""
    if name == "steps":
        return measure(name, ENGINES["strict"], "")
    with Emulator(index_file=SOLUTION / "index.yaml") as emulator:
        if name != "pages":
            return measure(name, ENGINES["strict"], emulator.host)
        # In turn, so that whatever else the machine does meets both.
        runs = [
            (name, measure("pages", engine, emulator.host))
            for _ in range(RUNS_EACH)
            for name, engine in ENGINES.items()
        ]
    return {name: medians([pages for each, pages in runs if each == name]) for name in ENGINES}


def main():
    parts = sys.argv[1:] or report.PARTS
    for part in parts:
        if part not in report.PARTS:
            sys.exit(f"There is no part {part}: they are {', '.join(report.PARTS)}.")
    if "steps" in parts and not shutil.which("wrk"):
        sys.exit("This needs wrk, which sends the requests: sudo apt-get install wrk")
    for part in parts:
        print(part, flush=True)
        write_figures(part, measure_part(part))
    try:
        report.write()
    except PartError as error:
        sys.exit(f"README.md: {error}")
    print(f"The figures are in {report.PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
