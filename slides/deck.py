"""Reads the deck: its slides, their notes and minutes, the steps they belong to, and what they quote."""

import re
import shlex
from dataclasses import dataclass, field

from markdown_it import MarkdownIt

from . import FOLDER, ROOT
from .excerpts import ExcerptError, find

DECK = FOLDER / "mewgram.md"
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
# A comment that begins so is a directive of Marp's; any other is a note for who speaks.
DIRECTIVE = re.compile(r"\s*_?[a-zA-Z]+:")
# A table that is quoted says so in its first line, as a block does after its tag; Marp leaves that out.
TABLE = re.compile(r"<table data-quote='(.*)'>\n")
MINUTES = re.compile(r"\s*(\d+) minutes?\. \S")
STEP = re.compile(r"(\d+)\. (.+)")


class DeckError(Exception):
    """The deck is not as it should be; the message begins with its file and line."""

    def __init__(self, line, reason):
        super().__init__(f"{DECK.relative_to(ROOT)}:{line}: {reason}")


@dataclass
class Quote:
    """A block of code or output, or the rows of a table, in the lines from `begin` to before `end`, counted from 0."""

    tag: str
    attributes: dict
    text: str
    begin: int
    end: int

    def current(self):
        """What it should say. Raises DeckError."""
        try:
            return find(ROOT, self.tag, self.attributes)
        except ExcerptError as error:
            raise DeckError(self.begin, error) from None


@dataclass
class Slide:
    number: int
    line: int
    headings: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    quotes: list = field(default_factory=list)

    @property
    def minutes(self):
        """Those that its note begins with. Raises DeckError where there are none."""
        said = MINUTES.match(self.notes[0]) if self.notes else None
        if not said:
            raise DeckError(
                self.line, f"slide {self.number} has no note that begins with minutes: `2 minutes. ...`"
            )
        return int(said[1])

    @property
    def step(self):
        """(number, title) of the step that begins with this slide, or None."""
        found = [STEP.fullmatch(text) for level, text in self.headings if level == "h1"]
        return (int(found[0][1]), found[0][2]) if found and found[0] else None


def read(text=None):
    """Return the slides of the deck, or of the text of another."""
    text = DECK.read_text(encoding="utf-8") if text is None else text
    # Blank lines in its place, so that lines keep their numbers.
    text = FRONT_MATTER.sub(lambda matter: "\n" * matter[0].count("\n"), text)
    slides = [Slide(1, 1)]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for position, token in enumerate(tokens):
        slide = slides[-1]
        if token.type == "hr" and token.level == 0:
            slides.append(Slide(slide.number + 1, token.map[0] + 1))
        elif token.type == "heading_open":
            slide.headings.append((token.tag, tokens[position + 1].content))
        elif token.type == "html_block":
            slide.notes += [note for note in COMMENT.findall(token.content) if not DIRECTIVE.match(note)]
            if table := TABLE.match(token.content):
                slide.quotes.append(quote("html", table[1], rows(token.content), *token.map))
        elif token.type == "fence":
            tag, _, words = token.info.partition(" ")
            slide.quotes.append(quote(tag, words, token.content, *token.map))
    return slides


def quote(tag, words, text, begin, end):
    return Quote(tag, dict(word.split("=", 1) for word in shlex.split(words)), text, begin + 1, end - 1)


def rows(table):
    return "".join(table.splitlines(keepends=True)[1:-1])


def minutes_by_step(slides):
    """Return {number of the step: minutes of its slides}; what comes before the first step is under None."""
    minutes, step = {}, None
    for slide in slides:
        if slide.step:
            step = slide.step[0]
        minutes[step] = minutes.get(step, 0) + slide.minutes
    return minutes


def with_current_quotes(text):
    """Return the deck's text with everything that it quotes as it is now."""
    all_lines = text.splitlines(keepends=True)
    quotes = [quote for slide in read(text) for quote in slide.quotes]
    for each in reversed(quotes):
        all_lines[each.begin : each.end] = [each.current()]
    return "".join(all_lines)
