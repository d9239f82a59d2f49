"""What a lesson may hold, and that anything else is an error with its line."""

import re

import pytest

from workshop.lesson import LessonError, read


@pytest.fixture
def lesson(tmp_path):
    """Reads a text as the lesson README.md."""

    def lesson(text):
        path = tmp_path / "README.md"
        path.write_text(text, encoding="utf-8")
        return read(path, "README.md")

    return lesson


def block(info, text="purr\n"):
    return f"# 1. A\n\nIn `a.py`:\n\n```{info}\n{text}```\n"


@pytest.mark.parametrize(
    ("info", "kind"),
    [
        ('python title="a.py"', "file"),
        ('html title="a.html" challenge=1', "file"),
        ('diff title="a.py"', "change"),
        ('python shows="a.py"', "shown"),
        ('text error="name"', "error"),
        ("console", "console"),
        ("console fails", "console"),
        ('console server visit="/" shows="A" hides="B" lasting', "server"),
    ],
)
def test_the_words_behind_the_tag_say_what_a_block_does(lesson, info, kind):
    assert [each.kind for each in lesson(block(info)).blocks] == [kind]


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        ("", "nothing carries out a block that begins with ''"),
        ("python", "nothing carries out a block that begins with 'python'"),
        ("consol", "nothing carries out a block that begins with 'consol'"),
        ('python titel="a.py"', "nothing carries out a block"),
        ('python title="a.py" fails', "unknown word 'fails' after 'python'"),
        ('python title="a.py" shows="a.py"', "unknown word 'title' after 'python'"),
        ("console sever", "unknown word 'sever' after 'console'"),
        ('console visit="/"', "unknown word 'visit' after 'console'"),
        ("console server lasting fails", "unknown word 'fails' after 'console'"),
        ('python title="a.py', "No closing quotation"),
    ],
)
def test_a_block_that_nothing_would_carry_out_is_an_error(lesson, info, reason):
    with pytest.raises(LessonError, match=re.escape(f"README.md:5: {reason}")):
        lesson(block(info))


def test_an_indented_block_is_an_error(lesson):
    with pytest.raises(LessonError, match=r"README\.md:3: an indented block is never carried out"):
        lesson("# 1. A\n\n    python a.py\n")


@pytest.mark.parametrize("text", ["```console\n$ ls\n", "- a\n\n  ```console\n  $ ls\n", "```console\n"])
def test_a_block_without_an_end_is_an_error(lesson, text):
    with pytest.raises(LessonError, match=r"README\.md:\d: the block has no end"):
        lesson(text)


def test_a_block_may_hold_a_fence(lesson):
    [found] = lesson('````md title="a.md"\n```console\n```\n````\n').blocks
    assert found.text == "```console\n```\n"


def test_a_block_inside_a_list_or_a_collapsed_answer_counts(lesson):
    found = lesson(
        "- one:\n\n  ```console\n  $ ls\n  ```\n\n<details><summary>A</summary>\n\n"
        "```console challenge=1\n$ ls\n```\n\n</details>\n"
    ).blocks
    assert [(each.line, each.text, each.challenge) for each in found] == [
        (4, "$ ls\n", None),
        (10, "$ ls\n", "1"),
    ]


def test_a_block_knows_what_the_paragraph_right_before_it_names(lesson):
    [near, far] = lesson(
        'In `a.py`, *so*:\n\n```diff title="a.py"\n```\n\n```diff title="a.py"\n```\n'
    ).blocks
    assert near.named == {"a.py"}
    assert far.named == set()


def test_a_section_ends_at_the_next_heading_of_its_level(lesson):
    found = lesson("# A\n\n## B\n\nb\n\n### C\n\nc\n\n## D\n\nd\n")
    assert found.section("B").body == "\nb\n\n### C\n\nc\n\n"
    assert [each.title for each in found.within(found.section("B"))] == ["C"]
