"""The database backend: `ENGINE: "strict_datastore"`.

A subclass of gcloudc's backend, with a query path of its own (parser, execution, compiler). What is overridden
here was measured to be wrong, slow or growing in gcloudc 1.5 on Django 5.2; each override says what.
"""

from collections import deque
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from gcloudc.db.backends.common.base.connection import Cursor as GcloudcCursor
from gcloudc.db.backends.common.base.connection import StagedWriteKind
from gcloudc.db.backends.common.base.dbapi import IntegrityError
from gcloudc.db.backends.common.base.entity import Entity
from gcloudc.db.backends.datastore import base as gcloudc
from google.api_core.exceptions import (
    AlreadyExists,
    Cancelled,
    DataLoss,
    GatewayTimeout,
    InternalServerError,
    RetryError,
    ServiceUnavailable,
    Unknown,
)

from . import checks, dbapi, index_checks  # noqa: F401  (they register the system checks)
from .address import emulator_host
from .client import Client
from .compiler import ConstantCommand, CountOfSlice, DeleteCommand, UpdateCommand
from .constraints import check_writable, foreign_keys, inherited_table, unique_sets
from .creation import DatabaseCreation
from .deadline import NotAsked
from .entities import StoredEntity, copied, model_of
from .execution import MOST_KEYS_A_LOOKUP, Execution
from .insert import InsertCommand
from .introspection import DatabaseClient, DatabaseIntrospection
from .operations import DatabaseOperations
from .parser import Parser, Plan, is_indexed
from .refusals import Refused
from .retry import CommitOutcomeUnknown, retry_on_contention
from .schema import DatabaseSchemaEditor
from .where import Filter

DELETE = StagedWriteKind.DELETE

# After these a commit may have been applied. With any other, Datastore says that it was refused:
# https://cloud.google.com/datastore/docs/concepts/errors
OUTCOME_UNKNOWN = (
    Cancelled,
    DataLoss,
    GatewayTimeout,
    InternalServerError,
    RetryError,
    ServiceUnavailable,
    Unknown,
)
# https://cloud.google.com/datastore/docs/concepts/limits; the emulator's gRPC server takes less.
MOST_BYTES_AN_ENTITY = 2**20 - 4
MOST_BYTES_A_COMMIT = 10 * 2**20
MOST_BYTES_A_COMMIT_ON_EMULATOR = 4 * 2**20 - 2**10


