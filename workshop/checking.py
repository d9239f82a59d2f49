"""What the steps' check.py are written with: the attendee's project to look at, and a sentence where it fails.

Each function looks at one thing and ends the check where it is not as it should be, with a sentence that names
the file and the next thing to do. Errors in the attendee's own code need no care: `check_report` tells where
they are. Django is set up by the first function that needs it.
"""

import importlib
import os
import shlex
import socket
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest

from workshop import env_file
from workshop.check import OF_THE_PROJECT

FOLDER = Path(os.environ.get("WORKSHOP_FOLDER", os.curdir)).resolve()


class NotYet(Exception):
    """The step is not done; the message is for the attendee."""


def fail(sentence):
    """End the check: say what is wrong, in which file, and what to do next."""
    raise NotYet(sentence)


def text_of(name, otherwise=""):
    """Return the text of a file of the project."""
    path = FOLDER / name
    if not path.is_file():
        fail(f"There is no file {name} yet. {otherwise}".strip())
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        fail(f"{name} is not saved as UTF-8. Save the file again, with the encoding UTF-8.")


def no_file(name, otherwise):
    """There must not be such a file."""
    if (FOLDER / name).exists():
        fail(otherwise)


@pytest.fixture(scope="session", autouse=True)
def what_the_code_reads():
    """What is wrong with .env or index.yaml comes first: else a line of code would be blamed for it."""
    if wrong := env_file.problem(FOLDER):
        fail(wrong)
    if (FOLDER / "index.yaml").exists():
        # Not at the top: it imports Google's libraries, and early steps have no use for them.
        from strict_datastore.index_file import InvalidIndexFile, read_index_file

        try:
            read_index_file(FOLDER / "index.yaml")
        except InvalidIndexFile as error:
            fail(str(error).replace(f"{FOLDER}{os.sep}", ""))


@contextmanager
def variables(**values):
    """Make these the only variables that the project finds, whatever .env and the terminal have set."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(OF_THE_PROJECT)}
    with patch.dict(os.environ, others | values, clear=True), patch("environ.Env.read_env"):
        yield


@cache
def project():
    """Set Django up with the project's settings, once, and return the settings."""
    text_of("manage.py", "Make the project: django-admin startproject mewgram .")
    text_of("mewgram/settings.py")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mewgram.settings")
    import django
    from django.conf import settings
    from django.test.utils import setup_test_environment

    for templates in settings.TEMPLATES:
        # An error in a template then tells its file and line.
        templates.setdefault("OPTIONS", {}).setdefault("debug", "loaders" not in templates["OPTIONS"])
    # A check logs in often, and none is about the cost of guessing a password.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    try:
        django.setup()
    except ModuleNotFoundError as error:
        for app in settings.INSTALLED_APPS:
            if app.partition(".")[0] == error.name or app == error.name:
                fail(f'INSTALLED_APPS in mewgram/settings.py names "{app}", but there is no such app.')
        raise
    setup_test_environment()
    return settings


def installed(app):
    """The app must be in INSTALLED_APPS."""
    if (
        not (FOLDER / app.replace(".", "/")).is_dir()
        and importlib.util.find_spec(app.partition(".")[0]) is None
    ):
        fail(f"There is no app {app} yet: python manage.py startapp {app}")
    names = project().INSTALLED_APPS
    if not any(name == app or name.startswith(f"{app}.apps.") for name in names):
        fail(f'Add "{app}" to INSTALLED_APPS in mewgram/settings.py')


def attribute(module, name, otherwise):
    """Return what a module of the project names so: `attribute("purr.models", "Purr", "...")`."""
    project()
    path = f"{module.replace('.', '/')}.py"
    text_of(path, otherwise)
    found = getattr(importlib.import_module(module), name, None)
    if found is None:
        fail(f"{path} has no {name} yet. {otherwise}")
    return found


def field(model, name, otherwise):
    """Return a field of a model."""
    from django.core.exceptions import FieldDoesNotExist

    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        path = f"{model.__module__.replace('.', '/')}.py"
        fail(f"{path}: the model {model.__name__} has no field {name}. {otherwise}")


def system_checks(deploy=False):
    """`manage.py check` must find no error; with `deploy`, nor may `manage.py check --deploy`."""
    project()
    from django.core import checks

    level = checks.WARNING if deploy else checks.ERROR
    for problem in checks.run_checks(include_deployment_checks=deploy):
        if problem.level >= level and not problem.is_silenced():
            hint = f" {problem.hint}" if problem.hint else ""
            fail(f"python manage.py check says: {problem.obj or ''} {problem.msg}{hint} ({problem.id})")


