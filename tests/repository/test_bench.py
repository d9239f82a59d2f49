"""The pages of `make bench` say what was measured last."""

import subprocess
import sys

import pytest

from bench import report
from bench.results import read_figures

FIGURES = {part: read_figures(part) for part in report.PARTS}


def test_the_page_is_made_of_the_figures_beside_it():
    assert report.PAGE.read_text(encoding="utf-8") == report.page(**FIGURES)


def test_the_readme_has_its_table_from_them():
    assert report.README.read_text(encoding="utf-8") == report.readme(FIGURES["steps"])


@pytest.mark.parametrize("picture", ["latency.svg", "processor.svg"])
def test_a_picture_is_drawn_from_them(picture, tmp_path):
    report.draw(FIGURES["steps"]["steps"], tmp_path)
    assert (tmp_path / picture).read_bytes() == (report.PAGE.parent / picture).read_bytes()


def test_a_part_that_there_is_not_is_told():
    result = subprocess.run([sys.executable, "-m", "bench", "cats"], capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr == f"There is no part cats: they are {', '.join(report.PARTS)}.\n"
