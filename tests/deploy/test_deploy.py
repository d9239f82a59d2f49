"""`deploy/deploy`: what it makes in a project of Google Cloud, the first time and again."""

import copy
import re
from pathlib import Path

import pytest
from strict_datastore.index_file import read_index_file

from .google_apis import NUMBER, PROJECT, REGION

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy" / "deploy"
DATABASE = f"projects/{PROJECT}/databases/(default)"
SERVICE = f"namespaces/{PROJECT}/services/mewgram"
JOB = f"namespaces/{PROJECT}/jobs/mewgram-migrate"
KEY = f"projects/{PROJECT}/secrets/mewgram-secret-key"
PASSWORD = f"projects/{PROJECT}/secrets/mewgram-admin-password"
ACCOUNT = f"serviceAccount:mewgram-runtime@{PROJECT}.iam.gserviceaccount.com"


@pytest.fixture
def deployed(gcloud):
    result = gcloud.run(DEPLOY)
    assert result.returncode == 0, result.stdout
    return result.stdout


def environment(resource):
    """The variables of a service or job: their values, or the names of the secrets."""
    spec = resource["spec"]["template"]["spec"]
    while "containers" not in spec:
        spec = spec["template"]["spec"]
    return {
        each["name"]: each["value"] if "value" in each else each["valueFrom"]["secretKeyRef"]["name"]
        for each in spec["containers"][0]["env"]
    }


def test_it_ends_with_the_address_and_how_to_log_in(deployed):
    assert "mewgram is at https://mewgram-abcdefghij-uc.a.run.app\n" in deployed
    assert (
        f"gcloud secrets versions access latest --project={PROJECT} --secret=mewgram-admin-password"
        in deployed
    )


def test_the_longest_name_of_a_service_is_deployed(gcloud, apis):
    assert gcloud.run(DEPLOY, K_SERVICE="m" * 22).returncode == 0
    assert apis.names("services") == ["m" * 22]


@pytest.mark.parametrize(
    "name", ["m" * 23, "Nine_Lives", "9lives", "lives-", "-lives", "nine lives", "nine.lives", "google-cats"]
)
def test_a_name_that_not_all_can_have_is_refused_before_anything_is_asked(gcloud, apis, name):
    result = gcloud.run(DEPLOY, K_SERVICE=name)
    assert result.returncode == 1
    assert f"A service cannot be called '{name}'. Choose another name in app.json" in result.stdout
    assert apis.requests == []


@pytest.mark.parametrize(
    "project", ["example.com:cats", NUMBER, "cats", "Purring Cats", "purring-cats-", "c" * 31]
)
def test_a_project_is_named_by_its_id(gcloud, apis, project):
    result = gcloud.run(DEPLOY, GOOGLE_CLOUD_PROJECT=project)
    assert result.returncode == 1
    assert f"'{project}' is not a project ID" in result.stdout
    assert apis.requests == []


def test_the_database_is_in_datastore_mode_and_beside_the_service(deployed, apis):
    database = apis.resources[DATABASE]
    assert (database["type"], database["locationId"]) == ("DATASTORE_MODE", REGION)


def test_every_composite_index_is_made(deployed, apis):
    assert len(apis.names("indexes")) == len(read_index_file(ROOT / "solution" / "index.yaml"))


def test_what_expires_has_a_ttl_policy(deployed, apis):
    fields = {name.partition("/collectionGroups/")[2] for name in apis.resources if "/fields/" in name}
    assert fields == {"users_attempt/fields/expires", "django_session/fields/expire_date"}


def test_the_service_may_use_the_database_and_read_its_own_secrets_and_nothing_else(deployed, apis):
    grants = {
        (name, binding["role"])
        for name, policy in apis.policies.items()
        for binding in policy.get("bindings", [])
        if ACCOUNT in binding["members"]
    }
    assert grants == {
        (f"projects/{PROJECT}", "roles/datastore.user"),
        (KEY, "roles/secretmanager.secretAccessor"),
        (PASSWORD, "roles/secretmanager.secretAccessor"),
    }
    for resource in (SERVICE, JOB):
        assert f"'serviceAccountName': '{ACCOUNT.partition(':')[2]}'" in str(apis.resources[resource])


def test_secrets_are_long_and_appear_nowhere(deployed, apis, gcloud):
    secrets = [apis.resources[f"{name}/versions/1"]["data"] for name in (KEY, PASSWORD)]
    assert [len(secret) for secret in secrets] == [64, 20]
    seen = deployed + str(gcloud.calls) + str([apis.resources[SERVICE], apis.resources[JOB]])
    assert [secret for secret in secrets if secret in seen] == []


def test_the_settings_of_the_service(deployed, apis):
    assert environment(apis.resources[SERVICE]) == {
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "DATASTORE_DATABASE": "",
        "SECRET_KEY": "mewgram-secret-key",
        "ALLOWED_HOSTS": "mewgram-abcdefghij-uc.a.run.app,mewgram-123456789012.us-central1.run.app",
    }


def test_the_service_is_bounded_starts_fast_and_is_open_to_all(deployed, apis):
    template = apis.resources[SERVICE]["spec"]["template"]
    annotations = template["metadata"]["annotations"]
    assert annotations["autoscaling.knative.dev/maxScale"] == "4"
    assert annotations["run.googleapis.com/startup-cpu-boost"].lower() == "true"
    assert template["spec"]["containers"][0]["startupProbe"]["httpGet"]["path"] == "/health/"
    policy = next(policy for name, policy in apis.policies.items() if name.endswith("/services/mewgram"))
    assert {"role": "roles/run.invoker", "members": ["allUsers"]} in policy["bindings"]


def test_the_job_migrates_and_makes_the_first_admin(deployed, apis):
    (container,) = apis.resources[JOB]["spec"]["template"]["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["sh"]
    assert container["args"] == ["-c", "python manage.py migrate --noinput && python manage.py first_admin"]
    assert environment(apis.resources[JOB])["DJANGO_SUPERUSER_PASSWORD"] == "mewgram-admin-password"


def test_old_images_are_cleaned_up(deployed, apis):
    (repository,) = [
        resource for name, resource in apis.resources.items() if name.endswith("/cloud-run-source-deploy")
    ]
    assert set(repository["cleanupPolicies"]) == {"mewgram-newest", "mewgram-old"}


def test_a_second_deployment_creates_nothing_and_rotates_nothing(deployed, apis, gcloud):
    """But for one more build and its source."""

    def kept():
        return {
            name: copy.deepcopy(resource)
            for name, resource in apis.resources.items()
            if not re.search("/builds/|^b/", name)
        }

    before = kept()
    assert gcloud.run(DEPLOY).stdout == deployed
    after = kept()
    assert set(after) == set(before)
    for name in before:
        if re.search("/secrets/|/databases/|/serviceAccounts/", name):
            assert after[name] == before[name]


def test_an_address_that_somebody_added_stays(deployed, apis, gcloud):
    gcloud.run(
        "gcloud", "run", "services", "update", "mewgram", f"--region={REGION}",
        "--update-env-vars=^;^ALLOWED_HOSTS=cats.example.com",
    )  # fmt: skip
    gcloud.run(DEPLOY)
    hosts = environment(apis.resources[SERVICE])["ALLOWED_HOSTS"].split(",")
    assert (hosts[0], len(hosts)) == ("cats.example.com", 3)
