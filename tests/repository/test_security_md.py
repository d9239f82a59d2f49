"""SECURITY.md names the tests that hold what it promises."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_test_that_it_names_exists():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8")))
    files = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("solution/*/tests.py")]
    defined = {
        name for file in files for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))
    }
    assert len(named) > 15
    assert named - defined == set()
