"""`workshop run`: the project on Google's Datastore emulator, or on SQLite where that is missing."""

import os
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from strict_datastore import guardian
from strict_datastore.emulator import Emulator, EmulatorNotFound, port_in_use

from workshop.foreground import CannotRun, hold

SOLUTION = Path(__file__).parent.parent / "solution"


def run(directory, port):
    directory = directory.resolve()
    if not (directory / "manage.py").is_file():
        raise CannotRun(f"There is no manage.py in {directory}: name the folder of a Django project.")
    if port_in_use(port):
        raise CannotRun(
            f"Port {port} is in use: stop what uses it, or take another: make run PORT={port + 1}"
        )
    print("Starting, which takes a few seconds ...", flush=True)
    with ExitStack() as stack:
        database, settings, processes = open_database(stack, directory)
        project = Project(directory, settings)
        project.manage("migrate", "--verbosity=0")
        log_in = project.manage("sample_cats").strip()
        server = project.start("runserver", f"127.0.0.1:{port}")
        welcome = f"""
  Address   http://127.0.0.1:{port}/
  Database  {database}
  {log_in}
  Ctrl-C stops the server and the database.

"""
        # A daemon, so that Ctrl-C at this very moment does not leave Python waiting for it.
        shower = threading.Thread(target=show, args=(server.stdout, welcome), daemon=True)
        shower.start()
        stack.callback(shower.join)
        stack.callback(guardian.end, server)
        hold(server, *processes)
        raise CannotRun("The database ended." if server.poll() is None else "The server ended.")


def open_database(stack, directory):
    """Return what to tell of the database, the settings that make the project use it, and its processes."""
    index_file = directory / "index.yaml"
    data_dir = data_dir_of(directory)
    try:
        emulator = stack.enter_context(Emulator(index_file=index_file, data_dir=data_dir))
    except EmulatorNotFound as missing:
        return f"SQLite, not Datastore. {missing}", {"DATABASE": "sqlite"}, []
    return (
        f"Google's Datastore emulator, which enforces {index_file} and keeps its data in {data_dir}",
        {"DATABASE": "datastore", "DATASTORE_EMULATOR_HOST": emulator.host},
        [emulator.process],
    )


def data_dir_of(directory):
    """Where the emulator keeps the data of the project in that folder."""
    return directory.parent / ".data" / directory.name


class Project:
    """A Django project's management commands, none of which outlives this process."""

    def __init__(self, directory, settings):
        self.directory = directory
        self.environment = os.environ | {
            "DEBUG": "1",
            "DJANGO_RUNSERVER_HIDE_WARNING": "true",
            "PYTHONUNBUFFERED": "1",  # standard output is a pipe here
            **settings,
        }

    def start(self, *arguments, **options):
        return guardian.start(
            [sys.executable, "manage.py", *arguments],
            cwd=self.directory,
            env=self.environment,
            stdout=subprocess.PIPE,
            **options,
        )

    def manage(self, *arguments):
        """Run the command and return what it printed; its warnings are shown only if it fails."""
        with tempfile.TemporaryFile() as warnings:
            process = self.start(*arguments, stderr=warnings)
            try:
                output = process.stdout.read().decode()
                status = process.wait()
            finally:
                guardian.end(process)
            if status != 0:
                warnings.seek(0)
                reason = warnings.read().decode(errors="replace")
                raise CannotRun(f"manage.py {arguments[0]} failed in {self.directory}.\n{reason}")
        return output


def show(output, welcome):
    """Show what the server prints, with the welcome in place of the banner it starts with."""
    banner = []
    for line in output:
        banner.append(line)
        if line.startswith(b"Quit the server with"):
            banner = [welcome.encode()]
            break
    for line in chain(banner, output):
        sys.stdout.buffer.write(line)
        sys.stdout.flush()
