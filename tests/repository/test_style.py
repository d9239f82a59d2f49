"""The code is as the linters want it; pyproject.toml says what they look at."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
TEMPLATES = [
    path
    for folder in ("solution", "steps", "strict_datastore")
    for path in (REPOSITORY / folder).rglob("*.html")
]


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["djade", "--check", *TEMPLATES]],
    ids=["ruff check", "ruff format", "djade"],
)
def test_a_linter_has_nothing_to_say(command):
    program, *arguments = command
    result = subprocess.run(
        [TOOLS / program, *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert result.returncode == 0, result.stdout
