"""Runs the commands of a lesson: without a shell, in the attendee's folder, with the same environment everywhere."""

import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from strict_datastore import guardian

SECONDS = 120
# Of the environment that somebody happens to have, only what programs need to run at all.
KEPT = {
    *("CI", "HOME", "JAVA_HOME", "JDK_JAVA_OPTIONS", "LANG", "LC_ALL", "LOGNAME", "TMPDIR", "TZ", "USER"),
    # Windows
    *("APPDATA", "COMSPEC", "LOCALAPPDATA", "PATHEXT", "PROGRAMFILES", "SYSTEMDRIVE", "SYSTEMROOT"),
    *("TEMP", "TMP", "USERPROFILE"),
}


def environment(folder, **more):
    """Return the environment of an attendee whose project lies in the folder."""
    kept = {name: value for name, value in os.environ.items() if name.upper() in KEPT}
    scripts = str(Path(sys.executable).parent)
    return kept | {
        "PATH": os.pathsep.join([str(without_black(folder)), scripts, os.environ.get("PATH", os.defpath)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",  # both streams go into one pipe, and stay in order
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
        "COLUMNS": "100",
        **more,
    }


def without_black(folder):
    """Django formats the code that it writes where it finds black: here it finds a program that does nothing."""
    programs = folder.parent / f"{folder.name}.programs"
    if not programs.exists():
        programs.mkdir()
        (programs / "black").write_text("#!/bin/sh\n")
        (programs / "black").chmod(0o755)
    return programs


def run(words, folder, variables):
    """Return a command's exit status and what it printed, both streams in order.

    Raises FileNotFoundError where there is no such command, and subprocess.TimeoutExpired after `SECONDS`.
    """
    with started(words, folder, variables) as (process, output):
        status = process.wait(SECONDS)
    return status, output.text()


@contextmanager
def started(words, folder, variables):
    """The command as (process, output); when this is left, nothing of it runs, and the output is complete."""
    program = shutil.which(words[0], path=variables["PATH"])
    if program is None:
        raise FileNotFoundError(f"there is no command {words[0]}")
    process = guardian.start(
        [program, *words[1:]],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = Output(process.stdout)
    try:
        yield process, output
    finally:
        guardian.end(process)
        output.close()


class Output:
    """What a process has printed so far."""

    def __init__(self, stream):
        self.stream = stream
        self.lines = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.stream:
            self.lines.append(line.decode(errors="replace"))

    def text(self):
        return "".join(self.lines)

    def close(self):
        self.reader.join()
        self.stream.close()
