"""`workshop run` and `workshop emulator`, on a stand-in for a project that says what it was given."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from strict_datastore.emulator import free_port

from workshop.run import SOLUTION

WORKSHOP = Path(sys.executable).with_name("workshop")
LOG_IN = "Log in as luna@example.com with the password purr-purr."
MANAGE = f"""
import http.server, json, os, sys

class Environment(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(dict(os.environ)).encode())

command = sys.argv[1]
if command == "migrate" and os.path.exists("broken"):
    sys.exit("no such table")
if command == "sample_cats":
    print("{LOG_IN}")
if command == "runserver":
    print("Starting development server")
    address, port = sys.argv[2].split(":")
    server = http.server.ThreadingHTTPServer((address, int(port)), Environment)
    print("Quit the server with CONTROL-C.")
    server.serve_forever()
"""
MAKEFILE = "run:\n\t@{} run --port $(PORT) {}\n"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


def make_project(folder):
    project = folder / "project"
    project.mkdir()
    (project / "manage.py").write_text(MANAGE)
    (project / "index.yaml").write_text("indexes:\n")
    return project


@pytest.fixture
def without_java(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


class Running:
    """A command that was started and has printed its welcome, and the processes it started."""

    def __init__(self, *command, stdin=None):
        self.process = subprocess.Popen(
            list(map(str, command)),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # pytest-django's settings are not the project's.
            env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        )
        self.welcome = ""
        for line in self.process.stdout:
            self.welcome += line
            if line.startswith("  Ctrl-C stops"):
                break
        self.processes = psutil.Process(self.process.pid).children(recursive=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        left = self.left_behind()
        for process in left:
            process.kill()
        self.process.communicate()
        assert left == []

    def left_behind(self):
        return psutil.wait_procs(self.processes, timeout=30)[1]


def run(project, port=None, stdin=None):
    return Running(WORKSHOP, "run", "--port", port or free_port(), project, stdin=stdin)


def refusal(*arguments):
    """What the command says when it refuses, in a line."""
    result = subprocess.run([WORKSHOP, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    return result.stderr.strip()


def page_of(running):
    address = next(word for word in running.welcome.split() if word.startswith("http://127.0.0.1:"))
    with urlopen(address) as response:
        return response.read().decode()


def environment_of(running):
    return json.loads(page_of(running))


@pytest.fixture(scope="module")
def on_datastore(tmp_path_factory):
    project = make_project(tmp_path_factory.mktemp("run"))
    with run(project) as running:
        running.project = project
        yield running


@pytest.mark.emulator
def test_the_project_is_served_on_the_emulator(on_datastore):
    environment = environment_of(on_datastore)
    assert environment["DATABASE"] == "datastore"
    assert environment["DATASTORE_EMULATOR_HOST"].startswith("127.0.0.1:")
    assert environment["DEBUG"] == "1"


@pytest.mark.emulator
def test_the_welcome_names_the_database_its_folder_and_the_log_in(on_datastore):
    assert "Datastore emulator" in on_datastore.welcome
    assert str(on_datastore.project / "index.yaml") in on_datastore.welcome
    assert str(on_datastore.project.parent / ".data" / "project") in on_datastore.welcome
    assert LOG_IN in on_datastore.welcome


@pytest.mark.emulator
def test_the_server_s_own_banner_is_not_shown(on_datastore):
    assert "Starting development server" not in on_datastore.welcome
    assert "Quit the server" not in on_datastore.welcome


@pytest.mark.emulator
def test_a_second_run_of_the_same_project_is_refused(on_datastore):
    data_dir = on_datastore.project.parent / ".data" / "project"
    said = refusal("run", "--port", free_port(), on_datastore.project)
    assert said == f"Another emulator keeps its data in {data_dir}: stop that one first."


def test_without_the_emulator_the_project_is_served_on_sqlite(project, without_java):
    with run(project) as running:
        assert environment_of(running)["DATABASE"] == "sqlite"
        assert "SQLite, not Datastore. This machine lacks Java" in running.welcome


def test_a_port_in_use_is_named_before_anything_starts(project):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = refusal("run", "--port", port, project)
    assert said == f"Port {port} is in use: stop what uses it, or take another: make run PORT={port + 1}"
    assert not (project.parent / ".data").exists()


@pytest.mark.emulator
def test_a_data_folder_that_cannot_be_written_is_named(project):
    (project.parent / ".data").touch()
    said = refusal("run", "--port", free_port(), project)
    assert said.startswith(f"No data can be kept in {project.parent / '.data' / 'project'}: ")


def test_a_folder_without_manage_py_is_named(tmp_path):
    said = refusal("run", tmp_path)
    assert said == f"There is no manage.py in {tmp_path}: name the folder of a Django project."


def test_a_command_of_the_project_that_fails_ends_the_run(project, without_java):
    (project / "broken").touch()
    said = refusal("run", "--port", free_port(), project)
    assert said == f"manage.py migrate failed in {project}.\nno such table"


@pytest.mark.emulator
def test_sigkill_leaves_neither_the_server_nor_java_behind(project):
    with run(project) as running:
        assert "java" in {process.name() for process in running.processes}
        running.process.kill()
        assert running.left_behind() == []


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_run_without_an_error(project, without_java, name):
    with run(project) as running:
        running.process.send_signal(getattr(signal, name))
        assert running.process.wait(timeout=30) == 0
        assert running.left_behind() == []


def test_a_terminal_that_is_closed_ends_the_run_without_a_signal_too(project, without_java):
    """As under a `make` that leads the session: the system tells make, and make tells nobody."""
    window, terminal = os.openpty()
    with run(project, stdin=terminal) as running:
        os.close(terminal)
        os.close(window)
        assert running.process.wait(timeout=30) == 0
        assert running.left_behind() == []


def test_more_signals_do_not_disturb_the_end(project, without_java):
    """Ctrl-C pressed again and again, out of impatience."""
    with run(project) as running:
        for _ in range(1000):
            running.process.send_signal(signal.SIGINT)
        assert running.process.wait(timeout=30) == 0
        assert running.left_behind() == []


@pytest.mark.emulator
def test_a_database_that_ends_ends_the_run(project):
    with run(project) as running:
        next(process for process in running.processes if process.name() == "java").kill()
        assert running.process.wait(timeout=30) == 1
        assert running.process.stdout.read().strip() == "The database ended."


def test_sigkill_of_make_leaves_no_process_behind(project, monkeypatch, tmp_path):
    (tmp_path / "Makefile").write_text(MAKEFILE.format(WORKSHOP, project))
    make = shutil.which("make")
    monkeypatch.setenv("PATH", str(tmp_path))
    with Running(make, "--directory", tmp_path, f"PORT={free_port()}") as running:
        running.process.kill()
        assert len(running.processes) >= 3  # workshop, the guardian, the server
        assert running.left_behind() == []


@pytest.mark.emulator
def test_mewgram_is_served_with_its_sample_cats(tmp_path):
    mewgram = shutil.copytree(SOLUTION, tmp_path / "mewgram", ignore=shutil.ignore_patterns("db.sqlite3"))
    with run(mewgram) as running:
        assert LOG_IN in running.welcome
        assert "Luna" in page_of(running)


@pytest.mark.emulator
def test_the_emulator_by_itself_says_how_to_use_it(project):
    port = free_port()
    with Running(WORKSHOP, "emulator", "--port", port, "--index-file", project / "index.yaml") as running:
        lines = f"\nDEBUG=1\nDATABASE=datastore\nDATASTORE_EMULATOR_HOST=127.0.0.1:{port}\n"
        assert lines in running.welcome


@pytest.mark.emulator
def test_in_a_project_the_emulator_enforces_its_indexes_and_keeps_its_data(project, monkeypatch):
    (project / "app").mkdir()
    monkeypatch.chdir(project / "app")
    with Running(WORKSHOP, "emulator", "--port", free_port()) as running:
        assert f"it enforces {project / 'index.yaml'}" in running.welcome
        assert f"kept in {project.parent / '.data' / project.name}" in running.welcome
    assert (project.parent / ".data" / project.name / "WEB-INF").is_dir()


@pytest.mark.emulator
def test_in_a_project_without_an_index_file_the_emulator_enforces_none(project, monkeypatch):
    (project / "index.yaml").unlink()
    monkeypatch.chdir(project)
    with Running(WORKSHOP, "emulator", "--port", free_port()) as running:
        assert "without an index.yaml it enforces none" in running.welcome


def test_a_port_in_use_is_named_by_the_emulator_too():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = refusal("emulator", "--port", port)
    assert said == f"Port {port} is in use: stop what uses it, or take another: --port {port + 1}"


def test_the_help_shows_the_commands():
    result = subprocess.run([WORKSHOP, "--help"], capture_output=True, text=True)
    for command in ("doctor", "start", "check", "next", "hint", "diff", "where", "run", "emulator"):
        assert f" {command} " in result.stdout
