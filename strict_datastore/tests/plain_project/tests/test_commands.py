"""The commands of Django's apps that need an index of their own, and the checks."""

import io

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from notes.models import Note

pytestmark = pytest.mark.django_db


def test_a_stale_content_type_is_removed_with_its_permissions():
    stale = ContentType.objects.create(app_label="notes", model="gone")
    Permission.objects.create(content_type=stale, codename="view_gone", name="Can view gone")
    kept = ContentType.objects.get_for_model(Note)
    call_command("remove_stale_contenttypes", interactive=False, verbosity=0)
    assert ContentType.objects.get() == kept
    assert not Permission.objects.exists()


def test_check_finds_nothing_to_say():
    output = io.StringIO()
    call_command("check", stdout=output, databases=["default"])
    assert "no issues" in output.getvalue()
