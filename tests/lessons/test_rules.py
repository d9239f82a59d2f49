"""The rules for steps and lessons: each is broken once, and told with file and line."""

import pytest

from tests.small_workshop import MISTAKES as MISTAKES_TEXT
from workshop.rules import problems, typed_lines
from workshop.steps import ManifestError, Workshop

MANIFEST = "steps/workshop.toml"
FIRST = "steps/01-first/README.md"
SECOND = "steps/02-second/README.md"
MISTAKES = "steps/01-first/mistakes.toml"
SECTIONS = "the sections are: What you will learn, ..., Checkpoint, When it goes wrong, Words, Key points, Challenges"
LAST_MISTAKE = MISTAKES_TEXT[MISTAKES_TEXT.rindex("[[mistake]]") :]
LONG = 'Write `cat.py`:\n\n```python title="cat.py"\n' + "# purr\n" * 59


@pytest.fixture
def told(root):
    """Returns the problems of the small workshop, as texts."""

    def told():
        return [str(problem) for problem in problems(Workshop(root))]

    return told


def test_a_workshop_as_it_should_be_has_no_problem(told):
    assert told() == []


def test_a_workshop_without_steps_has_no_problem(told, root):
    (root / MANIFEST).write_text("minutes = 180\n")
    for step in ("01-first", "02-second"):
        (root / "steps" / step).rename(root / step)
    assert told() == []


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "reason"),
    [
        (
            MANIFEST,
            "minutes = 20",
            "minutes = 30",
            "",
            "the steps take 20 minutes together, and 30 are stated",
        ),
        (FIRST, "# 1. The first", "# 1. First", "# 1. First", "the title is: # 1. The first"),
        (
            FIRST,
            "*10 minutes.",
            "*15 minutes.",
            "# 1. The first",
            "under the title stands how long it takes: *10 minutes. ...*",
        ),
        (
            FIRST,
            "(`workshop start 1` gives",
            "(somebody gives",
            "# 1. The first",
            "under the title stands where one begins, and that `workshop start 1` gives it",
        ),
        (
            FIRST,
            "Write `cat.py`:",
            "Write this:",
            '```python title="cat.py"',
            "the paragraph right before the block must name `cat.py`",
        ),
        (FIRST, "Run it:", "Run [it](cat.md):", "Run [it](cat.md):", "the link leads nowhere: cat.md"),
        (FIRST, "Run it:", "Run [it](#cats):", "Run [it](#cats):", "the link leads to no heading: #cats"),
        (
            FIRST,
            "Run it:",
            "Run [it](../02-second/README.md#b):",
            "Run [it](../02-second/README.md#b):",
            "the link leads to no heading: ../02-second/README.md#b",
        ),
        (
            FIRST,
            "print(purr(2))\n```",
            "print(purr(2))  # new\n```",
            "print(purr(2))  # new",
            "what is new shows by itself: no trailing '# new'",
        ),
        (FIRST, "## Checkpoint", "## Check", "# 1. The first", SECTIONS),
        (FIRST, "## What you will learn", "## What you learn", "# 1. The first", SECTIONS),
        (
            FIRST,
            "$ workshop check 1\n",
            "$ workshop check 2\n",
            "## Checkpoint",
            "the checkpoint has a console block with $ workshop check 1",
        ),
        (
            FIRST,
            "### Python knows no such name",
            "",
            "## When it goes wrong",
            "each error has a heading of its own: ###",
        ),
        (
            FIRST,
            "## Words",
            "### Another\n\nNothing.\n\n## Words",
            "### Another",
            "under the heading stands the error, word for word: ```text error=...",
        ),
        (
            FIRST,
            "You wrote another name than you defined. Look at the last line of `cat.py`.\n",
            "",
            "### Python knows no such name",
            "behind the error stands what to do",
        ),
        (
            FIRST,
            "- How a file comes",
            "How a file comes",
            "## What you will learn",
            '"What you will learn" is a list',
        ),
        (FIRST, "- Files hold", "Files hold", "## Key points", '"Key points" is a list'),
        (
            FIRST,
            "- **cat** — who",
            "- **cat**: who",
            "## Words",
            "a word is written: - **word** — what it means",
        ),
        (FIRST, "- **cat** — who purrs.\n", "", "## Words", "a word is written: - **word** — what it means"),
        (
            FIRST,
            'Write `cat.py`:\n\n```python title="cat.py"\n',
            LONG,
            "# 1. The first",
            "62 lines are to be typed, more than 60: give what teaches nothing",
        ),
        (
            FIRST,
            "### Challenge: make",
            "### Make",
            "### Make it purr longer",
            "its heading is: ### Challenge: ...",
        ),
        (
            FIRST,
            "<details><summary>Answer</summary>",
            "Answer:",
            "### Challenge: make it purr longer",
            "its answer is collapsed: <details><summary>Answer</summary>",
        ),
        (
            FIRST,
            "```console challenge=1",
            "```console",
            "```console",
            "a block of this challenge carries challenge=1",
        ),
        (
            FIRST,
            "```console\n$ python cat.py\npurr purr...\n```\n\n## C",
            "```python shows=cat.py challenge=1\npurr\n```\n\n## C",
            "```python shows=cat.py challenge=1",
            "a challenge's block stands under its heading",
        ),
        (
            SECOND,
            '```python shows="cat.py" challenge=1\n    return "purr " * times * 2\n```\n',
            "",
            "### Challenge: read it",
            "its answer has a block, so that it is tried",
        ),
        (
            SECOND,
            "- **note** — a text.",
            "- **Cat** — who purrs.",
            "## Words",
            "Cat is explained in step 1 already",
        ),
        (
            SECOND,
            "notes in `notes/`",
            "notes",
            "# 2. The second",
            "the lesson does not say why `notes/note.txt` is given",
        ),
        (
            MISTAKES,
            LAST_MISTAKE,
            "",
            "",
            "at least three mistakes are told by the check",
        ),
        (
            MISTAKES,
            'says = "cat.py, line 1: S',
            'command = "python cat.py"\nsays = "cat.py, line 1: S',
            "",
            "unclosed has a command, but the lesson does not show its error",
        ),
        (MISTAKES, 'name = "unclosed"', 'name = "no-cat"', "", "2 mistakes are named no-cat"),
    ],
)
def test_a_rule_that_is_broken_is_told(told, edit, root, name, old, new, line, reason):
    edit(name, old, new)
    lines = (root / name).read_text(encoding="utf-8").splitlines()
    number = max(number for number, text in enumerate(lines, start=1) if text == line) if line else 1
    assert told() == [f"{name}:{number}: {reason}"]


