"""The same code on both databases: SQLite passes the tests that Datastore passes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(arguments, folder, **environment):
    process = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.returncode == 0, process.stdout


def test_the_tests_of_mewgram_pass_on_sqlite():
    # Without CI, where a skipped test would fail: those on indexes and cost have nothing to say of SQLite.
    tests = [
        "-m",
        "pytest",
        "-q",
        "--requests=100",
        "solution",
        "tests/mewgram",
        f"--ignore={Path(__file__).relative_to(ROOT)}",
    ]
    run(tests, ROOT, DATABASE="sqlite", CI="")


@pytest.mark.emulator
def test_manage_py_test_passes_on_datastore():
    settings = {"DATABASE": "datastore", "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "tests.mewgram.settings"}
    run(["manage.py", "test", "--verbosity=0"], ROOT / "solution", **settings, PYTHONPATH=str(ROOT))