class Connection(gcloudc.Connection):
    """A connection that costs nothing to open and does not grow while it is kept.

    Within a transaction it remembers which keys exist: the transaction reads a snapshot, so asking twice
    costs an RPC and tells nothing new.
    """

    def __init__(self, wrapper, params):
        super().__init__(wrapper, params)
        # gcloudc appends each insert and never reads it.
        self.queries = deque(maxlen=0)
        self._known_keys, self._read, self._savepoints = {}, {}, {}

    def _create_client(self, project, database=None, namespace=None):
        return Client(self.settings_dict)

    def _close_client(self):
        """Nothing to close: the channel belongs to the process."""

    def begin(self):
        self._known_keys, self._read, self._savepoints = {}, {}, {}
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
        except NotAsked:
            raise
        except OUTCOME_UNKNOWN as error:
            raise CommitOutcomeUnknown(f"The answer to the commit was lost: {error}") from error

    def note_read(self, entity):
        """Remember what this transaction has read: which keys exist, and what their rows held."""
        if self._txn is not None:
            self._known_keys[entity.key()] = True
            if entity.keys():
                self._read.setdefault(entity.key(), dict(entity._properties))

    def exists(self, key):
        if self._txn is None:
            return super().exists(key)
        if key in self._staged_writes:
            return self._staged_writes[key][0] != DELETE
        if key not in self._known_keys:
            self._known_keys[key] = super().exists(key)
        return self._known_keys[key]

    def get(self, key_or_keys):
        is_list = hasattr(key_or_keys, "__iter__")
        keys = list(key_or_keys) if is_list else [key_or_keys]
        unread = [key for key in keys if key not in self._staged_writes]
        found = {entity.key(): entity for entity in (self._get(unread) if unread else [])}
        if self._txn is not None:
            self._known_keys.update((key, key in found) for key in unread)
            for entity in found.values():
                self.note_read(entity)
        # gcloudc forgets what the transaction has deleted.
        found |= {key: entity for key, entity in self.staged_rows().items() if entity}
        entities = [found[key] for key in keys if key in found]
        return entities if is_list else next(iter(entities), None)

    def staged_rows(self):
        """What the transaction has written, by key; None for a row that it has deleted.

        Copies, because gcloudc's update changes the entity that it was given, and a savepoint may want it back.
        """
        return {key: entity and copied(entity) for key, (_, entity) in self._staged_writes.items()}

    def put(self, entity, allow_existing=True):
        key = entity.key()
        if self._txn is None:
            self._put(key, entity)
            return
        if not allow_existing and self.exists(key):
            raise IntegrityError("A row with this primary key exists already.")
        if model := model_of(entity, self.wrapper.polymodel_property_name()):
            self._check_constraints(model, entity)
            # gcloudc un-indexes every other field when one has db_index, and so makes its rows unfindable.
            entity._properties_to_exclude_from_index = {
                field.column for field in model._meta.fields if not is_indexed(field, self.wrapper)
            }
        # A key that nobody has read is a new one, drawn at random: Datastore itself refuses the insert of
        # a key that exists, where gcloudc asks with an RPC and then overwrites the row.
        staged, _ = self._staged_writes.get(key, (None, None))
        inserts = staged == StagedWriteKind.INSERT or (staged is None and not self._known_keys.get(key))
        # What `contains` searches lies below its row, and is overwritten with it.
        inserts = inserts and len(key.path) == 1
        self._stage_write(entity, StagedWriteKind.INSERT if inserts else StagedWriteKind.UPDATE)

    def _check_constraints(self, model, entity):
        if violation := check_writable(model, entity, self.wrapper):
            raise IntegrityError(violation)
        # What this transaction wrote last counts, not what it read first: another row may have taken that value.
        if entity.key() in self._staged_writes:
            _, staged = self._staged_writes[entity.key()]
            before = staged._properties if staged else {}
        else:
            before = self._read.get(entity.key(), {})
        for fields in unique_sets(model):
            values = {field.column: entity.get(field.column) for field in fields}
            unchanged = all(column in before and before[column] == value for column, value in values.items())
            if unchanged or None in values.values():
                continue
            branch = [Filter(column, "=", value) for column, value in values.items()]
            if table := inherited_table(fields, model):
                # Other models that inherit from the same one have rows of the same kind.
                branch.append(Filter(self.wrapper.polymodel_property_name(), "array_contains", table))
            plan = Plan(entity.key().path[-1], [tuple(branch)], keys_only=True)
            if any(other.key() != entity.key() for other in Execution(self.wrapper, plan).fetch(0, 2)):
                names = ", ".join(f"{model._meta.db_table}.{field.column}" for field in fields)
                raise IntegrityError(f"UNIQUE constraint failed: {names}")

    def _check_foreign_keys(self):
        """One Lookup for all rows that new values refer to: SQLite too looks at them when it commits."""
        wanted = set()
        for key, (_, entity) in self._staged_writes.items():
            model = entity and model_of(entity, self.wrapper.polymodel_property_name())
            if model:
                before = foreign_keys(model, Entity(key, self._read[key])) if key in self._read else ()
                wanted |= set(foreign_keys(model, entity)) - set(before)
        for kind, id_or_name, _ in wanted:
            if id_or_name in ("", 0):  # no key of Datastore's
                raise _no_such_row(kind, id_or_name)
        keys = {each: self.new_key(*each[:2], namespace=self.wrapper.namespace) for each in wanted}
        unread = [key for (_, _, table), key in keys.items() if not self._is_known(key, table)]
        found = {}
        for start in range(0, len(unread), MOST_KEYS_A_LOOKUP):
            found |= {
                entity.key(): entity for entity in self._get(unread[start : start + MOST_KEYS_A_LOOKUP])
            }
        for (kind, id_or_name, table), key in keys.items():
            staged, row = self._staged_writes.get(key, (None, found.get(key)))
            is_gone = staged == DELETE or (key in unread and key not in found)
            if table and not is_gone:
                properties = row if row is not None else self._read[key]
                is_gone = table not in (properties.get(self.wrapper.polymodel_property_name()) or ())
            if is_gone:
                raise _no_such_row(kind, id_or_name)

    def _is_known(self, key, table):
        """Whether this transaction knows the row: for a table of an inherited model, with its properties."""
        return key in self._staged_writes or (key in self._read if table else self._known_keys.get(key))

    def _check_unique_constraints(self, puts, deletes):
        """gcloudc checks at the end; here each write was checked when it was made, as in SQL."""

    def commit(self):
        if self._txn is None:  # after set_autocommit(False), when nothing was asked since the last commit
            return
        if self.wrapper.checks_foreign_keys:
            self._check_foreign_keys()
        super().commit()

    def savepoint(self, sid):
        self._savepoints[sid] = dict(self._staged_writes)

    def savepoint_rollback(self, sid):
        # It stays: SQL can roll back to a savepoint again.
        self._staged_writes = dict(self._savepoints[sid])

    def savepoint_commit(self, sid):
        self._savepoints.pop(sid, None)

    def _stage_write(self, entity_or_key, kind):
        key = entity_or_key if kind == DELETE else entity_or_key.key()
        self._staged_writes[key] = (kind, None if kind == DELETE else entity_or_key)

    def _apply_staged_writes(self):
        for key, (kind, entity) in self._staged_writes.items():
            if kind == DELETE:
                self._txn.delete(self.wrapper.to_native_key(key))
            else:
                self._txn.put(self.wrapper.to_native_entity(entity))
                if kind == StagedWriteKind.INSERT:
                    _turn_upsert_into_insert(self._txn.mutations[-1])
        _check_sizes(self._txn.mutations)
        self._staged_writes.clear()