def test_there_are_at_most_two_challenges(told, edit):
    line = edit(FIRST, "### Challenge: make", "### Challenge: a\n\n### Challenge: b\n\n### Challenge: make")
    assert told()[0] == f"{FIRST}:{line - 2}: there are one or two challenges: ### Challenge: ..."


def test_an_error_stands_where_things_go_wrong(told, edit):
    line = edit(FIRST, "Run it:", "```text error=misspelt\nNameError\n```\n\nRun it:")
    assert told() == [f'{FIRST}:{line + 1}: errors stand under "When it goes wrong"']


def test_env_is_written_as_a_whole(told, edit):
    line = edit(FIRST, "Run it:", "`.env`:\n\n```diff title=.env\n A=1\n+B=1\n```\n\nRun it:")
    assert told() == [
        f"{FIRST}:{line + 2}: .env is always written as a whole, so that `workshop start` knows it"
    ]


def test_typed_are_the_lines_of_files_and_changes_outside_challenges(workshop):
    assert [typed_lines(step.lesson) for step in workshop.steps] == [3, 2]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("steps/01-first/notes.txt", "steps/01-first/notes.txt:1: is used by nothing"),
        ("steps/02-second/code/cat.py", "steps/02-second/code:1: is used by nothing"),
        ("steps/03-third/README.md", "steps/03-third:1: belongs to no step of workshop.toml"),
        ("steps/notes.md", "steps/notes.md:1: belongs to no step of workshop.toml"),
    ],
)
def test_a_file_that_nothing_uses_is_told(told, root, name, problem):
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("purr\n")
    assert told() == [problem]


def test_a_missing_file_is_told(told, root):
    (root / "steps/01-first/check.py").unlink()
    assert told() == ["steps/01-first/check.py:1: is missing"]


def test_a_given_file_that_is_there_already_is_told(told, root):
    given = root / "steps/02-second/given/cat.py"
    given.parent.mkdir()
    given.write_text((root / "steps/01-first/code/cat.py").read_text())
    assert told() == ["steps/02-second/given/cat.py:1: is what the step before has already"]


def test_a_given_file_marks_nothing_as_new(told, root, edit):
    given = root / "steps/01-first/given/toy.py"
    given.parent.mkdir()
    given.write_text("ball = 1  # new\n")
    edit(FIRST, "Run it:", "`toy.py` is given.\n\nRun it:")
    assert told() == ["steps/01-first/given/toy.py:1: what is new shows by itself: no trailing '# new'"]


def test_steps_are_numbered_one_after_the_other(told, root, edit):
    edit(MANIFEST, "number = 2", "number = 3")
    (root / "steps/02-second").rename(root / "steps/03-second")
    assert f"{MANIFEST}:1: the steps are numbered one after the other, from 0 or 1 on: [1, 3]" in told()


def test_a_step_has_a_plain_name(told, root, edit):
    edit(MANIFEST, 'name = "first"', 'name = "First_One"')
    (root / "steps/01-first").rename(root / "steps/01-First_One")
    assert f"{MANIFEST}:1: the name 'First_One' is not of small letters and hyphens" in told()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('database = "none"', 'database = "mysql"', "step 1: no database 'mysql'"),
        ('database = "none"', 'data = "none"', "data"),
        ('name = "first"', 'name = "one"', "has no lesson"),
        ('["notes"]\ncode', '["nodes"]\ncode', "there is no nodes at the repository's root"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_an_error(told, edit, old, new, reason):
    edit(MANIFEST, old, new)
    with pytest.raises(ManifestError, match=reason):
        told()
