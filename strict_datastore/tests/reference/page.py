"""REFERENCE.md: what is written by hand in page.md, and the parts that the source and compatibility.json say."""

from pathlib import Path
from string import Template

from .checks import checks
from .compatibility import compatibility
from .names import names
from .tools import commands, plugin

REFERENCE = Path(__file__).parents[2] / "REFERENCE.md"
WRITTEN_BY_HAND = Path(__file__).with_name("page.md")


def page():
    """The text of the page. Raises Undocumented where something public lacks its documentation."""
    return Template(WRITTEN_BY_HAND.read_text(encoding="utf-8")).substitute(
        names=names(), checks=checks(), commands=commands(), plugin=plugin(), compatibility=compatibility()
    )
