"""`make slides`: what the deck and INSTRUCTOR.md repeat, written anew; the deck as HTML and PDF."""

import sys

from workshop.steps import Workshop

from . import FOLDER, ROOT
from .chart import CHART, chart
from .deck import DECK, DeckError, with_current_quotes
from .instructor import INSTRUCTOR, with_current_parts
from .marp import CannotBuild, build


def main():
    try:
        CHART.write_text(chart(), encoding="utf-8")
        DECK.write_text(with_current_quotes(DECK.read_text(encoding="utf-8")), encoding="utf-8")
        text = INSTRUCTOR.read_text(encoding="utf-8")
        INSTRUCTOR.write_text(with_current_parts(text, Workshop()), encoding="utf-8")
        for path in build(DECK, FOLDER / "build"):
            print(path.relative_to(ROOT))
    except (DeckError, CannotBuild) as error:
        sys.exit(str(error))


main()
