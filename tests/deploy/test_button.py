"""The Cloud Run Button: its link, its app.json, and the hooks that it runs."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from . import image
from .cloud_run import CloudRun
from .google_apis import PROJECT, REGION, Refused

ROOT = Path(__file__).parents[2]
# All that the button knows, and of which type; it refuses other keys at every level.
HOOK = {"commands": [str]}
APP_JSON = {
    "name": str,
    "env": dict,
    "options": {
        "allow-unauthenticated": bool,
        "memory": str,
        "cpu": str,
        "port": int,
        "http2": bool,
        "concurrency": int,
        "max-instances": int,
    },
    "build": {"skip": bool, "buildpacks": {"builder": str}},
    "hooks": dict.fromkeys(("prebuild", "postbuild", "precreate", "postcreate"), HOOK),
}
IMAGE = f"{REGION}-docker.pkg.dev/{PROJECT}/cloud-run-source-deploy/mewgram"
SERVICE = f"namespaces/{PROJECT}/services/mewgram"
DOCKER = """#!/bin/sh
echo "$@" >> "$HOME/docker.log"
[ "$1" != "$DOCKER_FAILS" ]
"""


def without_duplicates(pairs):
    """The button lets the last of two equal keys win, and does not mind capitals; we do."""
    keys = [key for key, _value in pairs]
    assert len(set(keys)) == len(keys), f"twice in one object: {keys}"
    return dict(pairs)


def problems(value, schema, path="app.json"):
    """What in app.json the button would refuse, or take for something else."""
    if isinstance(schema, dict):
        if not isinstance(value, dict):
            return [f"{path} is no object"]
        return [
            problem
            for key, each in value.items()
            for problem in (
                problems(each, schema[key], f"{path}: {key}")
                if key in schema
                else [f"{path}: {key} is unknown"]
            )
        ]
    if isinstance(schema, list):
        if not isinstance(value, list):
            return [f"{path} is no list"]
        return [problem for each in value for problem in problems(each, schema[0], path)]
    return [] if type(value) is schema else [f"{path} is no {schema.__name__}"]


def app_json():
    return json.loads((ROOT / "app.json").read_text(), object_pairs_hook=without_duplicates)


def test_app_json_is_as_the_button_wants_it():
    assert problems(app_json(), APP_JSON) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"$schema": "x"}', "app.json: $schema is unknown"),
        ('{"Name": "x"}', "app.json: Name is unknown"),
        ('{"options": {"min-instances": 1}}', "app.json: options: min-instances is unknown"),
        ('{"options": {"port": "8080"}}', "app.json: options: port is no int"),
        ('{"hooks": {"predeploy": {}}}', "app.json: hooks: predeploy is unknown"),
        ('{"hooks": {"prebuild": {"commands": "x"}}}', "app.json: hooks: prebuild: commands is no list"),
    ],
)
def test_what_the_button_refuses_is_found(text, problem):
    assert problems(json.loads(text), APP_JSON) == [problem]


def test_nothing_is_asked():
    assert "env" not in app_json()


def test_what_the_button_sets_is_what_a_release_sets():
    """On a second click the button may set memory and processor once more."""
    release = (ROOT / "deploy" / "release").read_text()
    options = app_json()["options"]
    assert f"--memory={options['memory']} --cpu={options['cpu']} " in release
    assert options["allow-unauthenticated"] is True


def test_each_hook_is_a_script_that_is_there():
    for hook in app_json()["hooks"].values():
        for command in hook["commands"]:
            shell, script = command.split()
            assert (shell, (ROOT / script).is_file()) == ("bash", True)


def test_the_link_of_the_readme_leads_to_the_repository():
    (link,) = re.findall(r"\]\((https://deploy\.cloud\.run/\?[^)]+)\)", (ROOT / "README.md").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert parse_qs(urlsplit(link).query) == {
        "git_repo": [project["urls"]["Repository"]],
        "revision": ["main"],
    }
    # Without `dir` the button looks for them at the root.
    assert (ROOT / "app.json").is_file()
    assert (ROOT / "Dockerfile").is_file()


# The clicks


class Button:
    """What the button does, as far as it concerns us: with the image that somebody has built."""

    def __init__(self, gcloud, folder):
        self.gcloud, self.folder = gcloud, folder
        self.hooks = json.loads((folder / "app.json").read_text())["hooks"]
        gcloud.program("docker", DOCKER)

    def hook(self, name, **variables):
        (command,) = self.hooks[name]["commands"]
        return self.gcloud.run(
            "bash",
            "-c",
            f"cd {self.folder}; set -euo pipefail; set -x; {command}",
            GOOGLE_CLOUD_PROJECT=PROJECT,
            GOOGLE_CLOUD_REGION=REGION,
            K_SERVICE="mewgram",
            IMAGE_URL=IMAGE,
            APP_DIR=str(self.folder),
            **variables,
        )

    @property
    def docker(self):
        """What docker was asked to do."""
        return (self.gcloud.folder / "docker.log").read_text().splitlines()


@pytest.fixture
def button(gcloud, clone):
    return Button(gcloud, clone)


def test_a_click_prepares_migrates_and_deploys(button, apis):
    assert button.hook("prebuild").returncode == 0
    assert not (button.folder / ".deploy-failed").exists()
    assert apis.names("services") == []
    result = button.hook("postbuild")
    assert result.returncode == 0, result.stdout
    tagged = f"{IMAGE}:20260102-030405"
    assert button.docker == [f"tag {IMAGE} {tagged}", f"push {tagged}"]
    assert f"'image': '{tagged}'" in str(apis.resources[SERVICE])
    assert "mewgram is at https://mewgram-abcdefghij-uc.a.run.app\n" in result.stdout


def test_a_second_click_does_it_again(button, apis):
    for _ in range(2):
        assert button.hook("prebuild").returncode == 0
        assert button.hook("postbuild").returncode == 0
    assert apis.names("services") == ["mewgram"]
    assert len(button.docker) == 4


@pytest.mark.emulator
def test_clicks_bring_an_image_to_the_visitors(button, apis, network, builds_images):
    with CloudRun(apis, network) as cloud_run:
        for _ in range(2):
            assert button.hook("prebuild").returncode == 0
            cloud_run.images[f"{IMAGE}:20260102-030405"] = image.build(button.folder)
            result = button.hook("postbuild")
            assert result.returncode == 0, result.stdout
            assert cloud_run.services["mewgram"].get("/")[0] == 200
        first, second = cloud_run.jobs
        assert first.endswith("Superuser created successfully.")
        assert second.endswith("There is an admin already.")
        assert button.gcloud.run(button.folder / "deploy" / "teardown", "--yes").returncode == 0
        assert cloud_run.services == {}


def test_a_preparation_that_fails_stops_the_build_and_shows_why(button, apis, builds_images):
    apis.refusals["batchEnable"] = Refused(400, "FAILED_PRECONDITION", "There is no billing account.")
    assert button.hook("prebuild").returncode != 0
    with pytest.raises(image.ImageError, match=r'STEP "RUN if \[ -e \.deploy-failed \]'):
        image.build(button.folder)
    # Once more, because buildah now and then loses the last words of a command.
    (step,) = re.findall(r"(?m)^RUN (.*\.deploy-failed.*)$", (button.folder / "Dockerfile").read_text())
    said = subprocess.run(["sh", "-c", step], cwd=button.folder, capture_output=True, text=True)
    assert said.returncode == 1
    assert "There is no billing account." in said.stderr
    apis.refusals.clear()
    assert button.hook("prebuild").returncode == 0
    assert not (button.folder / ".deploy-failed").exists()


@pytest.mark.parametrize("failure", ["job", "push"])
def test_a_release_that_fails_leaves_the_button_nothing_to_deploy(button, apis, failure):
    button.hook("prebuild")
    button.hook("postbuild")
    before = dict(apis.resources)[SERVICE]
    apis.jobs_succeed = failure != "job"
    assert button.hook("postbuild", DOCKER_FAILS=failure).returncode != 0
    assert button.docker[-1] == f"image rm --force {IMAGE}"
    assert apis.resources[SERVICE] == before
    apis.jobs_succeed = True
    assert button.hook("postbuild").returncode == 0


def test_no_secret_is_in_what_a_click_prints(button, apis):
    shown = button.hook("prebuild").stdout + button.hook("postbuild").stdout
    secrets = [each["data"] for each in apis.resources.values() if "data" in each]
    assert len(secrets) == 2
    assert [secret for secret in secrets if secret in shown] == []
