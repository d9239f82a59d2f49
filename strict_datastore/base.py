"""The database backend: `ENGINE: "strict_datastore"`.

A thin subclass of gcloudc's backend. What is overridden here was measured to be wrong, slow or growing in
gcloudc 1.5 on Django 5.2; each override says what.
"""

from collections import deque
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from gcloudc.db.backends.common.base.connection import StagedWriteKind
from gcloudc.db.backends.common.base.dbapi import IntegrityError
from gcloudc.db.backends.datastore import base as gcloudc
from google.api_core.exceptions import AlreadyExists, Cancelled, RetryError, ServerError

from .client import Client, emulator_host
from .creation import DatabaseCreation
from .operations import DatabaseOperations
from .parser import Parser
from .retry import CommitOutcomeUnknown


class Connection(gcloudc.Connection):
    """A connection that costs nothing to open and does not grow while it is kept.

    Within a transaction it remembers which keys exist: the transaction reads a snapshot, so asking twice
    costs an RPC and tells nothing new.
    """

    def __init__(self, wrapper, params):
        super().__init__(wrapper, params)
        # gcloudc appends each insert and never reads it.
        self.queries = deque(maxlen=0)
        self._known_keys = {}

    def _create_client(self, project, database=None, namespace=None):
        return Client(self.settings_dict)

    def _close_client(self):
        """Nothing to close: the channel belongs to the process."""

    def begin(self):
        self._known_keys = {}
        return super().begin()

    def _begin(self):
        try:
            super()._begin()
        except Exception:
            # It was never pushed on the client's stack: a rollback would pop somebody else's.
            self._txn = None
            raise

    def _commit(self):
        try:
            super()._commit()
        except AlreadyExists as error:
            raise IntegrityError(f"A row with this primary key exists already. {error.message}") from error
        except (ServerError, Cancelled, RetryError) as error:
            raise CommitOutcomeUnknown(f"The answer to the commit was lost: {error}") from error

    def note_existing(self, key):
        """Remember that this transaction has read the key."""
        if self._txn is not None:
            self._known_keys[key] = True

    def exists(self, key):
        if self._txn is None:
            return super().exists(key)
        if key in self._staged_writes:
            return self._staged_writes[key][0] != StagedWriteKind.DELETE
        if key not in self._known_keys:
            self._known_keys[key] = super().exists(key)
        return self._known_keys[key]

    def get(self, key_or_keys):
        is_list = hasattr(key_or_keys, "__iter__")
        keys = key_or_keys if is_list else [key_or_keys]
        # gcloudc still returns what the transaction has deleted.
        keys = [key for key in keys if self._staged_writes.get(key, (None,))[0] != StagedWriteKind.DELETE]
        unread = [key for key in keys if key not in self._cache]
        found = {entity.key(): entity for entity in (self._get(unread) if unread else [])}
        if self._txn is not None:
            self._known_keys.update((key, key in found) for key in unread)
        entities = [entity for key in keys if (entity := self._cache.get(key) or found.get(key))]
        return entities if is_list else next(iter(entities), None)

    def put(self, entity, allow_existing=True):
        key = entity.key()
        if self._txn is None:
            self._put(key, entity)
            return
        if not allow_existing and self.exists(key):
            raise IntegrityError("A row with this primary key exists already.")
        # A key that nobody has read is a new one, drawn at random: Datastore itself refuses the insert of
        # a key that exists, where gcloudc asks with an RPC and then overwrites the row.
        staged, _ = self._staged_writes.get(key, (None, None))
        inserts = staged == StagedWriteKind.INSERT or (staged is None and not self._known_keys.get(key))
        self._stage_write(entity, StagedWriteKind.INSERT if inserts else StagedWriteKind.UPDATE)
        self._cache_entity(entity)

    def _stage_write(self, entity_or_key, kind):
        key = entity_or_key if kind == StagedWriteKind.DELETE else entity_or_key.key()
        self._staged_writes[key] = (kind, None if kind == StagedWriteKind.DELETE else entity_or_key)

    def _apply_staged_writes(self):
        for key, (kind, entity) in self._staged_writes.items():
            if kind == StagedWriteKind.DELETE:
                self._txn.delete(self.wrapper.to_native_key(key))
            else:
                self._txn.put(self.wrapper.to_native_entity(entity))
                if kind == StagedWriteKind.INSERT:
                    _turn_upsert_into_insert(self._txn.mutations[-1])
        self._staged_writes.clear()


def _turn_upsert_into_insert(mutation):
    mutation.insert = mutation.upsert


class Query(gcloudc.Query):
    def fetch(self, offset, limit):
        for entity in super().fetch(offset, limit):
            self.connection.note_existing(entity.key())
            yield entity


class DatabaseFeatures(gcloudc.DatabaseFeatures):
    @property
    def supports_transactions(self):
        # Django's TestCase asks this, to wrap each test in a transaction and roll it back. A transaction on
        # Datastore cannot query what it has written, so a test gets a namespace of its own instead.
        return not self.connection.creation.in_test_namespace


class DatabaseWrapper(gcloudc.DatabaseWrapper):
    vendor = "datastore"
    display_name = "Google Datastore"
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    creation_class = DatabaseCreation

    def __init__(self, settings_dict, *args, **kwargs):
        if not settings_dict.get("PROJECT"):
            raise ImproperlyConfigured(
                "strict_datastore needs PROJECT in its entry of DATABASES: the id of the Google Cloud "
                "project; with the emulator any name."
            )
        # gcloudc demands the file in which it keeps special indexes, even where there is none.
        settings_dict.setdefault("INDEXES_FILE", str(Path(settings.BASE_DIR) / "djangaeidx.yaml"))
        super().__init__(settings_dict, *args, **kwargs)

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

    def _create_connection(self, params):
        return Connection(self, self.settings_dict)

    def get_query_class(self):
        return Query

    def transform_django_query(self, query, force_keys_only):
        return Parser(query, self).get_transformed_query(self, force_keys_only=force_keys_only)
