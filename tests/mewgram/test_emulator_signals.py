"""The emulator itself stopped and frozen: `make faults` does it at length, and with visitors who never pause."""

import uuid

import pytest
from django.test import Client
from strict_datastore.emulator import Emulator

from bench import faults
from purr.models import Purr

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    with Emulator(data_dir=tmp_path_factory.mktemp("emulator") / "data") as emulator:
        yield emulator


@pytest.fixture
def post(emulator, monkeypatch, create_cat, settings):
    """Post as a member, with so many seconds for Datastore; the answer's status."""
    monkeypatch.setenv("DATASTORE_EMULATOR_HOST", emulator.host)
    cat = create_cat()

    def post(form, seconds):
        settings.STRICT_DATASTORE_DEADLINE = seconds
        client = Client(raise_request_exception=False)
        client.cookies = member.cookies
        return client.post("/purrs/new/", form).status_code

    member = Client()
    member.force_login(cat)
    return post


@pytest.mark.parametrize("fault", [faults.stopped, faults.frozen])
def test_purrs_survive_and_those_who_wait_get_a_page(emulator, post, fault):
    before, meanwhile = ({"text": text, "key": uuid.uuid4()} for text in ("Before", "Meanwhile"))
    assert post(before, seconds=10) == 302
    with fault(emulator):
        assert post(meanwhile, seconds=0.5) == 503
    # Of the time there is only a tenth until Datastore has answered.
    assert post(meanwhile, seconds=100) == 302
    assert sorted(Purr.objects.values_list("text", flat=True)) == ["Before", "Meanwhile"]
