"""Step 10 is done when the folder has all that a deployment needs. Nothing is asked of Google."""

import json
import os
import re
from io import StringIO
from unittest.mock import patch

from django.core.management.base import CommandError

from workshop.checking import FOLDER, attribute, fail, text_of

GIVEN = "It is given in step 10: workshop next brings it."


def test_the_scripts_are_there():
    for name in ("deploy", "names.sh", "provision", "release", "status", "teardown"):
        text_of(f"deploy/{name}", GIVEN)
    if os.name == "posix" and not os.access(FOLDER / "deploy/deploy", os.X_OK):
        fail("deploy/deploy cannot be run: chmod +x deploy/deploy deploy/provision deploy/release")


def test_the_service_has_a_name():
    try:
        name = json.loads(text_of("app.json", GIVEN)).get("name", "")
    except ValueError as error:
        fail(f"app.json is not JSON: {error}")
    if not re.fullmatch("[a-z]([a-z0-9-]{0,20}[a-z0-9])?", name) or "google" in name:
        fail(
            "app.json: the name of a service has up to 22 lowercase letters, digits and hyphens, begins with a"
            f" letter, does not end in a hyphen and is without google. It cannot be {name!r}."
        )


def test_the_dockerfile_makes_an_image_of_this_folder():
    lines = text_of("Dockerfile", "You wrote it in step 9.").splitlines()
    if "ARG APP=." not in lines:
        fail("Dockerfile begins with ARG APP=. because your project lies beside it.")


def test_no_secret_comes_into_the_image():
    lines = text_of(".dockerignore", "It is given in step 9.").splitlines()
    if "*" not in lines or "**/.env" not in lines:
        fail(
            ".dockerignore forbids everything by a line with *, and **/.env once more behind what it allows."
        )


def test_the_database_gets_its_indexes():
    if "- kind: purr_purr" not in text_of("index.yaml", "You wrote it in steps 7 and 8."):
        fail("index.yaml has no index of purr_purr: the timeline would fail in the world.")


def test_the_first_admin_is_made_once(database):
    attribute("users.management.commands.first_admin", "Command", "Write it, as the lesson shows.")
    from django.core.management import call_command

    User = attribute("users.models", "User", "It comes in step 2.")
    variables = {"EMAIL": "admin@example.com", "DISPLAY_NAME": "Admin", "PASSWORD": "nine-lives"}
    with patch.dict(os.environ, {f"DJANGO_SUPERUSER_{name}": value for name, value in variables.items()}):
        call_command("first_admin", stdout=StringIO())
        if not User.objects.filter(is_superuser=True).exists():
            fail("users/management/commands/first_admin.py makes no admin: it calls createsuperuser.")
        try:
            call_command("first_admin", stdout=StringIO())
        except CommandError as error:
            fail(
                "users/management/commands/first_admin.py fails when it runs again, because there is an admin"
                f" already ({error}): look for one first."
            )
