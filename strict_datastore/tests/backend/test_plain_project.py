"""A project that uses strict_datastore as any other would, in processes of its own: tests/plain_project.

It runs on what a user installs: the wheel that is built from the source distribution, in an environment that has
nothing else of this repository.
"""

import os
import subprocess
import sys
import sysconfig
import tarfile
import uuid
import venv
import zipfile
from pathlib import Path

import pytest
from strict_datastore.emulator import Emulator

PROJECT = Path(__file__).parents[1] / "plain_project"
DISTRIBUTION = Path(__file__).parents[2]

pytestmark = pytest.mark.emulator


def build(target, source, folder):
    """Build the "sdist" or "wheel" of a source folder, and return the file."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", folder],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("distributions")
    with tarfile.open(build("sdist", DISTRIBUTION, folder / "sdist")) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.glob("django_strict_datastore-*")
    return build("wheel", source, folder / "wheel")


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The Python of an environment with the wheel, and with what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            wheel,
        ],
        check=True,
    )
    # The dependencies are lent by this environment, whose own .pth files are not followed from there: so what is
    # installed here as editable cannot be found.
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": folder}))
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib"))
    return python


@pytest.fixture(scope="module")
def python(installed):
    """Runs Python in the project, on an emulator that knows the project's indexes and no other."""
    with Emulator(index_file=PROJECT / "index.yaml") as emulator:
        own = {"DATASTORE_EMULATOR_HOST": emulator.host, "DATASTORE_NAMESPACE": uuid.uuid4().hex}
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}

        def python(*arguments, **variables):
            return subprocess.run(
                [installed, *arguments],
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


def test_the_wheel_holds_what_the_repository_holds(wheel):
    """Templates and management commands among it, which are no modules that something imports."""
    source = DISTRIBUTION / "src"
    ours = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == {name for name in ours if "__pycache__" not in name}


def test_it_runs_on_the_wheel(python, installed):
    found = python("-c", "import strict_datastore; print(strict_datastore.__file__)").stdout
    assert found.startswith(str(installed.parents[1]))


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
