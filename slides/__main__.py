"""`make slides`: what the deck, INSTRUCTOR.md and README.md repeat, written anew; the deck as HTML and PDF."""

import sys

from workshop.lesson import LessonError
from workshop.parts import PartError
from workshop.steps import ManifestError, Workshop

from . import FOLDER, ROOT
from .compatibility import CHART, chart
from .deck import DECK, DeckError
from .marp import CannotBuild, build
from .pages import pages


def main():
    try:
        CHART.write_text(chart(), encoding="utf-8")
        for path, text in pages(Workshop()).items():
            path.write_text(text, encoding="utf-8")
        for path in build(DECK, FOLDER / "build"):
            print(path.relative_to(ROOT))
    except (DeckError, CannotBuild, LessonError, ManifestError, PartError) as error:
        sys.exit(str(error))


main()
