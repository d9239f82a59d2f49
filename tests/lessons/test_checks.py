"""The steps' checks: they pass where a step is done, and tell what is wrong where it is not."""

import pytest
from strict_datastore.emulator import Emulator

from workshop import attendee
from workshop.check import check
from workshop.mistakes import mistakes_of
from workshop.ports import Ports
from workshop.steps import Workshop

STEPS = [step for step in Workshop().steps if step.number]
TOLD = [(step, mistake) for step in STEPS for mistake in mistakes_of(step) if mistake.says]


@pytest.fixture(scope="module")
def emulator():
    """One that enforces no indexes, which are each step's own; the checks look at index.yaml themselves."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def result(tmp_path, request, needs):
    """Lays down a step's begin or end, with a mistake if one is given, and returns what its check says."""

    def result(step, at_end, mistake=None):
        needs(step)
        folder = tmp_path / "my-mewgram"
        attendee.lay_down(step, folder, at_end)
        if mistake:
            mistake.lay_on(folder)
        if step.database == "datastore":
            ports = Ports()
            if mistake is None or mistake.emulator != "off":
                ports.move(8081, request.getfixturevalue("emulator").port)
            ports.put_into_settings(folder)
        return check(step, folder)

    return result


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.folder.name)
def test_the_check_passes_where_the_step_ends(step, result):
    passes, said = result(step, at_end=True)
    assert passes, said


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.folder.name)
def test_the_check_fails_where_the_step_begins(step, result):
    passes, said = result(step, at_end=False)
    assert not passes, said


@pytest.mark.parametrize(
    ("step", "mistake"), TOLD, ids=[f"{step.folder.name}-{mistake.name}" for step, mistake in TOLD]
)
def test_the_check_tells_of_the_mistake(step, mistake, result):
    passes, said = result(step, at_end=True, mistake=mistake)
    assert not passes
    assert mistake.says in said
