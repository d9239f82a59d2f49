"""The oldest Python that will do is the same wherever it is named, and newer ones are not refused."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from workshop import doctor

from .test_requirements import PYTHONS

ROOT = Path(__file__).parents[2]
OLDEST = ".".join(map(str, PYTHONS[0]))


@pytest.mark.parametrize("name", ["Makefile", "README.md", "steps/00-before/README.md"])
def test_a_page_names_the_oldest_python(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert f"Python {OLDEST} or newer" in text
    assert re.findall(r"Python 3\.\d+(?:, 3\.\d+)* or 3\.\d+", text) == []


def test_doctor_knows_the_oldest_python():
    assert PYTHONS[0] == doctor.OLDEST_PYTHON


@pytest.mark.parametrize(
    ("version", "refused"),
    [((3, 10, 19), True), ((3, 11, 0), False), ((3, 15, 1), False), ((4, 0, 0), False)],
)
def test_make_refuses_none_but_an_older_python(version, refused, tmp_path):
    """Its Python here is a script that claims a version, and can make no environment."""
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exec {sys.executable} -c "import sys; sys.version_info = {version}; $2"\n'
    )
    python.chmod(0o755)
    for name in ("requirements-dev.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    result = subprocess.run(
        ["make", "--file", ROOT / "Makefile", f"PYTHON={python}", ".venv/ready"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    told = f"This needs Python {OLDEST} or newer. If {python} is older: make .venv/ready PYTHON=python3.13"
    assert (told in result.stdout) == refused
    assert (f"{python} -m venv .venv" in result.stdout) != refused
