"""The steps' checks: they pass where a step is done, and tell what is wrong where it is not."""

import pytest
from strict_datastore.emulator import Emulator

from workshop import attendee, env_file
from workshop.check import check
from workshop.mistakes import mistakes_of
from workshop.ports import Ports
from workshop.run import SOLUTION
from workshop.steps import Workshop

pytestmark = pytest.mark.usefixtures("warm_programs")

STEPS = [step for step in Workshop().steps if step.number]
TOLD = [(step, mistake) for step in STEPS for mistake in mistakes_of(step) if mistake.says]


@pytest.fixture(scope="module")
def emulator():
    """One that enforces no indexes, which are each step's own; the checks look at index.yaml themselves."""
    with Emulator() as emulator:
        yield emulator


# What a terminal may have set, and what no check may care about.
EXPORTED = {
    "ALLOWED_HOSTS": "elsewhere.example",
    "DATABASE": "postgres",
    "DATASTORE_EMULATOR_HOST": "http://127.0.0.1:1",
    "DATASTORE_NAMESPACE": "elsewhere",
    "DEBUG": "0",
    "DJANGO_SETTINGS_MODULE": "elsewhere.settings",
    "GOOGLE_CLOUD_PROJECT": "elsewhere",
    "K_SERVICE": "elsewhere",
    "PYTHONOPTIMIZE": "1",
    "SECRET_KEY": "elsewhere",
}


@pytest.fixture
def result(tmp_path, request, needs):
    """Lays down a step's begin or end, with a mistake if one is given, and returns what its check says."""

    def result(step, at_end, mistake=None):
        needs(step)
        ports = Ports()
        folder = tmp_path / "my-mewgram"
        attendee.lay_down(step, folder, at_end)
        if mistake:
            mistake.lay_on(folder)
        if mistake and mistake.emulator == "older":
            older = Emulator(index_file=folder / "index.yaml")
            older.start()
            request.addfinalizer(older.stop)
            ports.move(8081, older.port)
            mistake.correct_in(folder, step.end()[mistake.file])
        elif step.database == "datastore" and (mistake is None or mistake.emulator != "off"):
            ports.move(8081, request.getfixturevalue("emulator").port)
        ports.put_into_settings(folder)
        return check(step, folder)

    return result


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.folder.name)
def test_the_check_passes_where_the_step_ends_whatever_the_terminal_has_set(step, result, monkeypatch):
    for name, value in EXPORTED.items():
        monkeypatch.setenv(name, value)
    passes, said = result(step, at_end=True)
    assert passes, said


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.folder.name)
def test_the_check_fails_where_the_step_begins(step, result):
    passes, said = result(step, at_end=False)
    assert not passes, said


def test_the_exported_variables_are_all_that_the_projects_settings_read():
    read = set().union(*(env_file.names_read(step.stored or SOLUTION) for step in STEPS))
    assert read - {"DATASTORE_DATABASE", "SERVER_TIMING"} <= EXPORTED.keys()


@pytest.mark.parametrize(
    ("step", "mistake"), TOLD, ids=[f"{step.folder.name}-{mistake.name}" for step, mistake in TOLD]
)
def test_the_check_tells_of_the_mistake(step, mistake, result):
    passes, said = result(step, at_end=True, mistake=mistake)
    assert not passes
    assert mistake.says in said
