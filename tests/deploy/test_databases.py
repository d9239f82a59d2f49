"""Which database a deployment uses, and which it takes for its own."""

from pathlib import Path

import pytest

from .google_apis import PROJECT, REGION, Refused

ROOT = Path(__file__).parents[2]
PROVISION = ROOT / "deploy" / "provision"
DATABASES = f"projects/{PROJECT}/databases"
RECORD = f"projects/{PROJECT}/secrets/mewgram-secret-key"


def there_is(apis, name, kind):
    apis.create(f"{DATABASES}/{name}", {"type": kind, "locationId": REGION})


def record(apis):
    return apis.resources[RECORD]["labels"]


def test_the_default_one_which_is_free(gcloud, apis):
    assert gcloud.run(PROVISION).returncode == 0
    assert record(apis) == {"region": REGION, "database": "default", "database_made": "yes"}


def test_beside_one_in_native_mode_a_named_one_which_the_settings_use(gcloud, apis):
    there_is(apis, "(default)", "FIRESTORE_NATIVE")
    assert gcloud.run(ROOT / "deploy" / "deploy").returncode == 0
    assert apis.resources[f"{DATABASES}/mewgram"]["type"] == "DATASTORE_MODE"
    assert record(apis)["database_made"] == "yes"
    assert not [name for name in apis.resources if name.startswith(f"{DATABASES}/(default)/")]
    for kind, name in (("services", "mewgram"), ("jobs", "mewgram-migrate")):
        service = apis.resources[f"namespaces/{PROJECT}/{kind}/{name}"]
        assert "{'name': 'DATASTORE_DATABASE', 'value': 'mewgram'}" in str(service)


def test_one_in_datastore_mode_that_was_there_is_used_and_not_taken_for_ours(gcloud, apis):
    there_is(apis, "(default)", "DATASTORE_MODE")
    assert gcloud.run(PROVISION).returncode == 0
    assert apis.names("databases") == ["(default)"]
    assert record(apis)["database_made"] == "no"


def test_one_with_our_name_in_native_mode_stops_it(gcloud, apis):
    there_is(apis, "(default)", "FIRESTORE_NATIVE")
    there_is(apis, "mewgram", "FIRESTORE_NATIVE")
    result = gcloud.run(PROVISION)
    assert result.returncode != 0
    assert "The database mewgram is not in Datastore mode. Choose another name" in result.stdout
    assert apis.names("secrets") == []


def test_one_that_would_have_too_short_a_name_stops_it(gcloud, apis):
    there_is(apis, "(default)", "FIRESTORE_NATIVE")
    result = gcloud.run(PROVISION, K_SERVICE="cat")
    assert result.returncode != 0
    assert "so mewgram needs another one, which would be called cat: too short." in result.stdout
    assert apis.names("secrets") == []


NOT_HERE = Refused(400, "FAILED_PRECONDITION", "Your organization allows no database in us-central1.")


def test_one_that_could_not_be_made_is_not_taken_for_ours_later(gcloud, apis):
    apis.refusals["POST firestore/.*/databases$"] = NOT_HERE
    result = gcloud.run(PROVISION)
    assert "Your organization allows no database in us-central1." in result.stdout
    apis.refusals.clear()
    there_is(apis, "(default)", "DATASTORE_MODE")
    assert gcloud.run(PROVISION).returncode == 0
    assert record(apis)["database_made"] == "no"


@pytest.mark.parametrize("region", ["us-central-1", "me-central1", "nam5", "US Central"])
def test_a_region_without_cloud_run_or_firestore_is_refused_before_anything_is_made(gcloud, apis, region):
    """The second is one without Firestore, the third one without Cloud Run."""
    result = gcloud.run(PROVISION, GOOGLE_CLOUD_REGION=region)
    assert result.returncode != 0
    assert f"There is no region {region} with both Cloud Run and Firestore." in result.stdout
    assert "Choose one of these:\neurope-west1 us-central1" in result.stdout
    assert apis.resources == {}


def test_as_long_as_there_is_no_database_another_region_can_be_chosen(gcloud, apis):
    apis.refusals["POST firestore/.*/databases$"] = NOT_HERE
    assert gcloud.run(PROVISION).returncode != 0
    apis.refusals.clear()
    assert gcloud.run(PROVISION, GOOGLE_CLOUD_REGION="europe-west1").returncode == 0
    assert record(apis)["region"] == "europe-west1"
    assert apis.resources[f"{DATABASES}/(default)"]["locationId"] == "europe-west1"
    assert gcloud.run(ROOT / "deploy" / "teardown", "--yes").returncode == 0


def test_a_database_that_was_deleted_by_hand_is_made_where_it_was(gcloud, apis):
    gcloud.run(PROVISION)
    del apis.resources[f"{DATABASES}/(default)"]
    assert gcloud.run(PROVISION, GOOGLE_CLOUD_REGION="europe-west1").returncode != 0
    apis.refusals["POST firestore/.*/databases$"] = Refused(409, "ABORTED", "The name is not free yet.")
    assert gcloud.run(PROVISION).returncode != 0
    assert record(apis)["database_made"] == "yes"


def test_another_region_is_refused(gcloud, apis):
    gcloud.run(PROVISION)
    result = gcloud.run(PROVISION, GOOGLE_CLOUD_REGION="europe-west1")
    assert result.returncode != 0
    assert "mewgram is already in us-central1. Choose that region, or take it down first" in result.stdout


def test_a_secret_of_somebody_elses_is_left_alone(gcloud, apis):
    apis.apis.add("secretmanager.googleapis.com")
    apis.create(RECORD, {"labels": {"team": "dogs"}})
    result = gcloud.run(PROVISION)
    assert result.returncode != 0
    assert "The secret mewgram-secret-key is not of this deployment." in result.stdout
    assert record(apis) == {"team": "dogs"}


def test_an_index_that_fails_stops_it(gcloud, apis):
    apis.index_states = ["CREATING", "NEEDS_REPAIR"]
    result = gcloud.run(PROVISION)
    assert result.returncode != 0
    assert "purr_purr\tNEEDS_REPAIR" in result.stdout
    assert "https://console.cloud.google.com/datastore/indexes" in result.stdout


def test_it_does_not_wait_for_indexes_for_ever(gcloud, apis):
    apis.index_states = ["CREATING"]
    result = gcloud.run(PROVISION)
    assert result.returncode != 0
    assert "They are still being built." in result.stdout
