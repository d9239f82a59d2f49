"""pyproject.toml, uv.lock and the requirements files that pip installs from say the same; so do the Dockerfiles.

The first job of the workflow runs this file, without the other tests' settings: it needs nothing but the group `lint`.
"""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.tags import compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename
from uv import find_uv_bin

REPOSITORY = Path(__file__).parents[2]
STALE = "run `make lock`, or `make refresh` where the bot has raised versions"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [
    tuple(map(int, name.rpartition(" ")[2].split(".")))
    for name in PROJECT["classifiers"]
    if name.startswith("Programming Language :: Python :: 3.")
]


def glibc(processor):
    """The platform tags of a Linux with glibc 2.36, the one in Debian 12."""
    versions = [f"manylinux_2_{minor}" for minor in range(36, 4, -1)]
    return [f"{each}_{processor}" for each in (*versions, "manylinux2014", "manylinux2010", "manylinux1")]


# What attendees have: the values of environment markers, and the platform tags.
SYSTEMS = {
    "Linux": ("Linux", "linux", "posix", "x86_64", glibc("x86_64")),
    "Linux on ARM": ("Linux", "linux", "posix", "aarch64", glibc("aarch64")),
    "macOS": ("Darwin", "darwin", "posix", "arm64", [*mac_platforms((14, 0), "arm64")]),
    "macOS on Intel": ("Darwin", "darwin", "posix", "x86_64", [*mac_platforms((14, 0), "x86_64")]),
    "Windows": ("Windows", "win32", "nt", "AMD64", ["win_amd64"]),
}


def uv(*arguments):
    command = [find_uv_bin(), *arguments, "--offline", "--quiet"]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)


@cache
def requirements(name):
    """The requirements in a file, without their hashes."""
    lines = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line.removesuffix("\\")) for line in lines if "==" in line]


@cache
def wheels():
    """The tags of the wheels of each locked package, by its name and version."""
    lock = tomllib.loads((REPOSITORY / "uv.lock").read_text(encoding="utf-8"))
    return {
        (package["name"], package["version"]): {
            tag
            for wheel in package.get("wheels", [])
            for tag in parse_wheel_filename(wheel["url"].rpartition("/")[2])[3]
        }
        for package in lock["package"]
    }


def test_the_lock_is_of_the_dependencies_in_pyproject():
    result = uv("lock", "--check")
    assert result.returncode == 0, STALE


@pytest.mark.parametrize(
    ("name", "groups"), [("requirements.txt", "--no-dev"), ("requirements-dev.txt", "--all-groups")]
)
def test_requirements_are_exported_from_the_lock(name, groups):
    exported = uv("export", "--frozen", groups, "--no-emit-workspace", "--no-header")
    assert exported.returncode == 0, exported.stderr
    assert (REPOSITORY / name).read_text() == exported.stdout, STALE


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_by_hash(name):
    pinned = (REPOSITORY / name).read_text().replace("\\\n", " ").splitlines()
    assert [line for line in pinned if "==" in line and "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS, ids=lambda version: ".".join(map(str, version)))
def test_nothing_has_to_be_compiled(python, system):
    """Each requirement has a wheel for each Python and system: attendees have no compiler."""
    platform_system, sys_platform, os_name, machine, platforms = SYSTEMS[system]
    major, minor = python
    markers = {
        "implementation_name": "cpython",
        "os_name": os_name,
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_system": platform_system,
        "python_full_version": f"{major}.{minor}.9",
        "python_version": f"{major}.{minor}",
        "sys_platform": sys_platform,
    }
    installable = {
        *cpython_tags(python, platforms=platforms),
        *compatible_tags(python, f"cp{major}{minor}", platforms),
    }
    needed = {
        (canonicalize_name(each.name), str(each.specifier).removeprefix("=="))
        for each in requirements("requirements-dev.txt")
        if each.marker is None or each.marker.evaluate(markers)
    }
    assert needed <= wheels().keys(), STALE
    assert [each for each in sorted(needed) if not wheels()[each] & installable] == []


def test_each_python_from_the_oldest_on_is_named():
    oldest = PROJECT["requires-python"].removeprefix(">=3.")
    assert [minor for _, minor in PYTHONS] == [*range(int(oldest), PYTHONS[-1][1] + 1)]


def test_the_base_image_is_the_same_wherever_it_is_named():
    """The bot raises it in the Dockerfile at the root; a lesson has that file typed."""
    named = re.compile(r"(?m)^FROM (\S+)")
    images = named.findall((REPOSITORY / "Dockerfile").read_text(encoding="utf-8"))
    pages = [*REPOSITORY.glob("steps/*/README.md"), *REPOSITORY.glob("steps/*/code/Dockerfile")]
    repeated = [found for page in pages if (found := named.findall(page.read_text(encoding="utf-8")))]
    assert len(repeated) >= 2
    assert [found for found in repeated if found != images] == [], STALE
