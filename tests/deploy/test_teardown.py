"""`deploy/teardown` removes all that was made, from any state, and nothing else; `deploy/status` changes nothing."""

import copy
import re
from pathlib import Path

import pytest

from .google_apis import PROJECT, REGION, Refused

ROOT = Path(__file__).parents[2]
DEPLOY, STATUS, TEARDOWN = (ROOT / "deploy" / name for name in ("deploy", "status", "teardown"))
SCRIPTS = [file for file in DEPLOY.parent.iterdir() if file.suffix in ("", ".sh")]
REPOSITORY = f"projects/{PROJECT}/locations/{REGION}/repositories/cloud-run-source-deploy"
DEFAULT = f"projects/{PROJECT}/databases/(default)"


def left(apis):
    """What costs money or attention: not what Google keeps as history of builds and jobs."""
    history = ("/builds/", "/executions/")
    resources = [name for name in apis.resources if not any(part in name for part in history)]
    grants = apis.policies.get(f"projects/{PROJECT}", {}).get("bindings", [])
    return resources + grants


def test_after_a_deployment_nothing_is_left(gcloud, apis):
    gcloud.run(DEPLOY)
    result = gcloud.run(TEARDOWN, "--yes")
    assert result.returncode == 0
    assert result.stdout.endswith("Nothing is left. The APIs stay enabled; they cost nothing.\n")
    assert left(apis) == []


def test_where_nothing_was_deployed_it_says_so(gcloud, apis):
    result = gcloud.run(TEARDOWN)
    assert (result.returncode, left(apis)) == (0, [])
    assert result.stdout == f"There is nothing to remove: mewgram is not deployed in the project {PROJECT}.\n"


@pytest.mark.parametrize("calls", [5, 14, 27, 34])
def test_after_a_deployment_that_stopped_half_way_nothing_is_left(gcloud, apis, calls):
    gcloud.fails_at = calls
    assert gcloud.run(DEPLOY).returncode != 0
    gcloud.fails_at = None
    result = gcloud.run(TEARDOWN, "--yes")
    assert result.returncode == 0, result.stdout
    assert left(apis) == []


@pytest.mark.parametrize("answer", ["", "yes\n", "other-project\n"])
def test_it_removes_nothing_unless_the_project_is_named(gcloud, apis, answer):
    gcloud.run(DEPLOY)
    before = copy.deepcopy(apis.resources)
    result = gcloud.run(TEARDOWN, stdin=answer)
    assert result.returncode != 0
    assert "database (default)\n" in result.stdout
    assert "Nothing was removed." in result.stdout
    assert apis.resources == before


def test_whoever_types_the_projects_id_means_it(gcloud, apis):
    gcloud.run(DEPLOY)
    assert gcloud.run(TEARDOWN, stdin=f"{PROJECT}\n").returncode == 0
    assert left(apis) == []


def test_what_could_not_be_removed_is_listed_and_can_be_removed_later(gcloud, apis):
    gcloud.run(DEPLOY)
    apis.refusals["DELETE firestore/"] = Refused(412, "FAILED_PRECONDITION", "Delete protection is enabled.")
    result = gcloud.run(TEARDOWN, "--yes")
    assert result.returncode != 0
    assert "Delete protection is enabled." in result.stdout
    assert "This is left:\ndatabase (default)\nsecret mewgram-secret-key\n" in result.stdout
    apis.refusals.clear()
    assert gcloud.run(TEARDOWN, "--yes").returncode == 0
    assert left(apis) == []


def test_a_look_that_fails_removes_nothing(gcloud, apis):
    gcloud.run(DEPLOY)
    before = copy.deepcopy(apis.resources)
    apis.refusals["GET iam/"] = Refused(403, "PERMISSION_DENIED", "You may not list accounts.")
    result = gcloud.run(TEARDOWN, "--yes")
    assert result.returncode != 0
    assert "You may not list accounts." in result.stdout
    assert apis.resources == before


def test_a_database_that_was_there_before_stays_and_what_is_in_it_is_listed(gcloud, apis):
    apis.create(DEFAULT, {"type": "DATASTORE_MODE", "locationId": REGION})
    gcloud.run(DEPLOY)
    result = gcloud.run(TEARDOWN, "--yes")
    assert result.returncode != 0
    assert "The database (default) was there before and stays" in result.stdout
    assert "entities and indexes in the database (default), of the kind purr_purr\n" in result.stdout
    assert {name.partition("/databases/")[1] for name in apis.resources if DEFAULT in name} == {"/databases/"}


def test_other_peoples_things_stay(gcloud, apis):
    others = [
        f"{REPOSITORY}/packages/mewgram-api",
        f"namespaces/{PROJECT}/services/mewgram-api",
        f"projects/{PROJECT}/secrets/mewgram-api-secret-key",
        f"projects/{PROJECT}/serviceAccounts/api@{PROJECT}.iam.gserviceaccount.com",
        f"b/{PROJECT}-mewgram-build-2",
    ]
    gcloud.run(DEPLOY)
    for name in others:
        apis.create(
            name,
            {"metadata": {"name": "mewgram-api"}, "email": "api@x", "id": name, "kind": "storage#bucket"},
        )
    assert gcloud.run(TEARDOWN, "--yes").returncode == 0
    assert set(left(apis)) == {*others, REPOSITORY}


def test_the_buttons_repository_stays(gcloud, apis):
    """The button makes it itself, and other services may use it."""
    apis.create(REPOSITORY, {"format": "DOCKER"})
    gcloud.run(DEPLOY)
    assert gcloud.run(TEARDOWN, "--yes").returncode == 0
    assert left(apis) == [REPOSITORY]


def test_status_shows_addresses_indexes_and_errors(gcloud, apis):
    gcloud.run(DEPLOY)
    before = copy.deepcopy(apis.resources)
    apis.logs = [{"timestamp": "2026-01-02T03:04:05Z", "jsonPayload": {"message": "Meow!"}}]
    result = gcloud.run(STATUS)
    assert result.returncode == 0
    first, second = (
        "https://mewgram-123456789012.us-central1.run.app",
        "https://mewgram-abcdefghij-uc.a.run.app",
    )
    assert f"-- Service mewgram in us-central1\n{first}\n{second}\nmewgram-00002-abc\n" in result.stdout
    assert "6 purr_purr\tREADY\n" in result.stdout
    assert "Meow!" in result.stdout
    assert apis.resources == before


def test_status_of_nothing(gcloud):
    result = gcloud.run(STATUS)
    assert result.returncode != 0
    assert f"mewgram is not deployed in the project {PROJECT}. To deploy it: deploy/deploy\n" in result.stdout


def test_every_gcloud_command_of_the_scripts_is_carried_out(gcloud, apis):
    """By the real gcloud, so that a wrong flag would fail some test."""
    command = r"(?m)^[^#\n]*?\bask ((?:[a-z][a-z-]+ ?)+)"
    written = {words.strip() for script in SCRIPTS for words in re.findall(command, script.read_text())}
    gcloud.run(DEPLOY)
    apis.jobs_succeed = False
    gcloud.run(DEPLOY)
    gcloud.run(STATUS)
    gcloud.run(TEARDOWN, "--yes")
    carried_out = {" ".join(call) for call in gcloud.calls}
    assert len(written) > 25
    assert [words for words in written if not any(call.startswith(words) for call in carried_out)] == []
