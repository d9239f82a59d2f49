"""What a command prints is compared character by character, but for what `...` stands for."""

import re
from pathlib import Path

import pytest

from workshop import console
from workshop.lesson import LessonError, read


@pytest.fixture
def commands(tmp_path):
    def commands(text):
        path = tmp_path / "README.md"
        path.write_text(f"```console\n{text}```\n")
        return console.commands(read(path, Path("README.md")).blocks[0])

    return commands


def test_a_command_has_its_line_its_words_and_what_it_prints(commands):
    first, second = commands('$ python -c "print(1)"\n1\n\n$ ls\n')
    assert (first.line, first.words, first.expected) == (2, ["python", "-c", "print(1)"], "1\n\n")
    assert (second.line, second.words, second.expected) == (5, ["ls"], "")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("1\n$ ls\n", 2, "a console block begins with a command"),
        ("$ ls\n$  \n", 3, "there is no command after the prompt"),
        ("$ ls | wc\n", 2, "| belongs to a shell"),
        ("$ cd a && ls\n", 2, "&& belongs to a shell"),
        ("$ echo 'a\n", 2, "No closing quotation"),
    ],
)
def test_what_is_no_command_is_an_error(commands, text, line, reason):
    with pytest.raises(LessonError, match=re.escape(f"README.md:{line}: {reason}")):
        commands(text)


@pytest.mark.parametrize(
    ("expected", "output", "same"),
    [
        ("purr\n", "purr\n", True),
        ("purr\n", "purl\n", False),
        ("purr\n", "purr \n", False),
        ("purr\n", "purr\n\n", False),
        ("", "purr\n", False),
        ("", "", True),
        ("p...r\n", "purrrr\n", True),
        ("purr\n...\n", "purr\nmeow\nhiss\n", True),
        ("purr\n...\n", "purr\n", True),
        ("purr\n...\nhiss\n", "purr\nmeow\nhiss\n", True),
        ("purr\n...\nhiss\n", "purr\nmeow\n", False),
    ],
)
def test_dots_stand_for_anything_and_nothing_else_does(expected, output, same):
    assert console.matches(expected, output) == same


def test_a_server_may_go_on_printing():
    assert console.begins_with("Starting\n", "Starting\nGET /\n")
    assert not console.begins_with("Starting\nGET /\n", "Starting\n")


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("No module named 'purr'\n", True),
        ("No module named 'meow'\n", False),
        ("at the end.\n", True),
        ("at the end.\n...\nError\n", False),
        ("Error:\n...\n No module\n", True),
    ],
)
def test_an_error_occurs_somewhere_in_the_output(expected, found):
    assert (
        console.contains(expected, "Traceback\nError:\n  at\n No module named 'purr'!\nat the end.") == found
    )
