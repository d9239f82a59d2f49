"""Reads a lesson: the blocks of its Markdown that do something, and where each stands."""

import re
import shlex
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt

# What may stand after the tag of each kind of block. `challenge` may stand on any of them.
ATTRIBUTES = {
    "file": {"title"},
    "change": {"title"},
    "console": set(),
    "server": {"visit", "shows", "hides"},
    "shown": {"shows"},
    "error": {"error"},
}
WORDS = {"console": {"fails"}, "server": {"server", "lasting"}}


class LessonError(Exception):
    """A lesson does not hold; the message begins with its file and line."""

    def __init__(self, path, line, reason):
        super().__init__(f"{path}:{line}: {reason}")


@dataclass(frozen=True)
class Block:
    """A fenced block. `line` is that of its first line of text, counted from 1, as editors do."""

    path: Path
    line: int
    kind: str
    tag: str
    text: str
    attributes: dict = field(hash=False)
    words: frozenset
    sections: tuple  # the headings it stands under, the outermost first
    named: frozenset  # what the paragraph right before it has in backticks

    @property
    def challenge(self):
        return self.attributes.get("challenge")

    @property
    def target(self):
        """The file that it writes, changes or shows, relative to the attendee's folder."""
        return self.attributes.get("title") or self.attributes.get("shows")

    def error(self, reason, line=None):
        return LessonError(self.path, line or self.line, reason)


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it, up to the next heading of its level or a higher one."""

    level: int
    title: str
    line: int  # of the heading
    end: int  # the line behind its last
    body: str


@dataclass(frozen=True)
class Lesson:
    path: Path
    text: str
    tokens: list = field(hash=False, repr=False)
    blocks: list = field(hash=False)

    @cached_property
    def sections(self):
        headings = [
            (int(token.tag[1]), self.tokens[position + 1].content, token.map[0] + 1)
            for position, token in enumerate(self.tokens)
            if token.type == "heading_open"
        ]
        lines = self.text.splitlines(keepends=True)
        sections = []
        for position, (level, title, line) in enumerate(headings):
            ends = [start for other, _, start in headings[position + 1 :] if other <= level]
            end = ends[0] if ends else len(lines) + 1
            sections.append(Section(level, title, line, end, "".join(lines[line : end - 1])))
        return sections

    def section(self, title):
        """Return the section of that title, or None."""
        return next((section for section in self.sections if section.title == title), None)

    def within(self, section):
        """Return the sections inside another."""
        return [each for each in self.sections if section.line < each.line < section.end]

    def blocks_in(self, section):
        return [block for block in self.blocks if section.line < block.line < section.end]

    @cached_property
    def inline(self):
        """All that stands in the running text: (line, token), for code, links and the like."""
        return [
            (token.map[0] + 1, child)
            for token in self.tokens
            if token.type == "inline"
            for child in token.children
        ]

    def error(self, line, reason):
        return LessonError(self.path, line, reason)


def read(path, shown_as=None):
    """Return the lesson in a file; `shown_as` is what messages call the file.

    Raises LessonError for a block that nothing would carry out.
    """
    text = path.read_text(encoding="utf-8")
    name = shown_as or path
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return Lesson(name, text, tokens, list(find_blocks(name, text.splitlines(), tokens)))


def find_blocks(path, lines, tokens):
    sections, paragraph = [], frozenset()
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            level = int(token.tag[1])
            sections[level - 1 :] = [tokens[position + 1].content]
        elif token.type == "code_block":
            raise LessonError(path, token.map[0] + 1, "an indented block is never carried out: fence it")
        elif token.type == "fence":
            if not re.match(rf"\s*{re.escape(token.markup)}", lines[token.map[1] - 1]) or token.map[1] < 2:
                raise LessonError(path, token.map[0] + 1, "the block has no end")
            yield make_block(path, token, tuple(sections), paragraph)
        if token.type == "inline" and tokens[position - 1].type == "paragraph_open":
            paragraph = frozenset(child.content for child in token.children if child.type == "code_inline")
        elif token.type != "paragraph_close":
            paragraph = frozenset()


def make_block(path, token, sections, named):
    line = token.map[0] + 1

    def wrong(reason):
        return LessonError(path, line, reason)

    try:
        tag, *rest = shlex.split(token.info) or [""]
    except ValueError as error:
        raise wrong(f"{error} in {token.info!r}") from None
    attributes = dict(word.split("=", 1) for word in rest if "=" in word)
    words = {word for word in rest if "=" not in word}
    kind = kind_of(tag, attributes, words)
    if kind is None:
        raise wrong(
            f"nothing carries out a block that begins with {token.info!r}: give it a title, or what it shows"
        )
    known = ATTRIBUTES[kind] | {"challenge"}
    unknown = sorted(attributes.keys() - known) + sorted(words - WORDS.get(kind, set()))
    if unknown:
        raise wrong(f"unknown word {unknown[0]!r} after {tag!r}")
    return Block(path, line + 1, kind, tag, token.content, attributes, frozenset(words), sections, named)


def kind_of(tag, attributes, words):
    if tag == "console":
        return "server" if "server" in words else "console"
    if "error" in attributes:
        return "error"
    if "shows" in attributes:
        return "shown"
    if "title" in attributes:
        return "change" if tag == "diff" else "file"
    return None
