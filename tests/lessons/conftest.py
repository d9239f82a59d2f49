"""The small workshop, whose lessons can be run."""

import os
from contextlib import chdir

import pytest
from strict_datastore.emulator import EmulatorNotFound, find_emulator
from typer.testing import CliRunner

from tests import small_workshop
from workshop import steps
from workshop.cli import app
from workshop.runner import Run
from workshop.steps import Workshop

root, edit = small_workshop.root, small_workshop.edit


@pytest.fixture
def workshop(root):
    return Workshop(root)


@pytest.fixture
def carriers(root, monkeypatch):
    """Carries out `workshop` in this process, on the small workshop."""
    monkeypatch.setattr(steps, "ROOT", root)

    def run_workshop(words, folder, variables):
        with chdir(folder):
            result = CliRunner().invoke(app, words[1:])
        return result.exit_code, result.output

    return {"workshop": run_workshop}


@pytest.fixture
def carried_out(root, tmp_path, carriers):
    """Runs the lesson of a step in the folder my-mewgram, and returns how its blocks were carried out."""

    def carried_out(number):
        with Run(Workshop(root).get(number), tmp_path / "my-mewgram", carriers) as run:
            run.run()
            run.run_aside()
        return run.carried_out

    return carried_out


@pytest.fixture
def needs_database():
    """Skips a test of a step on Datastore where there is no emulator, but where CI is set, fails."""

    def needs_database(step):
        if step.database != "datastore":
            return
        try:
            find_emulator()
        except EmulatorNotFound as error:
            if os.environ.get("CI"):
                pytest.fail(str(error))
            pytest.skip(str(error))

    return needs_database
