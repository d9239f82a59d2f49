"""`lab.start()`, the first cell of each notebook."""

from pathlib import Path

import psutil
import pytest
from jupyter_client.manager import start_new_kernel

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
START = "import lab\n\nlab.start()"


class Kernel:
    """A kernel as JupyterLab starts it for a notebook."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(
            cwd=str(NOTEBOOKS), extra_arguments=["--log-level=ERROR"], kernel_name="python3"
        )
        self.process = psutil.Process(self.manager.provisioner.pid)

    def run(self, code):
        """Return what the cell shows, an error as Jupyter shows it."""
        shown = []

        def note(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                shown.append(content["text"])
            elif message["msg_type"] == "error":
                shown.extend(content["traceback"])

        self.client.execute_interactive(code, timeout=60, output_hook=note)
        return "".join(shown)

    def started(self):
        return self.process.children(recursive=True)

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel():
    kernel = Kernel()
    yield kernel
    kernel.end()


@pytest.fixture
def without_java(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


def test_without_java_the_first_cell_says_so_in_one_sentence(without_java, kernel):
    said = kernel.run(START)
    assert said.startswith("This machine lacks Java")
    assert "\n" not in said


def test_an_index_file_that_is_missing_is_said_in_one_sentence(kernel):
    assert kernel.run('import lab\n\nlab.start("none.yaml")').startswith("There is no index file ")


@pytest.mark.emulator
def test_nothing_of_the_emulator_is_left_when_its_notebook_is_killed(kernel):
    kernel.run(START)
    started = kernel.started()
    assert "java" in {process.name() for process in started}
    kernel.process.kill()
    assert psutil.wait_procs(started, timeout=30)[1] == []


@pytest.mark.emulator
def test_the_first_cell_can_be_run_again_and_begins_afresh(kernel):
    kernel.run(START)
    count = "from users.models import EmailClaim\nprint(EmailClaim.objects.count())"
    assert (
        kernel.run(f'from users.models import EmailClaim\nEmailClaim(key="a", user_id="{"0" * 32}").save()')
        == ""
    )
    assert kernel.run(count) == "1\n"
    kernel.run(START)
    assert kernel.run(count) == "0\n"
    assert [process.name() for process in kernel.started()].count("java") == 1


@pytest.mark.emulator
def test_models_with_relations_can_be_defined_afresh(kernel):
    models = """
from django.db import models

class Toy(models.Model):
    class Meta:
        app_label = "notebook"

class Cat(models.Model):
    toys = models.ManyToManyField(Toy)
    class Meta:
        app_label = "notebook"

print(Toy.objects.create().cat_set.count(), Cat.objects.create().toys.count())
"""
    for _run in range(2):
        kernel.run(START)
        assert kernel.run(models) == "0 0\n"


@pytest.mark.emulator
def test_the_reader_s_own_settings_of_mewgram_do_not_count(kernel):
    setting = "import os; os.environ |= {'DATABASE': 'sqlite', 'GOOGLE_CLOUD_PROJECT': 'mine'}"
    kernel.run(f"{setting}\n{START}")
    said = kernel.run(
        "from django.db import connection; print(connection.vendor, connection.settings_dict['PROJECT'])"
    )
    assert said == "datastore mewgram\n"
