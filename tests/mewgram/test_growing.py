"""mewgram when it grows old: sessions that expire, fields that come later, moving to another database."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from older_entities import forget
from strict_datastore.meter import meter

from mewgram.sessions import BATCH
from purr.models import Purr
from users.models import User

from .crawler import PASSWORD

pytestmark = pytest.mark.django_db

SOLUTION = Path(__file__).parents[2] / "solution"


def create_sessions(number, expires):
    Session.objects.bulk_create(
        Session(session_key=f"{expires.timestamp():.0f}{each:05}", session_data="", expire_date=expires)
        for each in range(number)
    )


def test_expired_sessions_are_deleted_and_others_stay():
    create_sessions(BATCH + 20, timezone.now() - timedelta(days=1))
    create_sessions(3, timezone.now() + timedelta(days=1))
    call_command("clearsessions")
    assert Session.objects.count() == 3


@pytest.mark.emulator
def test_expired_sessions_are_deleted_a_batch_at_a_time():
    create_sessions(BATCH + 20, timezone.now() - timedelta(days=1))
    with meter() as counts:
        call_command("clearsessions")
    deleted = [len(call.request.mutations) for call in counts.calls if call.method == "Commit"]
    assert deleted == [BATCH, 20]


@pytest.mark.emulator
def test_purrs_older_than_their_position_come_back_to_the_timeline(client, cat, create_purr):
    old = create_purr(cat, text="Warm sunbeam")
    position = old.position
    forget("position", old)
    assert "Warm sunbeam" not in client.get("/").text
    call_command("complete_entities", "purr.Purr", stdout=StringIO())
    cache.clear()
    assert "Warm sunbeam" in client.get("/").text
    assert Purr.objects.get().position == position


def manage(*arguments, **environment):
    """A command of mewgram as it is, on a database of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=SOLUTION,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "mewgram.settings", "DEBUG": "1"} | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.emulator
def test_mewgram_moves_to_another_namespace(cat, create_cat, create_purr, tmp_path):
    """The timeline is the same there, people log in, and nobody takes their address."""
    luna = create_cat(display_name="Luna", password=PASSWORD)
    thread = create_purr(luna, text="Warm sunbeam")
    create_purr(cat, thread, text="Cool shade")
    here = {"DATABASE": "datastore", "DATASTORE_NAMESPACE": connection.settings_dict["NAMESPACE"]}
    there = {"DATABASE": "datastore", "DATASTORE_NAMESPACE": f"{here['DATASTORE_NAMESPACE']}-moved"}
    manage("export_entities", tmp_path / "out", **here)
    manage("migrate", **there)
    assert "6 rows" in manage("import_entities", tmp_path / "out", **there)

    before = Client().get("/").text
    connection.settings_dict["NAMESPACE"] = there["DATASTORE_NAMESPACE"]
    cache.clear()
    assert Client().get("/").text == before
    data = {"username": "luna@example.com", "password": PASSWORD}
    assert Client().post("/log-in/", data).status_code == 302
    with pytest.raises(Exception, match="already has an account"):
        User.objects.create_user("luna@example.com", display_name="Other")


def test_sessions_and_what_migrate_makes_stay_out():
    program = "import django; django.setup(); from strict_datastore.export import all_models; "
    program += "print(sorted(model._meta.label for model in all_models()))"
    models = subprocess.run(
        [sys.executable, "-c", program],
        cwd=SOLUTION,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "mewgram.settings", "DEBUG": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert models.strip() == str(
        [
            "admin.LogEntry",
            "auth.Group",
            "auth.Group_permissions",
            "purr.Purr",
            "users.Attempt",
            "users.EmailClaim",
            "users.User",
        ]
    )
