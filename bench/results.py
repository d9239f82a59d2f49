"""The results of the last run of a long measurement, in bench/results/."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil

RESULTS = Path(__file__).parent / "results"


def circumstances():
    """What a figure is worth nothing without."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load average": round(psutil.getloadavg()[0], 1),
    }


def sentence(command, made):
    return (
        f"Made by `{command}` on {made['date']}: Python {made['python']}, {made['processors']} processors, "
        f"load average {made['load average']}."
    )


def write_figures(name, figures):
    """Keep the figures of a part, under its name, with their circumstances."""
    content = json.dumps(circumstances() | {name: figures}, indent=1)
    (RESULTS / f"{name}.json").write_text(content + "\n", encoding="utf-8")


def read_figures(name):
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def table(rows):
    """A table in Markdown, of dictionaries with the same keys."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(row.values() for row in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


class Report:
    def __init__(self, name, command):
        self._file = RESULTS / f"{name}.md"
        self._title = f"# {command}\n\n{sentence(command, circumstances())}"
        self._rows = []

    def add(self, row):
        self._rows.append(row)

    def write(self, explanation):
        self._file.write_text(f"{self._title}\n{explanation}\n\n{table(self._rows)}\n", encoding="utf-8")
