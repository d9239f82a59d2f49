"""The admin whom a deployment makes."""

from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from users.models import User

from .test_concurrency import at_once

pytestmark = pytest.mark.django_db
ADMIN = {"EMAIL": "admin@example.com", "DISPLAY_NAME": "Admin", "PASSWORD": "a password"}


@pytest.fixture(autouse=True)
def variables(monkeypatch):
    for name, value in ADMIN.items():
        monkeypatch.setenv(f"DJANGO_SUPERUSER_{name}", value)


def test_the_first_deployment_makes_one(client):
    call_command("first_admin")
    assert client.login(email="admin@example.com", password="a password")
    assert client.get("/admin/").status_code == 200


def test_a_later_one_changes_nothing(capsys, monkeypatch):
    call_command("first_admin")
    before = User.objects.values().get()
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "another password")
    call_command("first_admin")
    assert User.objects.values().get() == before
    assert capsys.readouterr().out.splitlines()[-1] == "There is an admin already."


def test_an_admin_of_ones_own_is_enough(create_cat):
    create_cat(is_superuser=True)
    call_command("first_admin")
    assert User.objects.get().email != "admin@example.com"


@pytest.mark.emulator
def test_two_deployments_at_the_same_moment_make_one(db):
    """The job of the other one may fail; Cloud Run starts it again, and then there is an admin already."""

    def deploy(number):
        with suppress(CommandError, IntegrityError):
            call_command("first_admin")

    at_once(deploy, visitors=2)
    assert User.objects.filter(is_superuser=True).count() == 1


def test_without_an_address_it_fails(monkeypatch):
    monkeypatch.delenv("DJANGO_SUPERUSER_EMAIL")
    with pytest.raises(CommandError, match="You must use --email with --noinput"):
        call_command("first_admin")
