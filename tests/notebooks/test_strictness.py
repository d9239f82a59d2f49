"""How strictly the notebooks are checked, and what a failure says."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from . import NOTEBOOKS

ROOT = Path(__file__).parents[2]
EXERCISE = """**Exercise 1.** What is two and two?

<details><summary>Answer</summary>

```python
print(2 + 2)
```

```text
5
```

</details>
"""


def sources():
    return [cell.source for path in NOTEBOOKS for cell in nbformat.read(path, as_version=4).cells]


def test_at_most_five_outputs_are_not_compared():
    assert sum("# NBVAL_IGNORE_OUTPUT" in source for source in sources()) <= 5


@pytest.mark.parametrize("marker", ["NBVAL_SKIP", "NBVAL_RAISES_EXCEPTION", "PYTEST_VALIDATE_IGNORE_OUTPUT"])
def test_no_cell_evades_its_check_in_another_way(marker):
    assert [source for source in sources() if marker in source] == []


@pytest.fixture(scope="module")
def failures(tmp_path_factory):
    """What pytest says of a notebook whose second cell and only answer give another output than is stored."""
    folder = tmp_path_factory.mktemp("notebooks")
    cells = [
        new_code_cell(f"print({number})", execution_count=number, outputs=[new_output("stream", text=text)])
        for number, text in [(1, "1\n"), (2, "22\n"), (3, "3\n")]
    ]
    nbformat.write(new_notebook(cells=[*cells, new_markdown_cell(EXERCISE)]), folder / "sums.ipynb")
    (folder / "conftest.py").write_text((ROOT / "notebooks" / "conftest.py").read_text())
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:django", "--nbval-current-env", "--color=no", folder],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return run.stdout


def test_a_failure_names_the_notebook_and_the_cell_as_jupyter_counts_them(failures):
    assert "FAILED sums.ipynb::[2] " in failures
    assert "'22\\n' == '2\\n'" in failures


def test_a_hidden_answer_that_no_longer_holds_fails(failures):
    assert "FAILED sums.ipynb::answer 1 " in failures
    assert "'5\\n' == '4\\n'" in failures


def test_all_other_cells_pass(failures):
    assert "2 failed, 2 passed" in failures
