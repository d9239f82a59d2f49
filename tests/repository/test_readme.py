"""What the README names is there."""

import re
import subprocess
from pathlib import Path

import pytest

from workshop.steps import Workshop

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text()
MAKEFILE = (REPOSITORY / "Makefile").read_text()

FILES = re.findall(r"\]\((?!https?:)([^)]+)\)|`((?:[\w-]+/)+[\w.-]*|LICENSE[\w-]*)`", README)
MAKE_TARGETS = re.findall(r"(?m)(?:^    |`)make (\w+)", README)
PIP_COMMANDS = re.findall(r"(?m)^    \.venv/bin/python -m pip (.*)", README)


@pytest.mark.parametrize("name", sorted({link or code for link, code in FILES}))
def test_a_file_that_the_readme_names_exists(name):
    assert (REPOSITORY / name).exists()


@pytest.mark.parametrize("target", sorted(set(MAKE_TARGETS)))
def test_a_make_target_that_the_readme_names_exists(target):
    assert re.search(rf"(?m)^{target}:", MAKEFILE)


def test_make_alone_lists_its_targets():
    listed = subprocess.run(["make"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    targets = re.search(r"\.PHONY: (.*)", MAKEFILE)[1].split()
    assert re.findall(r"(?m)^make (\w+) +\w", listed) == targets


@pytest.mark.parametrize("command", PIP_COMMANDS)
def test_the_commands_for_those_without_make_are_those_of_make(command):
    assert command in MAKEFILE.replace("--quiet ", "")


def test_the_length_of_the_workshop_is_that_of_its_steps():
    workshop = Workshop()
    minutes = [step.minutes for step in workshop.steps if step.number > 0]
    said = f"ten lessons of {min(minutes)} to {max(minutes)} minutes, {workshop.minutes} minutes in all"
    assert len(minutes) == 10
    assert said in README