def migrations_made():
    """No change of a model may lack its migration."""
    project()
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.questioner import MigrationQuestioner
    from django.db.migrations.state import ProjectState

    loader = MigrationLoader(None)
    detector = MigrationAutodetector(
        loader.project_state(), ProjectState.from_apps(apps), MigrationQuestioner(dry_run=True)
    )
    changes = [
        operation.describe()
        for migrations in detector.changes(graph=loader.graph).values()
        for migration in migrations
        for operation in migration.operations
    ]
    if changes:
        fail(f"A migration is missing ({', '.join(changes)}): python manage.py makemigrations")


def command(words, **variables):
    """Run a command in the attendee's folder; return its exit status and what it printed."""
    words = shlex.split(words)
    if words[0] == "python":
        words[0] = sys.executable
    result = subprocess.run(
        words,
        cwd=FOLDER,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return result.returncode, result.stdout


@cache
def test_database():
    """Make a database that is thrown away, in memory or a namespace of its own on the emulator."""
    settings = project()
    from django.db import connection

    if "datastore" in settings.DATABASES["default"]["ENGINE"]:
        emulator_must_answer()
    connection.creation.create_test_db(verbosity=0, serialize=False)


test_database.__test__ = False


def emulator_must_answer():
    host = os.environ.get("DATASTORE_EMULATOR_HOST")
    if not host:
        fail(f"The file .env beside manage.py needs the line {env_file.line('DATASTORE_EMULATOR_HOST')}")
    name, _, port = host.rpartition(":")
    try:
        socket.create_connection((name.strip("[]"), int(port)), timeout=2).close()
    except (OSError, ValueError):
        fail(
            f"No emulator answers at {host}, which .env names."
            " Start it in a terminal of its own: workshop emulator"
        )


@pytest.fixture
def database():
    """An empty database for one check."""
    test_database()
    from django.db import connection, transaction

    if hasattr(connection.creation, "use_fresh_namespace"):
        connection.creation.use_fresh_namespace()
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Page:
    """What a visitor sees: `text` as they read it, `html` as it is sent, Django's `response` with all else."""

    def __init__(self, response):
        from workshop.server import readable

        self.response = response
        self.status = response.status_code
        streamed = b"".join(response) if response.streaming else response.content
        self.html = streamed.decode(errors="replace")
        self.text = readable(self.html)


def as_sent(fields):
    """What a browser makes of what was typed: it sends a line break as two characters."""
    return {name: value.replace("\n", "\r\n") for name, value in fields.items()}


class Visitor:
    """A browser in front of the project, with its cookies."""

    def __init__(self):
        from django.test import Client

        self.client = Client(headers={"accept": "text/html"})

    def log_in(self, user):
        self.client.force_login(user)

    def opens(self, path, otherwise=""):
        """Return the page that opening the path ends at; it must not be an error."""
        return self.page(self.client.get(path, follow=True), path, otherwise)

    def sends(self, path, fields, otherwise=""):
        """Return the page that sending a form ends at; it must not be an error."""
        return self.page(self.client.post(path, as_sent(fields), follow=True), path, otherwise)

    def page(self, response, path, otherwise):
        page = Page(response)
        if page.status >= 400:
            fail(f"The page {path} answers {page.status}. {otherwise}".strip())
        return page

    def sees(self, path, text, otherwise):
        """Return the page, which must show the text."""
        page = self.opens(path, otherwise)
        if text not in page.text:
            fail(f'The page {path} does not show "{text}". {otherwise}')
        return page


@pytest.fixture
def visitor(database):
    """Somebody who visits the project, which is empty."""
    return Visitor()


def needed_indexes(function, *arguments):
    """Call the function on Datastore; index.yaml must have the composite index of each query it makes.

    An emulator that enforces indexes refuses a query that lacks one: `check_report` tells of that error.
    """
    from strict_datastore.meter import meter

    with meter() as counted:
        result = function(*arguments)
    for call in counted.calls:
        if (call.index or "").startswith("missing:"):
            fail(
                f"index.yaml lacks a composite index of the kind {call.kind}. Add this, then stop the emulator and"
                f" start it again:\n{call.index[8:].strip()}"
            )
    return result
