import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Permission


@pytest.fixture
def permissions(db):
    """Those that `migrate` makes for the notes, by their codename."""
    create_permissions(apps.get_app_config("notes"), verbosity=0)
    return {each.codename: each for each in Permission.objects.order_by()}
