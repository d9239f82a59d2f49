"""A connection: the open transaction, what it has read, and the writes that it sends when it commits.

It is gcloudc's, which stages writes. What is overridden was measured to be wrong, slow or growing there; each
override says what.
"""

from collections import deque
from contextlib import suppress
from functools import partial

from google.api_core.exceptions import (
    Aborted,
    AlreadyExists,
    Cancelled,
    DataLoss,
    GatewayTimeout,
    GoogleAPICallError,
    InternalServerError,
    RetryError,
    ServiceUnavailable,
    Unknown,
)

from . import connector
from .address import emulator_host
from .connector import Entity, StagedWriteKind
from .constraints import check_writable, foreign_keys, inherited_table, unique_sets
from .dbapi import IntegrityError
from .deadline import NotAsked
from .entities import copied, model_of
from .execution import Execution
from .filters import Filter
from .history import Changed, History
from .limits import (
    MOST_BYTES_A_COMMIT,
    MOST_BYTES_A_COMMIT_ON_EMULATOR,
    MOST_BYTES_AN_ENTITY,
    MOST_KEYS_A_LOOKUP,
)
from .parser import Plan, is_indexed
from .refusals import Refused
from .retry import CommitOutcomeUnknown, is_repeated
from .stub import Client

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


class Connection(connector.Connection):
    """A connection that costs nothing to open and does not grow while it is kept.

    Within a transaction it remembers which keys exist: the transaction reads a snapshot, so asking twice
    costs an RPC and tells nothing new.
    """

    def __init__(self, wrapper, params):
        super().__init__(wrapper, params)
        # gcloudc appends each insert and never reads it.
        self.queries = deque(maxlen=0)
        self._known_keys, self._read, self._savepoints = {}, {}, {}
        self._history, self._aborted = History(), None

    def _create_client(self, project, database=None, namespace=None):
        return Client(self.settings_dict)

    @property
    def client(self):
        """Google's client, for what the ORM cannot ask."""
        return self._client

    @property
    def in_transaction(self):
        return self._txn is not None

    def _close_client(self):
        """Nothing to close: the channel belongs to the process."""

    def begin(self):
        self._history, self._aborted = History(), None
        self._begin_anew()

    def _begin_anew(self):
        self._known_keys, self._read, self._savepoints = {}, {}, {}
        super().begin()

    def execute(self, command):
        """Execute a command, and return the number of rows found or changed."""
        rowcount, _results = self._run(partial(outcome_of, command))
        return rowcount

    def _run(self, step):
        """Run a step of the transaction, and all of them again when Datastore aborts it here."""
        if self._txn is None:
            return step()
        while True:
            self._check_not_aborted()
            try:
                return self._history.run(step)
            except Aborted as error:
                self._run_again(error)

    def _run_again(self, error):
        """Let another transaction take the place of the aborted one. Raises the error when none can."""
        self._aborted = error  # until it is known that all is as it was
        while True:
            if is_repeated(self.wrapper.alias) or not self._history.may_run_again():
                raise error
            if self._txn is not None:
                with suppress(GoogleAPICallError):  # Datastore has ended it
                    super().rollback()
            self._begin_anew()
            try:
                self._history.run_again()
            except Aborted as another:
                error = another
            except Changed:
                raise error from None
            else:
                self._aborted = None
                return

    def _check_not_aborted(self):
        """A program may have caught the error; but the transaction cannot go on."""
        if self._aborted:
            raise self._aborted

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
        self._history.note_other_access()
        if key in self._staged_writes:
            return self._staged_writes[key][0] != DELETE
        if key not in self._known_keys:
            self._known_keys[key] = super().exists(key)
        return self._known_keys[key]

    def get(self, key_or_keys):
        self._history.note_other_access()
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
        while True:
            self._check_not_aborted()
            try:
                if self.wrapper.checks_foreign_keys:
                    self._check_foreign_keys()
                super().commit()
            except Aborted as error:
                self._run_again(error)
            else:
                self._history = History()  # a kept connection keeps no rows
                return

    def rollback(self):
        self._history = History()
        super().rollback()

    def savepoint(self, sid):
        self._run(lambda: self._savepoints.update({sid: dict(self._staged_writes)}))

    def savepoint_rollback(self, sid):
        if self._aborted:  # then the savepoint is gone, and all else will be
            return

        def roll_back():
            # It stays: SQL can roll back to a savepoint again.
            self._staged_writes = dict(self._savepoints[sid])

        self._run(roll_back)

    def savepoint_commit(self, sid):
        """Nothing: it goes with the transaction."""

    def _stage_write(self, entity_or_key, kind):
        self._history.note_other_access()
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


def outcome_of(command):
    """Execute a command, and return all that a program can see of it."""
    rowcount = command.execute()
    return rowcount, list(command.results)


class Query(connector.Query):
    def fetch(self, offset, limit):
        self.connection._history.note_other_access()
        for entity in super().fetch(offset, limit):
            self.connection.note_read(entity)
            yield entity
