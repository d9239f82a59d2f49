"""The result of the last run of a long measurement, as a page in bench/results/."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil

RESULTS = Path(__file__).parent / "results"


def circumstances(command):
    """What a figure is worth nothing without, as a sentence."""
    day = datetime.now(UTC).date().isoformat()
    busy = psutil.getloadavg()[0]
    return (
        f"Made by `{command}` on {day}: Python {platform.python_version()}, {os.cpu_count()} processors, "
        f"load average {busy:.1f}."
    )


def table(rows):
    """A table in Markdown, of dictionaries with the same keys."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(row.values() for row in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


class Report:
    def __init__(self, name, command):
        self._file = RESULTS / f"{name}.md"
        self._title = f"# {command}\n\n{circumstances(command)}"
        self._rows = []

    def add(self, row):
        self._rows.append(row)

    def write(self, explanation):
        self._file.write_text(f"{self._title}\n{explanation}\n\n{table(self._rows)}\n", encoding="utf-8")
