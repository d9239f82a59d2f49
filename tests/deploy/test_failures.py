"""Each call of gcloud fails once: the reason is shown, what runs goes on running, and the same again finishes."""

import copy
import shutil
from pathlib import Path

import pytest

from .google_apis import PROJECT, Refused

ROOT = Path(__file__).parents[2]
PROVISION, RELEASE, DEPLOY = (ROOT / "deploy" / name for name in ("provision", "release", "deploy"))
SERVICE = f"namespaces/{PROJECT}/services/mewgram"
IMAGE = f"us-central1-docker.pkg.dev/{PROJECT}/cloud-run-source-deploy/mewgram:"


def fail_at(gcloud, number, *command):
    """Run it with a gcloud whose call of that number fails; the call."""
    gcloud.calls.clear()
    gcloud.fails_at = number
    result = gcloud.run(*command)
    call = gcloud.calls[number]
    gcloud.fails_at = None
    assert result.returncode != 0, call
    assert "The cat sat on it." in result.stdout, call
    assert "Stopped at: " in result.stdout, call
    return call


def test_each_call_of_the_preparation(gcloud, apis):
    empty = apis.state()
    gcloud.run(PROVISION)
    whole, calls = set(apis.resources), len(gcloud.calls)
    for number in range(calls):
        vars(apis).update(copy.deepcopy(empty))
        call = fail_at(gcloud, number, PROVISION)
        result = gcloud.run(PROVISION)
        assert result.returncode == 0, (call, result.stdout)
        assert set(apis.resources) == whole, call


def test_each_call_of_a_release(gcloud, apis):
    gcloud.run(PROVISION)
    gcloud.run(RELEASE, f"{IMAGE}1")
    released = apis.state()
    gcloud.calls.clear()
    gcloud.run(RELEASE, f"{IMAGE}2")
    for number in range(len(gcloud.calls)):
        vars(apis).update(copy.deepcopy(released))
        call = fail_at(gcloud, number, RELEASE, f"{IMAGE}2")
        if "describe" not in call or "secrets" in call:
            assert apis.resources[SERVICE] == released["resources"][SERVICE], call
        result = gcloud.run(RELEASE, f"{IMAGE}2")
        assert result.returncode == 0, (call, result.stdout)
        assert f"'{IMAGE}2'" in str(apis.resources[SERVICE])


def test_a_migration_that_fails_shows_why_and_the_old_version_stays(gcloud, apis):
    gcloud.run(DEPLOY)
    before = copy.deepcopy(apis.resources[SERVICE])
    apis.jobs_succeed = False
    apis.logs = [{"textPayload": "django.db.utils.OperationalError: the cat is away"}]
    result = gcloud.run(DEPLOY)
    assert result.returncode != 0
    assert "django.db.utils.OperationalError: the cat is away" in result.stdout
    assert apis.resources[SERVICE] == before


def test_a_build_that_fails_stops_it(gcloud, apis):
    apis.builds_succeed = False
    result = gcloud.run(DEPLOY)
    assert result.returncode != 0
    assert "https://console.cloud.google.com/cloud-build/builds" in result.stdout
    assert apis.names("services") == []


@pytest.mark.parametrize("stop", ["provision", "release"])
def test_it_says_once_where_it_stopped(gcloud, apis, stop):
    apis.refusals["POST iam/" if stop == "provision" else "POST run/.*/jobs"] = Refused(
        403, "PERMISSION_DENIED", "No."
    )
    assert gcloud.run(DEPLOY).stdout.count("Stopped at: ") == 1


def test_without_a_billing_account_it_says_what_to_do(gcloud, apis):
    apis.refusals["batchEnable"] = Refused(
        400, "FAILED_PRECONDITION", f"Billing account for project '{PROJECT}' is not found."
    )
    result = gcloud.run(DEPLOY)
    assert f"Billing account for project '{PROJECT}' is not found." in result.stdout
    assert f"https://console.cloud.google.com/billing/linkedaccount?project={PROJECT}" in result.stdout


def test_who_is_not_logged_in_is_told_that_alone(gcloud):
    result = gcloud.run(DEPLOY, CLOUDSDK_AUTH_DISABLE_CREDENTIALS=None)
    assert result.returncode != 0
    assert "gcloud auth login" in result.stdout
    assert "billing" not in result.stdout


def test_who_may_not_give_roles_is_told_so_once_and_before_there_is_a_database(gcloud, apis):
    apis.refusals[":setIamPolicy"] = Refused(403, "PERMISSION_DENIED", "The caller has no permission.")
    result = gcloud.run(DEPLOY)
    assert result.returncode != 0
    assert result.stdout.count("The caller has no permission.") == 1
    assert "Are you an owner of the project?" in result.stdout
    assert apis.names("databases") == []


def test_without_gcloud_it_says_where_to_get_it(gcloud):
    for program in ("bash", "dirname", "env"):
        (gcloud.folder / "bin" / program).symlink_to(shutil.which(program))
    (gcloud.folder / "bin" / "gcloud").unlink()
    result = gcloud.run(DEPLOY, PATH=str(gcloud.folder / "bin"))
    assert result.returncode != 0
    assert "There is no gcloud here. Install it (https://cloud.google.com/sdk/docs/install)" in result.stdout


def test_without_a_project_it_says_how_to_choose_one(gcloud):
    result = gcloud.run(DEPLOY, CLOUDSDK_CORE_PROJECT=None)
    assert result.returncode != 0
    assert "Which project? Say it with: gcloud config set project your-project-id" in result.stdout


def test_it_works_from_any_folder(gcloud, tmp_path):
    script = f"cd {tmp_path} && {PROVISION}"
    assert gcloud.run("bash", "-c", script).returncode == 0
