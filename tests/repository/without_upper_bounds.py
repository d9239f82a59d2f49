"""Removes the upper bounds from the dependencies in both pyproject.toml, so that the next releases can be tried.

The workflow runs it with a Python that has none of our packages. Lower bounds, markers and everything else stay.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECTS = [ROOT / "pyproject.toml", ROOT / "strict_datastore" / "pyproject.toml"]


def without_upper_bounds(text):
    """`name~=1.2` becomes `name>=1.2`, and `name>=1.2,<3` too."""
    return re.sub(r",<[\d.]+", "", text).replace("~=", ">=")


if __name__ == "__main__":
    for path in PROJECTS:
        path.write_text(without_upper_bounds(path.read_text(encoding="utf-8")), encoding="utf-8")
