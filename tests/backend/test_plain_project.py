"""A project that uses strict_datastore as any other would, in processes of its own: tests/plain_project."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from strict_datastore.emulator import Emulator

PROJECT = Path(__file__).parents[1] / "plain_project"

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def python():
    """Runs Python in the project, on an emulator that knows the project's indexes and no other."""
    with Emulator(index_file=PROJECT / "index.yaml") as emulator:
        own = {"DATASTORE_EMULATOR_HOST": emulator.host, "DATASTORE_NAMESPACE": uuid.uuid4().hex}
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}

        def python(*arguments, **variables):
            return subprocess.run(
                [sys.executable, *arguments],
                cwd=PROJECT,
                env=environment | own | variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )

        yield python


@pytest.fixture
def manage(python):
    def manage(*arguments, **variables):
        process = python("-W", "error", "manage.py", *arguments, **variables)
        assert process.returncode == 0, process.stdout
        return process.stdout

    return manage


def test_its_tests_pass(python):
    process = python("-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert process.returncode == 0, process.stdout


def test_from_migrate_to_the_first_user(manage):
    assert "Applying notes.0001_initial... OK" in manage("migrate")
    assert "No migrations to apply" in manage("migrate")
    user = ("--noinput", "--username=root", "--email=root@example.com")
    assert "created" in manage("createsuperuser", *user, DJANGO_SUPERUSER_PASSWORD="a secret")
    assert '"username": "root"' in manage("dumpdata", "auth.user", "--format=jsonl")


def test_its_migrations_are_complete(manage):
    assert "No changes detected" in manage("makemigrations", "--check")


def test_check_runs_the_checks_of_the_engine(python, tmp_path):
    """The engine brings them: nothing of it is in INSTALLED_APPS."""
    (tmp_path / "wrong.py").write_text(
        'from plain.settings import *\nSTRICT_DATASTORE_UNENFORCED_CONSTRAINTS = {"long_gone": "it was"}\n'
    )
    process = python("manage.py", "check", "--settings=wrong", PYTHONPATH=str(tmp_path))
    assert process.returncode == 1
    assert "strict_datastore.E007" in process.stdout


def test_settings_that_hold_only_what_django_demands_are_enough(python, tmp_path):
    """startproject writes more, such as BASE_DIR."""
    (tmp_path / "bare.py").write_text(
        'SECRET_KEY = "nothing here is secret"\n'
        'INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]\n'
        'DATABASES = {"default": {"ENGINE": "strict_datastore", "PROJECT": "bare"}}\n'
    )
    bare = {"DJANGO_SETTINGS_MODULE": "bare", "PYTHONPATH": str(tmp_path)}
    process = python("-W", "error", "-m", "django", "migrate", **bare)
    assert process.returncode == 0, process.stdout
