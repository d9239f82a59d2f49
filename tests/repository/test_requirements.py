"""pyproject.toml, uv.lock and the requirements files that pip installs from say the same."""

import subprocess
from pathlib import Path

import pytest
from uv import find_uv_bin

REPOSITORY = Path(__file__).parents[2]
STALE = "run `make lock`"


def uv(*arguments):
    command = [find_uv_bin(), *arguments, "--offline", "--quiet"]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)


def test_the_lock_is_of_the_dependencies_in_pyproject():
    result = uv("lock", "--check")
    assert result.returncode == 0, STALE


@pytest.mark.parametrize(
    ("requirements", "groups"), [("requirements.txt", "--no-dev"), ("requirements-dev.txt", "--all-groups")]
)
def test_requirements_are_exported_from_the_lock(requirements, groups):
    exported = uv("export", "--frozen", groups, "--no-emit-project", "--no-header")
    assert exported.returncode == 0, exported.stderr
    assert (REPOSITORY / requirements).read_text() == exported.stdout, STALE


@pytest.mark.parametrize("requirements", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_by_hash(requirements):
    pinned = (REPOSITORY / requirements).read_text().replace("\\\n", " ").splitlines()
    assert [line for line in pinned if "==" in line and "--hash=sha256:" not in line] == []
