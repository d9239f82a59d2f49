"""Carries out the Dockerfile without Docker: the same commands in folders, as far as they concern Python."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from docker.utils.build import exclude_paths

ROOT = Path(__file__).parents[2]


def instructions(text):
    """The instructions of a Dockerfile as (name, rest), lines that go on joined and comments left out."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            yield name, rest


def context(folder):
    """The files that .dockerignore lets through, as Docker reads it."""
    patterns = [
        line
        for line in (folder / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    # Docker sends these two to its engine whatever the file says; no COPY finds them.
    files = exclude_paths(str(folder), patterns) - {"Dockerfile", ".dockerignore"}
    return sorted(path for path in files if (folder / path).is_file())


class Image:
    """What `docker build` makes of the Dockerfile in a folder: `folder / "image"` stands for the image's root.

    Raises subprocess.CalledProcessError where a command fails.
    """

    def __init__(self, source, folder):
        self.source, self.root = source, folder / "image"
        self.files = context(source)
        self.variables, self.environment, self.directory = {}, {}, "/"
        # In place of the base image's Python.
        subprocess.run([sys.executable, "-m", "venv", folder / "python"], check=True)
        self.path = f"{folder / 'python' / 'bin'}{os.pathsep}{os.defpath}"

    def build(self):
        for name, rest in instructions((self.source / "Dockerfile").read_text()):
            getattr(self, f"do_{name.lower()}")(rest)

    def do_arg(self, rest):
        name, is_set, value = rest.partition("=")
        if is_set:
            self.variables[name] = value

    def arg_value(self, text):
        for name, value in self.variables.items():
            text = text.replace(f"${{{name}}}", value)
        return text

    def do_workdir(self, rest):
        self.directory = rest
        self.inside(rest).mkdir(parents=True, exist_ok=True)

    def do_from(self, rest):
        assert re.match(r"python:3\.\d+\.\d+-slim-\w+", rest), "a base that is pinned"

    def do_env(self, rest):
        for assignment in rest.split():
            name, _, value = assignment.partition("=")
            self.environment[name] = value

    def do_copy(self, rest):
        *sources, target = self.arg_value(rest).split()
        if sources[0].startswith("--from="):
            shutil.copytree(self.inside(sources[1]), self.inside(target))
            return
        target = self.inside(self.directory) / target
        for source in sources:
            found = [path for path in self.files if matches(path, source)]
            for path in found:
                inner = os.path.relpath(path, source) if (self.source / source).is_dir() else Path(path).name
                (target / inner).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(self.source / path, target / inner)

    def do_run(self, rest):
        if "useradd" in rest:
            return
        subprocess.run(
            ["sh", "-c", rest],
            cwd=self.inside(self.directory),
            env=self.settings(),
            check=True,
            capture_output=True,
        )

    def do_user(self, rest):
        self.runs_as = rest

    def do_cmd(self, rest):
        self.command = json.loads(rest)

    def inside(self, path):
        return self.root / path.lstrip("/")

    def settings(self, **more):
        """The environment inside; the image's own folders are where they are here."""
        environment = {"PATH": self.path} | {
            name: value.replace("$PATH", self.path).replace("/packages", str(self.inside("/packages")))
            for name, value in self.environment.items()
        }
        return environment | more


def matches(path, source):
    if source in (".", "./"):
        return True
    pattern = re.escape(source.rstrip("/")).replace(r"\[d\]", "d")
    return re.match(rf"{pattern}(/|$)", path) is not None
