"""`workshop notebooks`, without a browser."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import urllib3

WORKSHOP = Path(sys.executable).with_name("workshop")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The command, once it has said its address; nothing of it is left at the end."""
    environment = os.environ | {
        "BROWSER": "true",
        "JUPYTER_RUNTIME_DIR": str(tmp_path_factory.mktemp("jupyter")),
    }
    process = subprocess.Popen(
        [WORKSHOP, "notebooks"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said = iter(process.stdout.readline, "")
    process.address = next(found[0] for line in said if (found := re.search(r"http://127\S+", line)))
    processes = psutil.Process(process.pid).children(recursive=True)
    yield process
    process.terminate()
    process.communicate(timeout=30)
    assert psutil.wait_procs(processes, timeout=30)[1] == []


def test_jupyterlab_shows_the_notebooks_to_whoever_has_the_token(lab):
    # It says its address a moment before it listens there.
    until_it_listens = urllib3.Retry(connect=10, backoff_factor=0.1)
    answer = urllib3.request("GET", lab.address.replace("/lab?", "/api/contents?"), retries=until_it_listens)
    assert "1-entities.ipynb" in {each["name"] for each in answer.json()["content"]}


def test_ctrl_c_ends_it_without_a_question(lab):
    lab.send_signal(signal.SIGINT)
    assert lab.wait(timeout=30) == 0
