"""Python that does not have to start: its children have Django and the other packages imported already.

A lesson starts hundreds of programs, and each spends most of its time on imports. Here one interpreter has done them.
It comes with a folder of programs like the virtual environment's `bin`: what is called `python`, `workshop` and so on
there runs in a fork of the warm interpreter, with the arguments, folder, environment, streams and signals of the
process that called it. Nothing of the project itself is imported beforehand, only packages that it is built on.
"""

import os
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
NAMES = ("python", "django-admin", "gunicorn", "workshop")
# Elsewhere a process that has imported this much cannot be forked safely, or not at all.
POSSIBLE = sys.platform == "linux"
SETTINGS = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


@contextmanager
def warm_python():
    """Yield the path of a warm `python`, or of the usual one where there can be none."""
    if not POSSIBLE:
        yield sys.executable
        return
    with tempfile.TemporaryDirectory() as folder:
        programs, address = Path(folder) / "bin", Path(folder) / "socket"
        make_programs(programs, address)
        server = start_server(address, programs / "python")
        try:
            yield str(programs / "python")
        finally:
            server.stdin.close()
            server.wait()


def make_programs(programs, address):
    programs.mkdir()
    call = f"#!/usr/bin/env -S {BIN / 'python'} -IS {HERE / 'stand_in.py'} {BIN} {address}\n"
    for program in BIN.iterdir():
        ours = programs / program.name
        if program.name in NAMES:
            ours.write_text(call)
            ours.chmod(0o755)
        else:
            ours.symlink_to(program)


def start_server(address, executable):
    """Start the warm interpreter. It ends, with all that it runs, when its standard input does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen(100)
        return subprocess.Popen(
            [BIN / "python", HERE / "server.py", str(listener.fileno()), executable],
            env=kept | SETTINGS,
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
        )
