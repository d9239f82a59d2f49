"""Test databases: a namespace of its own for each test, never the configured one."""

import uuid

from django.apps import apps
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.creation import BaseDatabaseCreation

from .address import emulator_host

PREFIX = "test-"


class DatabaseCreation(BaseDatabaseCreation):
    """Makes a test database by switching NAMESPACE in the settings.

    All connections of the process share that entry, kept ones and those of other threads too, so a live
    server follows. Nothing is migrated: Datastore has no schema. Nothing is flushed: the emulator forgets.
    """

    @property
    def in_test_namespace(self):
        return "CONFIGURED_NAMESPACE" in self.connection.settings_dict

    def create_test_db(self, verbosity=1, autoclobber=False, serialize=False, keepdb=False):
        if not emulator_host():
            raise ImproperlyConfigured(
                "Tests run on the Datastore emulator only, so that they can never touch real data. "
                "Start it and set DATASTORE_EMULATOR_HOST to its address."
            )
        settings_dict = self.connection.settings_dict
        settings_dict.setdefault("CONFIGURED_NAMESPACE", settings_dict.get("NAMESPACE", ""))
        self.use_fresh_namespace()
        return settings_dict["NAMESPACE"]

    def destroy_test_db(self, old_database_name=None, verbosity=1, keepdb=False, suffix=None):
        settings_dict = self.connection.settings_dict
        settings_dict["NAMESPACE"] = settings_dict.pop("CONFIGURED_NAMESPACE")
        forget_cached_rows()

    def clone_test_db(self, suffix, verbosity=1, autoclobber=False, keepdb=False):
        """Nothing to copy: each process of `manage.py test --parallel` draws namespaces of its own."""

    def setup_worker_connection(self, _worker_id):
        self.create_test_db()

    def use_fresh_namespace(self):
        """Switch to an empty namespace and forget what was cached from the one before."""
        self.connection.settings_dict["NAMESPACE"] = f"{PREFIX}{uuid.uuid4().hex}"
        forget_cached_rows()


def forget_cached_rows():
    """Empty the caches that outlive a test: Django's, and that of the content types."""
    if apps.is_installed("django.contrib.contenttypes"):
        apps.get_model("contenttypes.ContentType").objects.clear_cache()
    for cache in caches.all():
        cache.clear()
