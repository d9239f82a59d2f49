"""The steps of the workshop: the manifest, and the files that each begins and ends with."""

import re
import shutil
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from workshop import lesson

ROOT = Path(__file__).parent.parent
# What running a project leaves behind, or what is the attendee's own, belongs to no step.
LEFT_OUT = {".env", ".workshop", "db.sqlite3", "staticfiles", ".data", "__pycache__"}
DATABASES = ("none", "sqlite", "datastore")
MARKER = ".workshop"


class ManifestError(Exception):
    """steps/workshop.toml is not as it should be."""


@dataclass
class Step:
    """A step. `code` names the folder of the repository with its code, if that is not steps/NN-name/code."""

    workshop: "Workshop" = field(repr=False)
    number: int
    name: str
    title: str
    minutes: int
    database: str
    given_from_root: list = field(default_factory=list)
    code: str = ""

    @property
    def folder(self):
        return self.workshop.root / "steps" / f"{self.number:02}-{self.name}"

    @property
    def stored(self):
        """Where `make steps` writes the code, or None where it is kept elsewhere, or there is none."""
        return None if self.code or self.number == 0 else self.folder / "code"

    @property
    def previous(self):
        return self.workshop.get(self.number - 1)

    @cached_property
    def lesson(self):
        path = self.folder / "README.md"
        if not self.has_lesson:
            raise ManifestError(f"Step {self.number} of {self.workshop.path} has no lesson {path}.")
        return lesson.read(path, path.relative_to(self.workshop.root))

    @property
    def has_lesson(self):
        return (self.folder / "README.md").is_file()

    @property
    def check(self):
        return self.folder / "check.py"

    def given(self):
        """The files laid down before the blocks run, as {path: where it is}."""
        return files(self.folder / "given") | self.workshop.from_root(self.given_from_root)

    def begin(self):
        """What the step begins with, the given files among it."""
        return (self.previous.end() if self.previous else {}) | self.given()

    def end(self):
        """What the step ends with."""
        if self.number == 0:
            return {}
        if self.code:
            end = files(self.workshop.root / self.code) | self.workshop.from_root(self.workshop.root_files)
            # The root's Dockerfile says that the project lies in a folder of its own; here it does not.
            return end | {name: path for name, path in self.previous.end().items() if name == "Dockerfile"}
        return self.not_stored() | files(self.stored)

    def not_stored(self):
        """The files of its end that lie at the repository's root already."""
        steps = [step for step in self.workshop.steps if step.number <= self.number]
        return self.workshop.from_root([name for step in steps for name in step.given_from_root])

    def settings(self, at_end=False):
        """The text of .env where the step begins, or ends, as the lessons until then had it typed; or None."""
        text = None
        for step in self.workshop.steps:
            if 0 < step.number < self.number + at_end and step.has_lesson:
                for block in step.lesson.blocks:
                    if block.target == ".env" and block.kind == "file" and not block.challenge:
                        text = block.text
        return text


class Workshop:
    """The workshop in a clone of the repository. Raises ManifestError where its manifest makes no sense."""

    def __init__(self, root=None):
        self.root = root or ROOT
        self.path = self.root / "steps" / "workshop.toml"
        if not self.path.is_file():
            raise ManifestError(f"There is no {self.path}: this is no clone of the workshop.")
        manifest = tomllib.loads(self.path.read_text(encoding="utf-8"))
        self.minutes = manifest.get("minutes", 0)
        self.root_files = manifest.get("root_files", [])
        try:
            self.steps = [Step(self, **entry) for entry in manifest.get("step", [])]
        except TypeError as error:
            raise ManifestError(f"{self.path}: {error}") from None
        for step in self.steps:
            if step.database not in DATABASES:
                raise ManifestError(f"{self.path}: step {step.number}: no database {step.database!r}")

    def get(self, number):
        """Return the step of that number, or None."""
        return next((step for step in self.steps if step.number == number), None)

    def from_root(self, names):
        found = {}
        for name in names:
            path = self.root / name
            if not path.exists():
                raise ManifestError(f"{self.path}: there is no {name} at the repository's root")
            found |= (
                {f"{name}/{inner}": each for inner, each in files(path).items()}
                if path.is_dir()
                else {name: path}
            )
        return found


def files(folder):
    """Return the files of a folder as {path with slashes: where it is}, without what belongs to no step."""
    found = {}
    if folder.is_dir():
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and LEFT_OUT.isdisjoint(inner.parts) and path.suffix not in (".pyc", ".mine"):
                found[inner.as_posix()] = path
    return found


def content(path):
    """Return the bytes of a file as they are stored: without the day on which a migration was made."""
    data = path.read_bytes()
    if path.parent.name == "migrations":
        data = re.sub(rb"\A# Generated by Django .*\n\n", b"", data)
    return data


def copy(found, folder):
    """Write the files into the folder, as they are stored."""
    for name, path in found.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content(path))
        shutil.copymode(path, target)


def differences(expected, found):
    """Yield (path, sentence) for each file that is not the same in both."""
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield name, "is missing"
        elif name not in expected:
            yield name, "should not be there"
        elif content(expected[name]) != content(found[name]):
            yield name, "differs"
        elif executable(expected[name]) != executable(found[name]):
            yield name, "differs in whether it can be run"


def executable(path):
    return bool(path.stat().st_mode & 0o100)
