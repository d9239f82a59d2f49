"""Reads a console block, and compares what a command printed with what the lesson says it prints."""

import doctest
import shlex
from dataclasses import dataclass

CHECKER = doctest.OutputChecker()
PROMPT = "$ "


@dataclass(frozen=True)
class Command:
    line: int
    text: str
    words: list
    expected: str


def commands(block):
    """Return the commands of a block, each with the output that the lesson shows. Raises LessonError."""
    found = []
    for number, line in enumerate(block.text.splitlines(keepends=True), start=block.line):
        if line.startswith(PROMPT):
            found.append((number, line.removeprefix(PROMPT).strip(), []))
        elif not found:
            raise block.error(f"a console block begins with a command after {PROMPT!r}", number)
        else:
            found[-1][2].append(line)
    return [
        Command(number, text, split(block, number, text), "".join(output)) for number, text, output in found
    ]


def split(block, number, text):
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise block.error(f"{error} in {text!r}", number) from None
    if not words:
        raise block.error("there is no command after the prompt", number)
    for word in words:
        if word in ("&&", "||", "|", ";", ">", ">>", "<", "&"):
            raise block.error(f"{word} belongs to a shell; commands run without one", number)
    return words


def matches(expected, output):
    """Whether the output is as expected; `...` stands for anything, also for nothing."""
    return CHECKER.check_output(expected, output, doctest.ELLIPSIS) or (
        # "..." on a line of its own may stand for no line at all.
        expected.endswith("\n...\n")
        and CHECKER.check_output(expected.removesuffix("...\n"), output, doctest.ELLIPSIS)
    )


def begins_with(expected, output):
    """The same for a server, which goes on printing."""
    lines = output.splitlines(keepends=True)
    return any(matches(expected, "".join(lines[:count])) for count in range(len(lines) + 1))


def contains(expected, output):
    """Whether the text occurs in the output, whole lines or not."""
    at = 0
    for piece in expected.strip().split("..."):
        at = output.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def difference(expected, output):
    example = doctest.Example("", expected)
    return CHECKER.output_difference(example, output, doctest.ELLIPSIS | doctest.REPORT_NDIFF)
