"""`make bench`: mewgram on strict_datastore and on the stock connector, side by side in one run; and as it grows.

What it costs as it grows is written to results.json, which notebook 6 reads.
"""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table
from strict_datastore.emulator import Emulator

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results.json"
RUNS_EACH = 5
ENGINES = {"stock": "gcloudc.db.backends.datastore", "strict": "strict_datastore"}


def measure(what, engine, host):
    """Run one measurement in a process of its own and return the numbers that it prints."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "BENCH_ENGINE": engine,
        "DATASTORE_EMULATOR_HOST": host,
        "DATASTORE_NAMESPACE": f"bench-{engine.partition('.')[0]}",
        "DATABASE": "datastore",
        "SECRET_KEY": "for the benchmark alone",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "solution")]),
    }
    command = [sys.executable, "-W", "ignore", "-m", f"bench.{what}"]
    output = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)


def medians(runs):
    """For each page its RPCs and the median of its processor times over the runs."""
    return {
        page: {"rpcs": runs[0][page]["rpcs"], "cpu_ms": median(run[page]["cpu_ms"] for run in runs)}
        for page in runs[0]
    }


def home_pages(runs):
    first = next(iter(runs[0][1]))
    return ", ".join(f"{name} {pages[first]['cpu_ms']:.1f}" for name, pages in runs)


def write_results(growing):
    results = {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "growing": growing,
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def growing_table(rows):
    """RPCs and reads of each action by the number of purrs."""
    sizes = sorted({row["purrs"] for row in rows})
    table = Table(*["RPCs / reads", *(f"{size:,} purrs" for size in sizes)], title_justify="left")
    for action in dict.fromkeys(row["action"] for row in rows):
        cells = [f"{row['rpcs']} / {row['reads']:,}" for row in rows if row["action"] == action]
        table.add_row(action, *cells)
    return table


def main():
    with Emulator(index_file=ROOT / "solution" / "index.yaml") as emulator:
        # In turn, so that whatever else the machine does meets both.
        runs = [
            (name, measure("pages", engine, emulator.host))
            for _ in range(RUNS_EACH)
            for name, engine in ENGINES.items()
        ]
        results = {
            "pages": {name: medians([pages for each, pages in runs if each == name]) for name in ENGINES},
            "cold_start": {
                name: measure("cold_start", engine, emulator.host) for name, engine in ENGINES.items()
            },
        }
        memory = measure("memory", ENGINES["strict"], emulator.host)
    with Emulator(index_file=ROOT / "solution" / "index.yaml") as emulator:
        growing = measure("growing", ENGINES["strict"], emulator.host)
    write_results(growing)
    table = Table(
        title=f"Python {platform.python_version()}, {os.cpu_count()} processors", title_justify="left"
    )
    table.add_column("")
    for name in ENGINES:
        table.add_column(f"{name}: RPCs", justify="right")
        table.add_column("processor ms", justify="right")
    for page in results["pages"]["strict"]:
        cells = [results["pages"][name][page] for name in ENGINES]
        table.add_row(
            page, *(cell for each in cells for cell in (str(each["rpcs"]), f"{each['cpu_ms']:.1f}"))
        )
    starts = [f"{results['cold_start'][name]['mewgram']:.2f} s" for name in ENGINES]
    table.add_row("cold start to first page", "", starts[0], "", starts[1])
    Console().print(table)
    Console().print(growing_table(growing))
    print(f"Cold start of a Django that does nothing: {results['cold_start']['strict']['bare']:.2f} s")
    print(f"The home page's processor ms in {2 * RUNS_EACH} alternating runs: {home_pages(runs)}")
    print(
        f"Resident memory of a kept connection after {memory['operations']} reads and writes: "
        f"{memory['before_mb']:.1f} MB before, {memory['after_mb']:.1f} MB after."
    )


if __name__ == "__main__":
    main()
