"""The attendee's commands, on a small workshop: nothing of theirs is lost, and what cannot be done is a sentence."""

import itertools
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workshop import doctor, steps, watch
from workshop.cli import app

WORKSHOP = Path(sys.executable).with_name("workshop")
AT_THE_END = "def purr(times):\n    return 'purr ' * times\n"


@pytest.fixture
def clone(root, monkeypatch):
    """The clone of the small workshop, in which one stands."""
    monkeypatch.setattr(steps, "ROOT", root)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def workshop(clone):
    """Runs a command and returns what it says; its exit status has to be 0, or, for `refuses`, 1."""

    def workshop(*arguments, refuses=False):
        result = CliRunner().invoke(app, [str(word) for word in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert result.exit_code == int(refuses), result.output
        return result.output

    return workshop


@pytest.fixture
def mine(workshop, clone):
    """The attendee's folder at the beginning of step 1."""
    workshop("start", 1)
    return clone / "my-mewgram"


def finish_step_1(mine):
    (mine / "cat.py").write_text(AT_THE_END)


def contents(folder):
    return {
        path.name: path.read_text() for path in folder.iterdir() if path.suffix != ".pyc" and path.is_file()
    }


def test_start_makes_a_folder_as_the_step_begins(workshop, clone):
    assert workshop("start", 2) == "my-mewgram is as step 2, The second, begins. Go there: cd my-mewgram\n"
    assert sorted(steps.files(clone / "my-mewgram")) == ["cat.py", "notes/note.txt"]


def test_start_makes_the_folder_that_is_named(workshop, tmp_path):
    workshop("start", 2, tmp_path / "cats")
    assert (tmp_path / "cats" / "cat.py").exists()


def test_start_writes_the_env_that_the_lessons_had_typed(workshop, clone, edit):
    edit(
        "steps/01-first/README.md",
        "Run it:\n",
        'Write `.env`:\n\n```ini title=".env"\nDEBUG=1\n```\n\nRun it:\n',
    )
    workshop("start", 2)
    assert (clone / "my-mewgram" / ".env").read_text() == "DEBUG=1\n"


def test_start_sets_aside_what_was_there(workshop, mine, clone):
    for text in ("one", "two"):
        (mine / "cat.py").write_text(text)
        said = workshop("start", 1)
    assert said.splitlines()[0] == "What was in my-mewgram is now in my-mewgram.before2"
    assert (clone / "my-mewgram.before" / "cat.py").read_text() == "one"
    assert (clone / "my-mewgram.before2" / "cat.py").read_text() == "two"
    assert steps.files(mine) == {}


def test_start_fills_an_empty_folder(workshop, tmp_path):
    (tmp_path / "cats").mkdir()
    assert "What was" not in workshop("start", 2, tmp_path / "cats")


def test_start_leaves_alone_what_is_no_mewgram(workshop, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("Dear cat")
    said = workshop("start", 1, tmp_path / "letters", refuses=True)
    assert said == f"{tmp_path / 'letters'} exists and is no mewgram: name another folder.\n"
    assert (tmp_path / "letters" / "letter.txt").exists()


@pytest.mark.parametrize("name", ["steps", "steps/01-first/code", "solution"])
def test_the_workshops_own_folders_are_refused(workshop, clone, monkeypatch, name):
    before = contents(clone / "solution")
    said = workshop("start", 1, name, refuses=True)
    assert "/ belongs to the workshop, which compares with it: work in a folder of your own." in said
    monkeypatch.chdir(clone / name)
    assert workshop("check", refuses=True) == said
    assert contents(clone / "solution") == before


@pytest.mark.parametrize("command", ["start", "check", "hint", "diff"])
@pytest.mark.parametrize("number", ["0", "12"])
def test_a_step_that_there_is_not_is_told(workshop, mine, command, number):
    assert workshop(command, number, refuses=True) == f"There is no step {number}: they are 1, 2.\n"


def test_check_passes_where_the_step_is_done(workshop, mine):
    finish_step_1(mine)
    assert workshop("check") == (
        "Step 1, The first\n  ok  there is a cat\n  ok  the cat purrs\n\nStep 1 is done. Go on: workshop next\n"
    )


def test_check_says_the_next_thing_to_do(workshop, mine):
    assert workshop("check", 1, refuses=True) == (
        "Step 1, The first\n\nThere is no file cat.py yet. Write it, as the lesson shows.\n\n"
        "For a hint: workshop hint 1\n"
    )


def test_the_folder_is_found_from_anywhere_inside_it(workshop, mine, monkeypatch):
    finish_step_1(mine)
    (mine / "toys" / "balls").mkdir(parents=True)
    monkeypatch.chdir(mine / "toys" / "balls")
    assert "Step 1 is done" in workshop("check")


def test_without_a_folder_it_is_told_how_to_make_one(workshop):
    assert (
        workshop("check", refuses=True) == "There is no mewgram of yours here. Make one: workshop start 1\n"
    )


def test_a_marker_that_names_no_step_is_told(workshop, mine):
    (mine / ".workshop").write_text("purr")
    assert workshop("check", refuses=True) == (
        f"{mine / '.workshop'} should hold the number of the step that you are at, not 'purr'.\n"
    )


def test_next_lays_down_what_is_given(workshop, mine):
    finish_step_1(mine)
    said = workshop("next").splitlines()
    assert said[-1].startswith("You are at step 2, The second: ")
    assert (mine / "notes" / "note.txt").read_text() == "Luna likes fish\n"
    assert (mine / "cat.py").read_text() == AT_THE_END
    assert "You are at step 2, The second" in workshop()


def test_next_stays_where_the_check_fails(workshop, mine):
    assert "There is no file cat.py yet" in workshop("next", refuses=True)
    assert not (mine / "notes").exists()
    assert "You are at step 1" in workshop()


def test_next_sets_aside_a_file_of_theirs_that_differs(workshop, mine):
    finish_step_1(mine)
    (mine / "notes").mkdir()
    (mine / "notes" / "note.txt").write_text("mine")
    said = workshop("next")
    assert "Yours is kept as notes/note.txt.mine: notes/note.txt is given in the next step.\n" in said
    assert (mine / "notes" / "note.txt.mine").read_text() == "mine"
    assert (mine / "notes" / "note.txt").read_text() == "Luna likes fish\n"


@pytest.mark.parametrize("text", [b"Luna likes fish\n", b"Luna likes fish\r\n"])
def test_next_sets_nothing_aside_that_is_the_same(workshop, mine, text):
    finish_step_1(mine)
    (mine / "notes").mkdir()
    (mine / "notes" / "note.txt").write_bytes(text)
    assert "kept" not in workshop("next")


def test_next_replaces_what_the_step_before_had_in_the_same_way(workshop, mine, clone):
    for folder, text in (("steps/01-first/code", "old"), ("steps/02-second/given", "new")):
        (clone / folder / "toys").mkdir(parents=True)
        (clone / folder / "toys" / "ball.txt").write_text(text)
    finish_step_1(mine)
    (mine / "toys").mkdir()
    (mine / "toys" / "ball.txt").write_text("old")
    assert "kept" not in workshop("next")
    assert (mine / "toys" / "ball.txt").read_text() == "new"


def test_next_says_when_there_is_none(workshop, clone):
    workshop("start", 2)
    (clone / "my-mewgram" / "cat.py").write_text((clone / "solution" / "cat.py").read_text())
    assert workshop("check", 2).splitlines()[-1] == "Step 2 is done. That was the last one."
    assert workshop("next").splitlines()[-1] == "Step 2 was the last one."


def test_hint_is_the_next_thing_to_do_and_what_differs(workshop, mine):
    (mine / "cat.py").write_text("def purr(times):\n    return 'purr'\n")
    said = workshop("hint")
    assert said.startswith("cat.py: purr(1) is not one purr: end its line with * times\n")
    assert "\n--- yours/cat.py\n+++ step/cat.py\n" in said
    assert "\n-    return 'purr'\n" in said


def test_a_hint_says_where_no_file_differs(workshop, mine, clone):
    step = clone / "steps/01-first"
    (mine / "cat.py").write_text((step / "code/cat.py").read_text())
    (step / "check.py").write_text("def test_a():\n    raise OSError('no emulator')\n")
    assert workshop("hint", 1) == "OSError: no emulator\n\nYour files are those of the step's end.\n"


@pytest.mark.parametrize("command", ["check", "hint"])
def test_what_the_terminal_has_set_is_said_beside_the_check(workshop, mine, monkeypatch, command):
    (mine / "manage.py").touch()
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "elsewhere.settings")
    said = workshop(command, refuses=command == "check")
    assert (
        "\nThis terminal has set DJANGO_SETTINGS_MODULE. Your project obeys that, whatever .env says; this check does"
        " not. To undo it: unset DJANGO_SETTINGS_MODULE\n"
    ) in said


def test_a_hint_is_not_needed_for_what_is_done(workshop, mine):
    finish_step_1(mine)
    assert workshop("hint", 1) == "Step 1 is done.\n"


def test_diff_shows_what_a_step_changes(workshop, mine):
    assert workshop("diff", 2).splitlines() == [
        *("--- before/cat.py", "+++ after/cat.py", "@@ -1,5 +1,5 @@", " def purr(times):"),
        *(
            '-    return "purr " * times',
            '+    return "purr " * times * 2',
            " ",
            " ",
            "-print(purr(2))",
            "+print(purr(1))",
        ),
    ]


def test_diff_compares_a_folder_with_the_steps_end(workshop, mine, clone):
    assert workshop("diff", 1, mine).startswith("--- /dev/null\n+++ step/cat.py\n")
    assert workshop("diff", 1, clone / "steps/01-first/code") == "Nothing differs.\n"


def test_diff_names_a_file_that_holds_no_text(workshop, mine, clone):
    (clone / "steps/01-first/code/cat.webp").write_bytes(b"\xff\x00")
    assert "Binary file cat.webp differs\n" in workshop("diff", 1, mine)


def test_diff_of_a_folder_that_there_is_not_is_told(workshop, mine):
    assert workshop("diff", 1, "nowhere", refuses=True) == "There is no folder nowhere.\n"


def test_where_is_the_highest_step_whose_check_passes(workshop, mine):
    assert workshop("where") == (
        "No check passes as the folder is now: it is on its way to the end of step 1.\n"
    )
    finish_step_1(mine)
    assert workshop("where") == "Step 1, The first, is done.\n"
    (mine / "cat.py").write_text("def purr(times):\n    return 'purr ' * times * 2\n")
    assert workshop("where") == "Step 2, The second, is done.\n"


def test_workshop_alone_says_where_you_are_and_what_is_next(workshop, mine, clone):
    assert workshop() == (
        f"You are at step 1, The first, in {mine}\nThe lesson: {clone / 'steps/01-first/README.md'}\n"
        "When you are done with it: workshop check, then workshop next\nAll commands: workshop --help\n"
    )


def test_workshop_alone_says_how_to_begin(workshop):
    assert workshop() == (
        "There is no mewgram of yours here. Make one: workshop start 1\n"
        "What this machine lacks: workshop doctor\nAll commands: workshop --help\n"
    )


def test_an_installation_without_steps_is_told(workshop, clone):
    (clone / "steps" / "workshop.toml").unlink()
    assert workshop("start", 1, refuses=True).endswith(
        "steps/workshop.toml: this is no clone of the workshop.\n"
    )


def test_a_folder_that_cannot_be_written_is_told(workshop, clone):
    (clone / "letter").touch()
    said = workshop("start", 1, "letter/mine", refuses=True)
    assert said == f"{clone / 'letter' / 'mine'} cannot be read or written: Not a directory.\n"


def test_a_broken_virtual_environment_is_told(tmp_path):
    (tmp_path / "typer.py").write_text("raise ImportError('No module named typer')\n")
    result = subprocess.run(
        [WORKSHOP, "check"], env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert result.stderr == (
        f"The virtual environment {sys.prefix} is broken (No module named typer):"
        " delete it and make it anew, as the README says.\n"
    )


@pytest.mark.emulator
def test_the_doctor_finds_what_the_tests_need(workshop, monkeypatch):
    monkeypatch.setattr(doctor, "port_in_use", lambda port: False)
    monkeypatch.setattr(doctor, "browser", lambda: ("Web browser", True, "", 1))
    said = workshop("doctor")
    assert "  ok  Java and Google's Datastore emulator\n" in said
    assert "  --  " not in said


def test_the_doctor_says_what_is_missing_and_how_to_get_it(workshop, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("strict_datastore.emulator.usual_sdk_roots", lambda: [])
    monkeypatch.setattr(doctor, "port_in_use", lambda port: port == 8000)
    monkeypatch.setattr(doctor, "PACKAGES", ["no_such_package"])
    said = workshop("doctor", refuses=True)
    assert (
        "--  Port 8000 for Django's server, which you need from step 1 on\n      Stop what uses it." in said
    )
    assert (
        "--  Java and Google's Datastore emulator, which you need from step 6 on\n      This machine lacks"
        in said
    )
    assert "https://cloud.google.com/sdk/docs/install" in said
    assert "Missing: no_such_package" in said


def write_until(seen, path):
    for number in itertools.count():
        path.write_text(f"purr {number}")
        if seen.wait(0.1):
            return


class TestWatch:
    def test_a_change_is_told_by_the_system(self, mine):
        assert watch.events_work(mine)

    def test_where_the_system_tells_nothing_files_are_polled(self, mine, monkeypatch):
        monkeypatch.setattr(watch, "events_work", lambda folder: False)
        said = []
        changes = watch.changes(mine, said.append)
        seen = threading.Event()
        writer = threading.Thread(target=write_until, args=(seen, mine / "cat.py"))
        writer.start()
        assert mine / "cat.py" in {Path(path) for _, path in next(changes)}
        seen.set()
        writer.join()
        assert said == [watch.POLLING]

    def test_what_running_the_project_writes_is_no_change(self, mine):
        is_one = watch.OfTheProject()
        assert is_one(1, str(mine / "cat.py"))
        assert not is_one(1, str(mine / "db.sqlite3"))
        assert not is_one(1, str(mine / "__pycache__" / "cat.pyc"))

    def test_check_runs_again_after_a_change(self, workshop, mine, monkeypatch):
        def changes(folder, say):
            finish_step_1(folder)
            yield {}

        monkeypatch.setattr(watch, "changes", changes)
        said = workshop("check", "--watch")
        assert said.index("There is no file cat.py yet") < said.index("Step 1 is done.")
