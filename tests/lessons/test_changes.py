"""A change block says what is there and what is to be: what it does not find exactly once is an error."""

import re
from pathlib import Path

import pytest

from workshop import changes
from workshop.lesson import LessonError, read

CAT = "import toy\n\n\ndef purr():\n    return 1\n\n\ndef meow():\n    return 2\n"


@pytest.fixture
def carry_out(tmp_path):
    """Carries out a block on cat.py and returns what the file is then."""

    def carry_out(info, text):
        (tmp_path / "cat.py").write_text(CAT)
        lesson = tmp_path / "README.md"
        lesson.write_text(f"```{info}\n{text}```\n")
        [block] = read(lesson, Path("README.md")).blocks
        {"file": changes.write, "change": changes.change, "shown": changes.show}[block.kind](block, tmp_path)
        return (tmp_path / block.target).read_text()

    return carry_out


def test_a_file_is_written_as_a_whole(carry_out):
    assert carry_out('python title="toys/ball.py"', "ball = 1\n") == "ball = 1\n"


def test_old_lines_become_new_ones(carry_out):
    changed = carry_out('diff title="cat.py"', " def purr():\n-    return 1\n+    return 3\n")
    assert changed == CAT.replace("return 1", "return 3")


def test_places_far_from_each_other_are_changed_in_one_block(carry_out):
    changed = carry_out('diff title="cat.py"', "+import os\n import toy\n...\n-    return 2\n+    return 4\n")
    assert changed == "import os\n" + CAT.replace("return 2", "return 4")


def test_an_empty_line_counts_with_and_without_its_blank(carry_out):
    for empty in ("\n", " \n"):
        changed = carry_out('diff title="cat.py"', f" import toy\n{empty}{empty}+# purr\n def purr():\n")
        assert changed == CAT.replace("def purr", "# purr\ndef purr")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (" def hiss():\n+    pass\n", 2, "cat.py has no line like this one:\n    def hiss():"),
        (" import toy\n...\n-return 1\n", 4, "cat.py has no line like this one:\n    return 1"),
        ("-\n", 2, "these lines occur 4 times in cat.py, not once"),
        (" import toy\n def purr():\n", 2, "cat.py has these lines, but not one after the other"),
        ("+import os\n", 2, "a change of cat.py needs a line that tells where it belongs"),
        ("import toy\n", 2, "a line of a change begins with a blank, - or +"),
        (" import toy\n@@ 1 @@\n", 3, "a line of a change begins with a blank, - or +"),
    ],
)
def test_what_is_not_found_exactly_once_is_an_error(carry_out, text, line, reason):
    with pytest.raises(LessonError, match=re.escape(f"README.md:{line}: {reason}")):
        carry_out('diff title="cat.py"', text)


def test_a_file_that_is_not_there_cannot_be_changed(carry_out):
    with pytest.raises(LessonError, match=r"there is no file dog\.py yet"):
        carry_out('diff title="dog.py"', "-woof\n")


def test_lines_are_shown_that_the_file_has(carry_out):
    assert carry_out('python shows="cat.py"', "def purr():\n...\n    return 2\n") == CAT


@pytest.mark.parametrize(
    ("text", "line"),
    [("def hiss():\n", 2), ("import toy\n...\n    return 3\n", 4), ("import toy\ndef purr():\n", 2)],
)
def test_lines_that_the_file_does_not_have_cannot_be_shown(carry_out, text, line):
    with pytest.raises(LessonError, match=rf"README\.md:{line}: cat\.py has"):
        carry_out('python shows="cat.py"', text)
