"""Writes from the lessons what is not written by hand."""

import shutil
import tempfile
from pathlib import Path

from workshop.pages import pages
from workshop.runner import Run
from workshop.steps import copy, differences, files


def make(step, carriers=None):
    """Run the lesson and write the step's code; return how its blocks were carried out.

    `carriers` is as `Run` takes it. Raises LessonError where the lesson does not hold; then nothing is written.
    """
    with tempfile.TemporaryDirectory() as place, Run(step, Path(place) / "my-mewgram", carriers) as run:
        run.run()
        end = files(run.folder)
        if step.stored:
            store(step, end)
        else:
            compare(step, end, run.written_at)
        run.run_aside()
    return run.carried_out


def store(step, end):
    if step.stored.exists():
        shutil.rmtree(step.stored)
    copy({name: path for name, path in end.items() if name not in step.not_stored()}, step.stored)


def compare(step, end, written_at):
    """Raise LessonError where the end of the lesson is not the code of the step."""
    for name, what in differences(step.end(), end):
        line = written_at.get(name, 1)
        raise step.lesson.error(line, f"{name} {what}, compared with the code of step {step.number}")


def write_pages(workshop):
    for path, text in pages(workshop).items():
        path.write_text(text, encoding="utf-8", newline="\n")


def write_dockerfile(workshop):
    """The root's Dockerfile is the one that a lesson has typed, for a project in a folder of its own."""
    if (text := root_dockerfile(workshop)) is not None:
        (workshop.root / "Dockerfile").write_text(text, encoding="utf-8", newline="\n")


def root_dockerfile(workshop):
    """Return the text of the root's Dockerfile, or None while no step has one."""
    for step in workshop.steps:
        if step.code and "Dockerfile" in step.previous.end():
            typed = step.previous.end()["Dockerfile"].read_text(encoding="utf-8")
            return typed.replace("ARG APP=.\n", f"ARG APP={step.code}\n")
    return None
