"""Every lesson of the workshop is carried out, and all that is made from the lessons is as they make it."""

import pytest

from workshop.author import root_dockerfile
from workshop.pages import pages
from workshop.rules import problems, typed_lines
from workshop.runner import Run
from workshop.steps import Workshop, differences, files

from .carriers import carriers

pytestmark = pytest.mark.usefixtures("warm_programs")

WORKSHOP = Workshop()
STALE = "is not what the lessons make: run `make steps`"


@pytest.mark.parametrize("step", WORKSHOP.steps, ids=lambda step: step.folder.name)
def test_each_block_is_carried_out_and_the_step_ends_as_it_is_stored(step, tmp_path, needs, record_property):
    needs(step)
    with carriers(tmp_path / "cloud") as others, Run(step, tmp_path / "my-mewgram", others) as run:
        run.run()
        different = [
            f"{step.lesson.path}:{run.written_at.get(name, 1)}: {name} {what}, compared with the step's code"
            for name, what in differences(step.end(), files(run.folder))
        ]
        assert different == []
        run.run_aside()
    not_executed = len(step.lesson.blocks) - sum(run.carried_out.values())
    # The repository's conftest.py adds them up at the end.
    record_property("blocks", {**run.carried_out, "not executed": not_executed})
    record_property("typed lines", [step.number, typed_lines(step.lesson)])
    assert not_executed == 0


def test_every_rule_holds():
    assert [str(problem) for problem in problems(WORKSHOP)] == []


def test_the_pages_made_from_the_lessons_are_up_to_date():
    for path, text in pages(WORKSHOP).items():
        assert path.read_text(encoding="utf-8") == text, f"{path} {STALE}"


def test_the_dockerfile_at_the_root_is_the_one_that_is_typed_but_for_the_folder():
    text = root_dockerfile(WORKSHOP)
    assert text in (None, (WORKSHOP.root / "Dockerfile").read_text(encoding="utf-8")), f"Dockerfile {STALE}"
