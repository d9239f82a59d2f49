"""The three databases that answer the probes: SQLite, the stock connector, strict_datastore."""

import os
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from unittest.mock import patch

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from google.cloud.datastore_v1 import RunQueryRequest, RunQueryResponse
from google.cloud.datastore_v1.types import CommitRequest, Mutation
from google.cloud.environment_vars import GCD_HOST
from strict_datastore.emulator import Emulator
from strict_datastore.stub import datastore_stub

from .seed import OLDER, seed

PROJECT = "probes"


class Engine:
    """A database under an alias that is in the settings only while it runs: no test case migrates it."""

    def __init__(self, alias, **settings_dict):
        self.alias = alias
        self.settings_dict = ConnectionHandler().configure_settings({"default": {}, alias: settings_dict})[
            alias
        ]

    @contextmanager
    def running(self):
        connections.settings[self.alias] = self.settings_dict
        try:
            self.start()
            yield self
        finally:
            self.disconnect()
            del connections.settings[self.alias]

    def disconnect(self):
        connections[self.alias].close()
        del connections[self.alias]
        ContentType.objects.clear_cache()

    def reconnect(self):
        """Begin a new connection: an error may have left the one before in disorder."""
        self.disconnect()


class SQLite(Engine):
    def __init__(self):
        super().__init__("probes_sqlite", ENGINE="django.db.backends.sqlite3", NAME=":memory:")

    @contextmanager
    def running(self):
        with closing(sqlite3.connect(":memory:")) as self.seeded, super().running():
            yield self

    def start(self):
        with connections[self.alias].schema_editor() as editor:
            for model in (ContentType, *apps.get_app_config("probes").get_models()):
                if not model._meta.proxy:
                    editor.create_model(model)
        seed(self.alias)
        connections[self.alias].connection.backup(self.seeded)

    def restore(self):
        connections[self.alias].ensure_connection()
        self.seeded.backup(connections[self.alias].connection)

    def disconnect(self):
        # Django would keep the connection, because the database goes with it.
        BaseDatabaseWrapper.close(connections[self.alias])
        super().disconnect()

    def reconnect(self):
        super().reconnect()
        self.restore()


class Datastore(Engine):
    """A backend on Datastore, in a namespace of its own."""

    def __init__(self, alias, engine, **options):
        super().__init__(
            alias,
            ENGINE=engine,
            PROJECT=PROJECT,
            NAMESPACE=alias,
            INDEXES_FILE="djangaeidx.yaml that is not there",
            OPTIONS=options,
        )

    def start(self):
        seed(self.alias)
        self.seeded = self._entities()
        for entity in self.seeded.values():
            if (
                entity.key.path[0].kind == OLDER.kind
                and entity.properties["name"].string_value in OLDER.names
            ):
                for each in OLDER.properties:
                    del entity.properties[each]
        self.restore()
        with connections[self.alias].schema_editor() as editor:
            for model, field in OLDER.fields():
                editor.add_field(model, field)
        self.seeded = self._entities()

    def restore(self):
        now = self._entities()
        changed = [entity for key, entity in self.seeded.items() if now.pop(key, None) != entity]
        mutations = [Mutation(upsert=entity) for entity in changed]
        mutations += [Mutation(delete=entity.key) for entity in now.values()]
        if mutations:
            mode = CommitRequest.Mode.NON_TRANSACTIONAL
            datastore_stub(PROJECT, None).commit(
                CommitRequest(project_id=PROJECT, mode=mode, mutations=mutations)
            )

    def _entities(self):
        """All entities of the namespace as protobuf messages, by their key."""
        query = RunQueryRequest(project_id=PROJECT, partition_id={"namespace_id": self.alias}, query={})
        batch = RunQueryResponse.pb(datastore_stub(PROJECT, None).run_query(query)).batch
        return {result.entity.key.SerializeToString(): result.entity for result in batch.entity_results}


@contextmanager
def engines():
    """Start and fill the three. No composite index is enforced: it must not hide an answer."""
    engines = {
        "sqlite": SQLite(),
        "stock": Datastore("probes_stock", "gcloudc.db.backends.datastore", count_mode="emulated"),
        "strict": Datastore("probes_strict", "strict_datastore"),
    }
    with Emulator() as emulator, patch.dict(os.environ, {GCD_HOST: emulator.host}), ExitStack() as stack:
        yield {name: stack.enter_context(engine.running()) for name, engine in engines.items()}
