"""The pages of `make bench` say what was measured last."""

import pytest

from bench import report
from bench.results import read_figures

FIGURES = {part: read_figures(part) for part in report.PARTS}


def test_the_page_is_made_of_the_figures_beside_it():
    assert report.PAGE.read_text(encoding="utf-8") == report.page(**FIGURES)


def test_the_readme_has_its_table_from_them():
    assert report.README.read_text(encoding="utf-8") == report.readme(FIGURES["steps"])


@pytest.mark.parametrize("picture", ["latency.svg", "processor.svg"])
def test_a_picture_of_it_exists(picture):
    assert "<svg" in (report.PAGE.parent / picture).read_text(encoding="utf-8")
