"""`make bench`: mewgram on strict_datastore and on the stock connector, side by side in one run."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from strict_datastore.emulator import Emulator

ROOT = Path(__file__).parent.parent
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


def main():
    with Emulator(index_file=ROOT / "solution" / "index.yaml") as emulator:
        results = {
            what: {name: measure(what, engine, emulator.host) for name, engine in ENGINES.items()}
            for what in ("pages", "cold_start")
        }
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
    starts = [f"{results['cold_start'][name]['seconds']:.2f} s" for name in ENGINES]
    table.add_row("cold start to first page", "", starts[0], "", starts[1])
    Console().print(table)


if __name__ == "__main__":
    main()