def _no_such_row(kind, id_or_name):
    return IntegrityError(f"FOREIGN KEY constraint failed: there is no {kind} {id_or_name!r}")


def _check_sizes(mutations):
    """Datastore and the emulator take no more; what is too large for gRPC, they do not even answer."""
    sizes = [each._pb.ByteSize() + 4 for each in mutations]  # 4: what gRPC says before each
    for size, mutation in zip(sizes, mutations, strict=True):
        if size > MOST_BYTES_AN_ENTITY:
            entity = mutation.insert if "insert" in mutation else mutation.upsert
            raise Refused(
                f"a row of {entity.key.path[0].kind} with {size:,} bytes",
                None,
                f"Datastore stores at most {MOST_BYTES_AN_ENTITY:,} in an entity.",
                "what is large as a file in Cloud Storage, and its name in the row.",
            )
    most = MOST_BYTES_A_COMMIT_ON_EMULATOR if emulator_host() else MOST_BYTES_A_COMMIT
    if sum(sizes) > most:
        raise Refused(
            f"a transaction that writes {sum(sizes):,} bytes in {len(sizes):,} rows",
            None,
            f"Datastore takes at most {MOST_BYTES_A_COMMIT:,} at once, its emulator "
            f"{MOST_BYTES_A_COMMIT_ON_EMULATOR:,}.",
            f"several transactions, such as bulk_create() for each {most * len(sizes) // sum(sizes):,} of the rows.",
        )


def _turn_upsert_into_insert(mutation):
    mutation.insert = mutation.upsert


class Cursor(GcloudcCursor):
    def execute(self, sql, params=None):
        if not self.connection.autocommit and self.connection._txn is None:
            # After set_autocommit(False) a commit or rollback ends a transaction, and what follows begins the next.
            self.connection.begin()
        if isinstance(sql, str):
            raise Refused(
                "SQL", None, "Datastore has none.", "the ORM, or google-cloud-datastore's own queries."
            )
        if (
            isinstance(sql, InsertCommand | UpdateCommand | DeleteCommand)
            and not self.wrapper.in_atomic_block
        ):
            # Here, because gcloudc would repeat it at once, and even when the write may have been applied.
            retry_on_contention(self._execute, using=self.wrapper.alias)(sql)
        else:
            self._execute(sql)

    def executemany(self, sql, params):
        self.execute(sql)

    @property
    def wrapper(self):
        return self.connection.wrapper

    def _execute(self, sql):
        if isinstance(sql, CountOfSlice | ConstantCommand):
            self.last_select_command = sql
            self.rowcount = sql.execute()
        elif isinstance(sql, UpdateCommand | DeleteCommand):
            self.rowcount = sql.execute()
        elif isinstance(sql, InsertCommand):
            self.returned_ids = sql.execute()
        else:
            super().execute(sql)

    def fetchone(self, delete_flag=False):
        return next(self.last_select_command.results, None)


class Query(gcloudc.Query):
    def fetch(self, offset, limit):
        for entity in super().fetch(offset, limit):
            self.connection.note_read(entity)
            yield entity


class DatabaseFeatures(gcloudc.DatabaseFeatures):
    uses_savepoints = True
    can_return_rows_from_bulk_insert = True
    # What these promise is refused by the parser and the compilers, which say what to write instead.
    supports_over_clause = True
    supports_update_conflicts = True
    supports_collation_on_charfield = False
    supports_collation_on_textfield = False
    supports_update_conflicts_with_target = True

    @property
    def supports_transactions(self):
        # Django's TestCase asks this, to wrap each test in a transaction and roll it back. A transaction on
        # Datastore cannot query what it has written, so a test gets a namespace of its own instead.
        return not self.connection.creation.in_test_namespace


class DatabaseWrapper(gcloudc.DatabaseWrapper):
    vendor = "datastore"
    data_types = gcloudc.DatabaseWrapper.data_types | {
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

    def transform_django_query(self, query, force_keys_only):
        """What gcloudc's commands for UPDATE and DELETE read their rows with."""
        return Execution(self, Parser(query, self).plan(keys_only=force_keys_only))

    def create_cursor(self, name=None):
        self.ensure_connection()
        return Cursor(self.connection)
