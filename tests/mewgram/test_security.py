"""What keeps visitors safe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from html5lib import HTMLParser

SOLUTION = Path(__file__).parents[2] / "solution"
PRODUCTION = {
    "PATH": os.environ["PATH"],
    "SECRET_KEY": "a long key of more than fifty characters, none of them secret",
    "ALLOWED_HOSTS": "mewgram.example.com",
    "DATABASE": "datastore",
}


def manage(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=SOLUTION,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_production_settings_pass_djangos_check():
    result = manage("check", "--deploy", "--fail-level=WARNING", **PRODUCTION)
    assert (result.returncode, result.stderr) == (0, "")


def test_production_needs_a_key_of_its_own():
    environment = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    result = manage("check", **environment)
    assert "SECRET_KEY" in result.stderr
    assert result.returncode != 0


def test_sample_cats_stay_out_of_production():
    """Their password is known to everybody."""
    result = manage("sample_cats", **PRODUCTION)
    assert "DEBUG" in result.stderr
    assert result.returncode != 0


def test_migrations_are_complete(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_content_security_policy(client, db):
    """Nothing from elsewhere, nothing inline, no frame around us."""
    policy = client.get(reverse("home"))["Content-Security-Policy"]
    assert "unsafe" not in policy
    for directive in (
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ):
        assert directive in policy


@pytest.mark.parametrize("name", ["index", "users_user_changelist", "users_user_add", "purr_purr_changelist"])
def test_admin_has_nothing_inline(client, create_cat, name):
    """So that it works under the policy of all pages."""
    client.force_login(create_cat(is_staff=True, is_superuser=True))
    page = HTMLParser(namespaceHTMLElements=False).parse(client.get(reverse(f"admin:{name}")).content)
    assert [script for script in page.iter("script") if "src" not in script.attrib] == []
    assert list(page.iter("style")) == []
    for element in page.iter():
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]


def test_a_strangers_visit_leaves_no_cookie(client, db):
    for url in ("/", "/cats/", "/nothing/"):
        assert not client.get(url).cookies
