"""A lesson is carried out as it stands; what does not hold is told with the lesson's file and line."""

import re

import psutil
import pytest

from workshop import runner
from workshop.lesson import LessonError
from workshop.mistakes import MistakesError
from workshop.steps import files

FIRST = "steps/01-first/README.md"
SECOND = "steps/02-second/README.md"
MISTAKES = "steps/01-first/mistakes.toml"


def test_each_block_is_counted_by_the_way_it_was_carried_out(carried_out):
    assert carried_out(1) == {"file": 1, "console": 2, "error": 1, "challenge": 2}


def test_a_server_is_visited_and_what_is_shown_is_looked_up(carried_out):
    assert carried_out(2) == {"change": 1, "shown": 1, "server": 1, "console": 1, "error": 1, "challenge": 1}


def test_the_lesson_leaves_what_the_step_ends_with(carried_out, tmp_path, root):
    carried_out(1)
    made = files(tmp_path / "my-mewgram")
    assert list(made) == ["cat.py"]
    assert made["cat.py"].read_text() == (root / "steps/01-first/code/cat.py").read_text()


def test_nothing_that_a_lesson_started_is_left(carried_out, edit, tmp_path):
    edit(SECOND, "console server visit", "console server lasting visit")
    carried_out(2)
    named = re.escape(str(tmp_path / "my-mewgram"))
    assert [
        process for process in psutil.process_iter(["cwd"]) if re.match(named, process.info["cwd"] or "")
    ] == []


def test_a_server_that_lasts_is_stopped_when_another_is_started_on_its_port(carried_out, edit):
    server = "$ python -m http.server 8000 --bind 127.0.0.1\n...\n```\n"
    edit(SECOND, "It is served", f"```console server lasting\n{server}\nIt is served")
    assert carried_out(2)["server"] == 2


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        (
            FIRST,
            "$ python cat.py\npurr purr...\n```\n\n## C",
            "$ python cat.py\npurr purl...\n```\n\n## C",
            "prints something else",
        ),
        (FIRST, "times\n\n\nprint(purr(2))", "times\n\n\nprint(purr(1))", "prints something else"),
        (FIRST, "$ python -c", "$ python no.py\n$ python -c", "python no.py: exit status 0 expected, not 2"),
        (FIRST, "$ python -c", "$ no-such-command\n$ python -c", "there is no command no-such-command"),
        (
            FIRST,
            "```console\n$ python -c",
            "```console fails\n$ python -c",
            "another exit status than 0 expected",
        ),
        (FIRST, "'prr' is not", "'prr' is", "python cat.py does not say this"),
        (
            FIRST,
            "$ python cat.py\npurr purr purr",
            "$ python cat.py\npurr purr purl",
            "prints something else",
        ),
        (FIRST, "-print(purr(2))", "-print(purr(4))", "cat.py has no line like this one"),
        (SECOND, "-print(purr(2))", "-print(purr(4))", "cat.py has no line like this one"),
        (SECOND, "Luna likes fish|fish", "Luna likes birds", "does not show 'Luna likes birds'"),
        (SECOND, 'hides="dogs"', 'hides="Luna"', "shows 'Luna'"),
        (SECOND, 'visit="/notes/note.txt" shows="Luna likes fish|fish"', 'visit="/no"', "answers 404"),
        (SECOND, "Serving HTTP on 127", "Serving FTP on 127", "prints something else"),
        (SECOND, "http.server 8000 --bind 127.0.0.1\nS", "http.serve 8000\nS", "the server ended"),
        (SECOND, "Luna likes fish\n```", "Luna likes fisch\n```", "notes/note.txt has no line like this one"),
        (SECOND, "Address already", "Address never", "does not say this"),
        (SECOND, "Address already in use\n", "", "does not say this"),
        (SECOND, 'error="port-in-use"', 'error="port"', "mistakes.toml has no mistake 'port' with a command"),
    ],
)
def test_what_does_not_hold_is_told_with_file_and_line(
    carried_out, edit, monkeypatch, name, old, new, reason
):
    monkeypatch.setattr(runner, "SECONDS_TO_PRINT", 1)
    start = edit(name, old, new)
    with pytest.raises(LessonError, match=re.escape(reason)) as error:
        carried_out(1 if name == FIRST else 2)
    told, line = re.match(r"(.*?):(\d+): ", str(error.value)).groups()
    assert told == name
    assert abs(int(line) - start) < 10


