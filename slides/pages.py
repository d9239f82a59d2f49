"""The pages that repeat what stands elsewhere: the deck, INSTRUCTOR.md, README.md."""

from workshop.parts import with_part

from . import ROOT
from .agenda import agendas
from .compatibility import table
from .deck import DECK, with_current_quotes
from .mistakes import mistakes

INSTRUCTOR = ROOT / "INSTRUCTOR.md"
README = ROOT / "README.md"


def pages(workshop):
    """Return the pages as they should be, as {path: text}. Raises DeckError, LessonError or PartError."""
    instructor = with_part(INSTRUCTOR.read_text(encoding="utf-8"), "agendas", agendas(workshop))
    return {
        DECK: with_current_quotes(DECK.read_text(encoding="utf-8")),
        INSTRUCTOR: with_part(instructor, "mistakes", mistakes(workshop)),
        README: with_part(README.read_text(encoding="utf-8"), "compatibility", table()),
    }
