"""The cats that `make run` shows."""

from io import StringIO

import pytest
from django.core.management import call_command
from strict_datastore.meter import meter

from purr.models import Purr
from users.models import User


@pytest.fixture
def load(db, settings):
    settings.DEBUG = True

    def load():
        output = StringIO()
        call_command("sample_cats", stdout=output)
        return output.getvalue()

    return load


def test_a_lively_timeline(load):
    load()
    assert len(User.objects.all()) >= 12
    assert len(Purr.objects.all()) >= 60


def test_it_tells_how_to_log_in(client, load):
    assert load() == (
        "Log in as luna@example.com with the password purr-purr. Luna is also the admin, at /admin/\n"
    )
    assert client.login(email="luna@example.com", password="purr-purr")


def test_nobody_purrs_before_joining(load):
    load()
    joined = {user.pk: user.joined for user in User.objects.all()}
    assert all(joined[purr.author_id] < purr.posted for purr in Purr.objects.all())


def test_second_run_changes_nothing(load):
    load()
    with meter() as cost:
        load()
    assert (cost.total_rpcs <= 1, cost.writes) == (True, 0)


def test_run_that_was_cut_short_is_finished(load):
    load()
    count = len(Purr.objects.all())
    User.objects.filter(email="luna@example.com").update(is_superuser=False)
    Purr.objects.filter(thread=None).first().delete()
    load()
    assert len(Purr.objects.all()) == count
