"""The container to work in, and the link that opens Cloud Shell."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".devcontainer"
# What https://containers.dev/implementors/json_reference/ knows, as far as we use it.
KEYS = {
    "name": str,
    "build": dict,
    "postCreateCommand": str,
    "forwardPorts": list,
    "portsAttributes": dict,
    "remoteUser": str,
    "customizations": dict,
}


def no_key_twice(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), names
    return dict(pairs)


CONTAINER = json.loads(
    (FOLDER / "devcontainer.json").read_text(encoding="utf-8"), object_pairs_hook=no_key_twice
)


def test_the_container_says_nothing_that_its_reader_does_not_know():
    assert {name: type(value) for name, value in CONTAINER.items()} == KEYS


def test_the_container_has_a_dockerfile():
    assert CONTAINER["build"] == {"dockerfile": "Dockerfile"}
    assert (FOLDER / "Dockerfile").is_file()


def test_hadolint_is_content_with_it():
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, FOLDER / "Dockerfile"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_it_has_all_that_the_workshop_wants_beside_python():
    packages = set(
        re.findall(r"(?m)^        ([a-z][\w-]+) \\$", (FOLDER / "Dockerfile").read_text(encoding="utf-8"))
    )
    assert packages >= {
        "chromium",
        "default-jre-headless",
        "google-cloud-cli",
        "google-cloud-cli-datastore-emulator",
        "google-cloud-cli-firestore-emulator",
        "nodejs",
        "npm",
    }


def test_the_command_after_it_is_made_is_the_set_up_of_make():
    make, *targets = CONTAINER["postCreateCommand"].split()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert make == "make"
    assert [target for target in targets if f"\n{target}:" not in makefile] == []


def test_each_port_has_a_name():
    assert {str(port) for port in CONTAINER["forwardPorts"]} == CONTAINER["portsAttributes"].keys()
    assert all(attributes.keys() == {"label"} for attributes in CONTAINER["portsAttributes"].values())


def test_vs_code_gets_extensions_by_their_full_names():
    code = CONTAINER["customizations"]["vscode"]
    assert code.keys() == {"extensions", "settings"}
    assert all(re.fullmatch(r"[\w-]+\.[\w-]+", name) for name in code["extensions"])


def test_the_cloud_shell_link_opens_files_of_this_repository():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [link] = re.findall(r"\((https://shell\.cloud\.google\.com/[^)]+)\)", readme)
    asked = parse_qs(urlsplit(link).query, strict_parsing=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert asked.pop("cloudshell_git_repo") == [project["urls"]["Repository"]]
    assert asked.pop("cloudshell_workspace") == ["."]
    [opened] = asked.pop("cloudshell_open_in_editor")
    assert (ROOT / opened).is_file()
    assert asked == {}
