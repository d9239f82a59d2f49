"""Notebook 6 quotes the benchmark that was run last."""

import json
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
RESULTS = json.loads((ROOT / "bench" / "results" / "growing.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def table():
    """The outputs of the notebook's cell that reads the benchmark, as text."""
    notebook = nbformat.read(ROOT / "notebooks" / "6-growing.ipynb", as_version=4)
    (cell,) = [cell for cell in notebook.cells if "growing.json" in cell.source and cell.cell_type == "code"]
    printed, shown = cell.outputs
    return printed.text + shown.data["text/plain"]


def test_it_names_the_day_of_the_benchmark(table):
    assert RESULTS["date"] in table, "run: make notebooks"


@pytest.mark.parametrize("action", sorted({row["action"] for row in RESULTS["growing"]}))
def test_it_quotes_the_counts_of_each_action(table, action):
    (line,) = [line for line in table.splitlines() if line.startswith(f"{action}  ")]
    rows = sorted(
        (row for row in RESULTS["growing"] if row["action"] == action), key=lambda row: row["purrs"]
    )
    counts = [row[count] for count in ("rpcs", "reads", "writes") for row in rows]
    assert line.split()[-len(counts) :] == [str(count) for count in counts], "run: make notebooks"
