"""The small workshop, whose lessons can be run."""

import os
import re
import shutil
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


def missing(step):
    """What a step needs and this machine lacks, as a sentence, or None."""
    if step.database == "datastore":
        try:
            find_emulator()
        except EmulatorNotFound as error:
            return str(error)
    asks_google = any(re.search(r"(?m)^\$ (gcloud|deploy/)", block.text) for block in step.lesson.blocks)
    if asks_google and not shutil.which("gcloud"):
        return "gcloud is not installed: https://cloud.google.com/sdk/docs/install"
    return None


@pytest.fixture
def needs():
    """Skips a test of a step where this machine lacks what the step needs, but where CI is set, fails."""

    def needs(step):
        reason = missing(step)
        if reason and os.environ.get("CI"):
            pytest.fail(reason)
        if reason:
            pytest.skip(reason)

    return needs
