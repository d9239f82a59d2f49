"""What GitHub reads: the workflows, the bot's settings, the issue forms. Linters know their formats."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tests.conftest import skip_or_fail
from workshop.steps import Workshop

from .test_requirements import PYTHONS
from .without_upper_bounds import PROJECTS, without_upper_bounds

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
READ = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in WORKFLOWS}
JOBS = {name: workflow["jobs"] for name, workflow in READ.items()}
BACKEND = tomllib.loads((ROOT / "strict_datastore" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# The files of each schema.
SCHEMAS = {
    "vendor.github-workflows": WORKFLOWS,
    "vendor.github-actions": [ROOT / ".github" / "actions" / "set-up" / "action.yml"],
    "vendor.dependabot": [ROOT / ".github" / "dependabot.yml"],
    "vendor.github-issue-config": [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.github-issue-forms": FORMS,
}
ACTIONLINT = ROOT / "node_modules" / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"


def run(*command):
    """Return what the linter has to say, nothing if it is content."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def tool(name):
    return Path(sys.executable).parent / name


@pytest.mark.parametrize("schema", SCHEMAS)
def test_github_can_read_it(schema):
    assert run(tool("check-jsonschema"), "--builtin-schema", schema, *SCHEMAS[schema]) == ""


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_is_content(workflow, tmp_path):
    if not (shutil.which("node") and ACTIONLINT.exists()):
        skip_or_fail("actionlint needs Node, and `make tools`")
    # GitHub's newer way to name what is in the same repository: zizmor wants it, actionlint 1.7 does not know it.
    known = tmp_path / ".github" / "workflows" / workflow.name
    known.parent.mkdir(parents=True)
    known.write_text(workflow.read_text(encoding="utf-8").replace("uses: $/", "uses: ./"), encoding="utf-8")
    assert run("node", ACTIONLINT, known) == ""


def test_zizmor_finds_nothing_unsafe():
    assert run(tool("zizmor"), "--offline", "--quiet", "--persona=pedantic", ".github") == ""


def numbered(classifiers, prefix):
    """The versions in the classifiers that begin with the prefix, as texts, in their order."""
    found = (name.removeprefix(prefix) for name in classifiers if name.startswith(prefix))
    return [version for version in found if re.fullmatch(r"\d+\.\d+", version)]


def tried(job):
    """The pairs of Django and Python in a job's matrix."""
    matrix = job["strategy"]["matrix"]
    excluded = [(each["django"], each["python"]) for each in matrix["exclude"]]
    return {(django, python) for django in matrix["django"] for python in matrix["python"]} - {*excluded}


def rows():
    """The README's table of supported versions: ours, Django's, the first and the last minor version of Python."""
    readme = (ROOT / "strict_datastore" / "README.md").read_text(encoding="utf-8")
    return re.findall(r"(?m)^\| (\d+\.\d+) \| (\d\.\d) \| 3\.(\d+) to 3\.(\d+) \|", readme)


def promised():
    """The pairs of Django and Python in that table."""
    return {
        (django, f"3.{minor}")
        for _, django, first, last in rows()
        for minor in range(int(first), int(last) + 1)
    }


@pytest.mark.parametrize("name", ["everything", "attendees"])
def test_the_workshop_is_tried_on_each_python_of_its_classifiers(name):
    pythons = [f"{major}.{minor}" for major, minor in PYTHONS]
    assert JOBS["tests"][name]["strategy"]["matrix"]["python"] == pythons


def test_attendees_have_macos_and_windows():
    systems = JOBS["tests"]["attendees"]["strategy"]["matrix"]["system"]
    assert [system.partition("-")[0] for system in systems] == ["macos", "windows"]


def test_the_backend_is_tried_on_what_its_readme_promises():
    assert tried(JOBS["tests"]["backend"]) == promised()


def test_the_readme_is_about_this_version_of_the_backend():
    assert {version for version, *_ in rows()} == {BACKEND["version"].rpartition(".")[0]}


def test_the_classifiers_of_the_backend_are_what_is_tried():
    assert numbered(BACKEND["classifiers"], "Framework :: Django :: ") == sorted(
        {each for each, _ in promised()}
    )
    pythons = sorted({each for _, each in promised()})
    assert numbered(BACKEND["classifiers"], "Programming Language :: Python :: ") == pythons
    assert BACKEND["requires-python"] == f">={pythons[0]}"


def test_the_range_of_django_is_what_is_tried():
    [django] = (each for each in map(Requirement, BACKEND["dependencies"]) if each.name == "django")
    versions = sorted({each for each, _ in promised()})
    first, last = versions[0], versions[-1]
    after = f"{last[:-1]}{int(last[-1]) + 1}"
    assert [each for each in ("4.2", "5.1", *versions, after, "7.0") if each in django.specifier] == versions
    assert f"{first}.0" in django.specifier


@pytest.mark.parametrize("name", JOBS["tests"])
def test_every_job_waits_for_the_quick_one(name):
    assert JOBS["tests"][name].get("needs") == (None if name == "quick" else "quick")


@pytest.mark.parametrize("name", JOBS["tests"])
def test_the_jobs_that_may_fail_say_so(name):
    job = JOBS["tests"][name]
    assert job.get("continue-on-error", False) == name.startswith("newest") == ("(may fail)" in job["name"])


def commands(job):
    return [step["run"] for step in job.get("steps", []) if "run" in step]