def test_the_output_that_was_expected_is_shown_beside_the_one_that_came(carried_out, edit):
    edit(FIRST, "$ python cat.py\npurr purr...\n```\n\n## C", "$ python cat.py\nmeow\n```\n\n## C")
    with pytest.raises(LessonError, match=r"(?s)- meow\n.*\+ purr purr"):
        carried_out(1)


def test_a_mistake_whose_old_text_is_not_there_is_told(carried_out, edit):
    edit(MISTAKES, 'old = "print(purr"', 'old = "print(no"')
    with pytest.raises(
        MistakesError, match=r"mistakes.toml: misspelt: its old text occurs 0 times in cat.py"
    ):
        carried_out(1)


def test_the_blocks_of_a_challenge_leave_the_folder_as_it_is(carried_out, tmp_path):
    carried_out(1)
    assert "print(purr(2))" in (tmp_path / "my-mewgram" / "cat.py").read_text()


def test_ports_named_in_env_are_free_ones_while_the_lesson_runs(carried_out, edit, tmp_path):
    edit(FIRST, "Run it:\n", 'Write `.env`:\n\n```ini title=".env"\nHOST=127.0.0.1:8081\n```\n\nRun it:\n')
    carried_out(1)
    settings = (tmp_path / "my-mewgram" / ".env").read_text()
    assert re.fullmatch(r"HOST=127\.0\.0\.1:\d+\n", settings)
    assert "8081" not in settings


def test_a_port_in_what_a_command_prints_is_the_one_that_the_text_names(carried_out, edit):
    edit(FIRST, "$ python -c", "$ python -c \"print('at 8000')\"\nat 8000\n$ python -c")
    carried_out(1)


def test_a_command_is_carried_out_in_the_way_of_its_carrier(carried_out, carriers, edit):
    carriers["gcloud"] = lambda words, folder, variables: (0, f"{folder.name}: {words[1]}\n")
    edit(FIRST, "$ python -c", "$ gcloud deploy\nmy-mewgram: deploy\n$ python -c")
    carried_out(1)


def test_a_mistake_is_carried_out_in_the_way_of_its_carrier_too(carried_out, carriers, edit):
    carriers["gcloud"] = lambda words, folder, variables: (
        1,
        f"{words[1]} NameError: name 'prr' is not defined\n",
    )
    edit(MISTAKES, 'command = "python cat.py"', 'command = "gcloud deploy"')
    edit(FIRST, "NameError: name 'prr'", "deploy NameError: name 'prr'")
    carried_out(1)


def test_workshop_next_leaves_the_folder_at_its_step(carried_out, edit, tmp_path):
    edit(FIRST, "is done. Go on: workshop next\n", "is done. Go on: workshop next\n$ workshop next\n...\n")
    carried_out(1)
    assert list(files(tmp_path / "my-mewgram")) == ["cat.py"]


def test_workshop_start_runs_beside_the_folder(carried_out, edit, tmp_path):
    edit(FIRST, "$ python -c", "$ workshop start 2\nmy-mewgram is as step 2...\n$ cd my-mewgram\n$ python -c")
    carried_out(1)
    assert list(files(tmp_path / "my-mewgram")) == ["cat.py"]


def test_a_command_sees_nothing_of_the_environment_around_the_tests(carried_out, edit, monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    edit(
        FIRST,
        "$ python -c",
        "$ python -c \"import os; print('DJANGO_SETTINGS_MODULE' in os.environ)\"\nFalse\n$ python -c",
    )
    carried_out(1)
