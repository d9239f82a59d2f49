"""What GitHub reads: the workflow, the bot's settings, the issue forms. Linters know their formats."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import skip_or_fail
from workshop.steps import Workshop

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
SCHEMAS = {
    ".github/workflows/tests.yml": "vendor.github-workflows",
    ".github/dependabot.yml": "vendor.dependabot",
    ".github/ISSUE_TEMPLATE/config.yml": "vendor.github-issue-config",
    **{path.relative_to(ROOT).as_posix(): "vendor.github-issue-forms" for path in FORMS},
}
ACTIONLINT = ROOT / "node_modules" / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"


def run(*command):
    """Return what the linter has to say, nothing if it is content."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def tool(name):
    return Path(sys.executable).parent / name


@pytest.mark.parametrize("path", SCHEMAS)
def test_github_can_read_it(path):
    assert run(tool("check-jsonschema"), "--builtin-schema", SCHEMAS[path], path) == ""


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_is_content(workflow):
    if not (shutil.which("node") and ACTIONLINT.exists()):
        skip_or_fail("actionlint needs Node, and `make tools`")
    assert run("node", ACTIONLINT, workflow) == ""


def test_zizmor_finds_nothing_unsafe():
    assert run(tool("zizmor"), "--offline", "--quiet", "--persona=pedantic", ".github") == ""


def test_each_python_that_pyproject_allows_is_tried_on_each_system():
    jobs = yaml.safe_load(WORKFLOWS[0].read_text(encoding="utf-8"))["jobs"]
    for job in (jobs["everything"], jobs["attendees"]):
        assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert [system.split("-")[0] for system in jobs["attendees"]["strategy"]["matrix"]["system"]] == [
        "macos",
        "windows",
    ]


def test_the_form_for_a_lesson_lists_the_steps():
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "lesson.yml").read_text(encoding="utf-8"))
    [step] = [each for each in form["body"] if each.get("id") == "step"]
    titles = [f"{step.number}. {step.title}" for step in Workshop().steps]
    assert step["attributes"]["options"] == titles


@pytest.mark.parametrize(
    "name", ["CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "CHANGELOG.md", "INSTRUCTOR.md", "UNTRIED.md"]
)
def test_a_link_to_a_file_leads_to_one(name):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", (ROOT / name).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []
