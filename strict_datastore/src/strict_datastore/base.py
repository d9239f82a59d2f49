"""The database backend: `ENGINE: "strict_datastore"`.

Connections, keys and values come from django-gcloud-connectors, through `connector`. The way of a query is this
package's own: `compiler` makes commands, `parser` plans what they ask, `execution` asks it.
"""

from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from . import checks, connector, dbapi, index_checks  # noqa: F401  (they register the system checks)
from .address import emulator_host
from .client import DatabaseClient
from .connection import Connection, Query
from .creation import DatabaseCreation
from .cursor import Cursor
from .entities import StoredEntity
from .features import DatabaseFeatures
from .introspection import DatabaseIntrospection
from .operations import DatabaseOperations
from .schema import DatabaseSchemaEditor


class DatabaseWrapper(connector.DatabaseWrapper):
    vendor = "datastore"
    data_types = connector.DatabaseWrapper.data_types | {
        "PositiveBigIntegerField": "long",
        "SmallAutoField": "long",
    }
    display_name = "Google Datastore"
    Database = dbapi
    checks_foreign_keys = True
    client_class = DatabaseClient
    features_class = DatabaseFeatures
    introspection_class = DatabaseIntrospection
    ops_class = DatabaseOperations
    creation_class = DatabaseCreation

    def __init__(self, settings_dict, *args, **kwargs):
        if not settings_dict.get("PROJECT"):
            raise ImproperlyConfigured(
                "strict_datastore needs PROJECT in its entry of DATABASES: the id of the Google Cloud "
                "project; with the emulator any name."
            )
        # gcloudc's file of special indexes. BASE_DIR is a setting of startproject's, not of Django's.
        folder = getattr(settings, "BASE_DIR", None)
        settings_dict.setdefault("INDEXES_FILE", str(Path(folder) / "djangaeidx.yaml") if folder else "")
        super().__init__(settings_dict, *args, **kwargs)

    def get_connection_params(self):
        """gcloudc demands a file of special indexes, even where there is none."""
        return self.settings_dict.copy()

    @property
    def namespace(self):
        return self.settings_dict.get("NAMESPACE") or None

    @namespace.setter
    def namespace(self, value):
        """gcloudc copies the namespace here once; it has to be read from the settings at each use."""

    @cached_property
    def _count_mode(self):
        # The emulator does not know Datastore's aggregation queries.
        return "emulated" if emulator_host() else "native"

    def reserve_id(self, kind, id_or_name, namespace):
        """gcloudc reserves explicit ids with an RPC each; but Datastore draws no id here, secrets does."""

    def disable_constraint_checking(self):
        """For loaddata and import_entities, whose rows may refer to rows that come later."""
        self.checks_foreign_keys = False
        return True

    def enable_constraint_checking(self):
        self.checks_foreign_keys = True

    def _set_autocommit(self, autocommit):
        # It begins a transaction, that is an RPC which can fail as any other.
        with self.wrap_database_errors:
            super()._set_autocommit(autocommit)

    def _create_connection(self, params):
        return Connection(self, self.settings_dict)

    def schema_editor(self, *args, **kwargs):
        return DatabaseSchemaEditor(self, *args, **kwargs)

    def get_query_class(self):
        return Query

    def from_native_entity(self, entity_or_key):
        entity = super().from_native_entity(entity_or_key)
        if entity is not None:
            entity.__class__ = StoredEntity
        return entity

    def create_cursor(self, name=None):
        self.ensure_connection()
        return Cursor(self.connection)