@pytest.mark.parametrize("name", JOBS)
def test_what_a_workflow_runs_is_there(name):
    run = "\n".join(command for job in JOBS[name].values() for command in commands(job))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [path for path in re.findall(r"tests/[\w/.]+", run) if not (ROOT / path).exists()] == []
    assert [target for target in re.findall(r"\bmake ([\w./]+)", run) if f"\n{target}:" not in makefile] == []


def test_no_two_workflows_wait_for_each_other():
    groups = [workflow["concurrency"]["group"] for workflow in READ.values()]
    assert [group for group in groups if "github.workflow" in group] == []
    assert len({group.partition("-")[0] for group in groups}) == len(groups)


def test_attendees_install_as_the_readme_says():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    installs = [each for each in commands(JOBS["tests"]["attendees"]) if "-m pip install" in each]
    assert len(installs) == 2
    assert [each for each in installs if f".venv/bin/{each}\n" not in readme] == []


def test_the_backend_gets_its_django_as_the_readme_says():
    readme = (ROOT / "strict_datastore" / "README.md").read_text(encoding="utf-8")
    newest = max(each for each, _ in promised())
    assert f'    pip install django-strict-datastore\n    pip install "django~={newest}.0"\n' in readme
    assert f'    override-dependencies = ["django~={newest}.0"]\n' in readme
    _, package, django, _ = commands(JOBS["tests"]["backend"])
    assert package.startswith('python -m pip install "./strict_datastore[test]"')
    assert django == 'python -m pip install "django~=$DJANGO.0"'


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.parent.name)
def test_the_newest_are_tried_without_upper_bounds(path):
    text = path.read_text(encoding="utf-8")
    before, after = tomllib.loads(text)["project"], tomllib.loads(without_upper_bounds(text))["project"]
    capped, dependencies = before.pop("dependencies"), after.pop("dependencies")
    assert capped != dependencies
    assert before == after
    for requirement in map(Requirement, dependencies):
        assert {each.operator for each in requirement.specifier} <= {">="}
        assert not requirement.specifier or "1000" in requirement.specifier


def release_check(folder, tag, version="0.1.0", changes="## 0.1.0\n"):
    """Run the step of the release that compares, in a folder with stand-ins for uv and the changes."""
    [step] = (
        step for step in JOBS["release"]["build"]["steps"] if step.get("name", "").startswith("The tag")
    )
    (folder / "bin").mkdir()
    uv = folder / "bin" / "uv"
    uv.write_text(
        f'#!/bin/sh\n[ "$*" = "version --short --package django-strict-datastore" ] && echo {version}\n'
    )
    uv.chmod(0o755)
    (folder / "strict_datastore").mkdir()
    (folder / "strict_datastore" / "CHANGELOG.md").write_text(changes)
    environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "GITHUB_REF_NAME": tag}
    command = ["bash", "-e", "-c", step["run"]]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return done.returncode, done.stderr


def test_a_tag_of_the_version_is_released(tmp_path):
    assert release_check(tmp_path, "django-strict-datastore-0.1.0") == (0, "")


@pytest.mark.parametrize("tag", ["django-strict-datastore-0.1.1", "django-strict-datastore-0.1.0rc1"])
def test_another_tag_is_not(tag, tmp_path):
    error = f"The tag {tag} is not of version 0.1.0 in strict_datastore/pyproject.toml.\n"
    assert release_check(tmp_path, tag) == (1, error)


@pytest.mark.parametrize("changes", ["## Unreleased\n", "## 0.1.01\n", ""])
def test_nor_a_version_whose_changes_are_not_written_down(changes, tmp_path):
    error = "strict_datastore/CHANGELOG.md has no section 0.1.0.\n"
    assert release_check(tmp_path, "django-strict-datastore-0.1.0", changes=changes) == (1, error)


def test_what_is_published_has_passed_all_tests_and_no_job_has_more_rights_than_it_needs():
    release = JOBS["release"]
    assert release["tests"]["uses"] == "$/.github/workflows/tests.yml"
    assert release["attest"]["needs"] == ["tests", "build"]
    assert release["publish"]["needs"] == "attest"
    assert {name: job["permissions"] for name, job in release.items()} == {
        "tests": {"contents": "read"},
        "build": {"contents": "read"},
        "attest": {"id-token": "write", "attestations": "write"},
        "publish": {"id-token": "write"},
    }
    assert release["publish"]["environment"] == "pypi"


def test_what_runs_the_bots_versions_may_not_write_and_what_writes_runs_nothing_of_them():
    jobs = JOBS["refresh"]
    assert jobs["refresh"]["permissions"] == {"contents": "read"}
    assert "make refresh" in commands(jobs["refresh"])
    assert jobs["commit"]["permissions"] == {"contents": "write", "actions": "write"}
    programs = {line.split()[0] for command in commands(jobs["commit"]) for line in command.splitlines()}
    assert programs == {"git", "gh"}


def test_the_form_for_a_lesson_lists_the_steps():
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "lesson.yml").read_text(encoding="utf-8"))
    [step] = [each for each in form["body"] if each.get("id") == "step"]
    titles = [f"{step.number}. {step.title}" for step in Workshop().steps]
    assert step["attributes"]["options"] == titles


PAGES = ["CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "CHANGELOG.md", "INSTRUCTOR.md", "UNTRIED.md"]
PAGES += [f"strict_datastore/{name}.md" for name in ("README", "REFERENCE", "CONTRIBUTING", "CHANGELOG")]


@pytest.mark.parametrize("name", PAGES)
def test_a_link_to_a_file_leads_to_one(name):
    page = ROOT / name
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
