"""What the warm Python runs cannot tell it from Python."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import django
import psutil
import pytest

from . import POSSIBLE

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="a warm Python cannot be forked here")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@pytest.fixture
def run(tmp_path):
    def run(*command, **options):
        return subprocess.run(
            command,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **{"env": ENVIRONMENT} | options,
        )

    return run


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", "import sys; print(sys.argv, sys.path, __name__)", "one", "two"],
        ["-c", "import os; os.chdir('..'); print(os.environ['PATH'])"],
        ["-c", "import sys; print(sys.stdin.read()); sys.exit(3)"],
        ["-c", "import sys; sys.exit('in words')"],
        ["-c", "1 / 0"],
        ["-c", "def"],
        ["-c", "import os; os.abort()"],
        ["-c", "import atexit; atexit.register(print, 'the end')"],
        ["-c", "import threading, time; threading.Timer(0.1, print, ['the end']).start()"],
        ["-m", "this"],
        ["-m", "http.server", "--help"],
        ["-m", "nothing.like_that"],
        ["-W", "error", "-c", "import warnings; warnings.warn('so')"],
        ["cat.py", "one"],
        ["folder/cat.py"],
        ["wrong.py"],
        ["missing.py"],
        ["--version"],
    ],
)
def test_a_program_gives_what_it_gives_in_python(warm_python, run, tmp_path, arguments):
    (tmp_path / "folder").mkdir()
    for name in ("cat.py", "folder/cat.py"):
        (tmp_path / name).write_text(
            "import sys\nprint(__file__, __name__, sys.argv, sys.path)\n\ndef f():\n    raise ValueError(1)\n\nf()\n"
        )
    (tmp_path / "wrong.py").write_text("print(1)\ndef\n")
    expected = run(sys.executable, *arguments, input="typed")
    answer = run(warm_python, *arguments, input="typed")
    assert answer.stdout.replace(warm_python, sys.executable) == expected.stdout
    assert answer.returncode == expected.returncode


def test_a_command_of_a_package_is_run_too(warm_python, run):
    assert run(Path(warm_python).with_name("django-admin"), "--version").stdout == f"{django.__version__}\n"


def test_it_is_the_python_of_what_it_runs(warm_python, run):
    assert run(warm_python, "-c", "import sys; print(sys.executable)").stdout == f"{warm_python}\n"


def test_a_variable_that_python_reads_when_it_starts_is_seen(warm_python, run):
    program = "import sys; print(sys.flags.hash_randomization)"
    assert run(warm_python, "-c", program, env=ENVIRONMENT | {"PYTHONHASHSEED": "0"}).stdout == "0\n"


def test_nothing_of_the_project_is_imported_beforehand(warm_python, run):
    own = {"mewgram", "purr", "strict_datastore", "tests", "users", "workshop"}
    said = run(
        warm_python, "-c", f"import sys; print({own} & {{name.partition('.')[0] for name in sys.modules}})"
    )
    assert said.stdout == "set()\n"


SLEEP = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_a_signal_ends_the_program(warm_python, number):
    with subprocess.Popen(
        [warm_python, "-c", SLEEP], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as started:
        process = psutil.Process(int(started.stdout.readline()))
        started.send_signal(number)
        assert psutil.wait_procs([process], timeout=30)[1] == []
    assert started.returncode != 0
