"""Schema changes on a database without a schema: what they need of the rows that are there."""

from django.core.management.base import CommandError
from django.db import IntegrityError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from .batches import batches
from .connector import StagedWriteKind, indexers_for_model, special_indexes
from .constraints import is_plain, unenforced
from .entities import StoredEntity, is_key, leave_to_parents, size_of
from .execution import stored_value
from .filters import KEY
from .inheritance import inherits_rows, kind_of
from .parser import is_indexed, stored_as
from .refusals import Refused
from .retry import retry_on_contention


class DatabaseSchemaEditor(BaseDatabaseSchemaEditor):
    """Rewrites rows where SQL would rewrite tables. Constraints and indexes are nothing to Datastore.

    Rows are rewritten a hundred in a transaction, which reads them again: nothing written meanwhile is lost, and a
    migration that was cut short can run again. It costs a read for each row, and one more read and a write for each
    that changes.
    """

    def __init__(self, connection, collect_sql=False, atomic=True):
        if collect_sql:
            raise CommandError("Datastore has no SQL to show. Instead: read the migration itself.")
        super().__init__(connection, collect_sql, atomic)

    def create_model(self, model):
        """Nothing: a kind begins with its first row."""

    def delete_model(self, model):
        """Delete the rows, and those of its many-to-many fields: a later model of that table would find them."""
        for field in model._meta.local_many_to_many:
            if field.remote_field.through._meta.auto_created:
                self.delete_model(field.remote_field.through)
        connection, classes = self.connection.connection, self.connection.polymodel_property_name()
        indexers = indexers_for_model(model)

        def delete(entity):
            if inherits_rows(model):
                leave_to_parents(entity, model, classes)
                connection.put(entity)
            else:
                connection.delete(entity.key())
            for indexer in indexers:
                indexer.cleanup(connection, entity.key())

        self._rewrite(self._rows(model), delete)

    def alter_db_table(self, model, old_db_table, new_db_table):
        """Move the rows to another kind, which is a part of their keys. No row of another model holds it."""
        if old_db_table == new_db_table:
            return
        if special := {old_db_table, new_db_table} & set(special_indexes()):
            raise Refused(
                f"a new name for the table {old_db_table}",
                model,
                f"the special indexes of djangaeidx.yaml for {special.pop()} are kept under its name.",
                f"db_table = {old_db_table!r} in the model's Meta.",
            )
        connection, classes = self.connection.connection, self.connection.polymodel_property_name()

        def move(entity):
            key = entity.key()
            if not inherits_rows(model):
                connection.delete(key)
                key = connection.new_key(new_db_table, key.id_or_name, namespace=self.connection.namespace)
            moved = StoredEntity(key, entity._properties, entity._properties_to_exclude_from_index)
            if classes in moved:
                tables = [new_db_table if each == old_db_table else each for each in moved[classes]]
                moved[classes] = tables
            # What it holds was checked when it was written.
            is_new = key != entity.key()
            connection._stage_write(moved, StagedWriteKind.INSERT if is_new else StagedWriteKind.UPDATE)

        with self.connection.constraint_checks_disabled():
            self._rewrite(self._rows(model, old_db_table), move)

    def add_field(self, model, field):
        """Give the field's default to the rows saved before it; else queries by the field do not see them.

        gcloudc overwrites the field in all rows. Here rows that have it are left alone.
        """
        if field.many_to_many or field.column is None:
            return  # a many-to-many field is a model of its own
        self._check_key_stays(model, field.primary_key, f"AddField of the primary key {field.name}")
        value = self._stored_default(field)

        def fill(entity):
            lacks_it = field.column not in entity
            if lacks_it:
                entity[field.column] = value
            return lacks_it

        self._change_rows(model, field, fill)

    def remove_field(self, model, field):
        """Take the property out of all rows: a later field of that name would find what they hold."""
        if field.many_to_many and field.remote_field.through._meta.auto_created:
            self.delete_model(field.remote_field.through)
        if field.many_to_many or field.column is None:
            return
        self._check_key_stays(model, field.primary_key, f"RemoveField of the primary key {field.name}")

        def take_out(entity):
            is_there = field.column in entity
            if is_there:
                del entity[field.column]
            return is_there

        self._change_rows(model, field, take_out)

    def alter_field(self, model, old_field, new_field, strict=False):
        """Rename the property in all rows, and give the default to those with NULL where it is no longer allowed."""
        if old_field.many_to_many or new_field.many_to_many:
            # Django alters the model between, or raises ValueError.
            super().alter_field(model, old_field, new_field, strict)
            return
        other_key = old_field.primary_key != new_field.primary_key
        self._check_key_stays(model, other_key, f"AlterField of the primary key by {new_field.name}")
        if stored_as(old_field, self.connection) != stored_as(new_field, self.connection):
            self._refuse_for_rows(
                model,
                f"AlterField of {new_field.name} from {old_field.get_internal_type()} to "
                f"{new_field.get_internal_type()}",
                "the rows keep what they hold.",
                "AddField with another name, RunPython that fills it, and RemoveField.",
            )
            return
        if new_field.unique and not old_field.unique:
            self._check_unique(model, [old_field])
        is_renamed = old_field.column != new_field.column
        is_reindexed = is_indexed(old_field, self.connection) != is_indexed(new_field, self.connection)
        loses_null = old_field.null and not new_field.null
        if is_key(new_field, model) or not (is_renamed or is_reindexed or loses_null):
            return
        value = self._stored_default(new_field) if loses_null else None

        def change(entity):
            if old_field.column not in entity:
                return False
            stored = entity[old_field.column]
            if is_renamed:
                del entity[old_field.column]
            entity[new_field.column] = value if stored is None else stored
            return is_renamed or is_reindexed or stored is None

        self._change_rows(model, new_field, change)

    def alter_unique_together(self, model, old_unique_together, new_unique_together):
        for names in {*map(tuple, new_unique_together)} - {*map(tuple, old_unique_together)}:
            self._check_unique(model, [model._meta.get_field(name) for name in names])

    def add_constraint(self, model, constraint):
        """Compare the rows that are there; what cannot be checked by a query is refused by the next write."""
        if is_plain(constraint) and constraint.name not in unenforced():
            self._check_unique(model, [model._meta.get_field(name) for name in constraint.fields])

    def _nothing(self, model, *changes):
        """Datastore has no constraints, and its indexes are those of index.yaml."""

    remove_constraint = add_index = remove_index = rename_index = _nothing
    alter_index_together = alter_db_tablespace = _nothing

    def _check_unique(self, model, fields):
        """Raise IntegrityError when two rows have the same values. Costs a read for each row."""
        found = set()
        for entity in self._rows(model):
            values = tuple(
                stored_value(entity, KEY if is_key(field, model) else field.column) for field in fields
            )
            if values in found:
                names = ", ".join(f"{model._meta.db_table}.{field.column}" for field in fields)
                raise IntegrityError(f"UNIQUE constraint failed: {names}: two rows have {values!r}")
            if None not in values:
                found.add(values)

    def _check_key_stays(self, model, changes_it, operation):
        if changes_it:
            self._refuse_for_rows(
                model,
                operation,
                "the keys of the rows stay as they are.",
                "CreateModel with the new key, RunPython that fills it, and DeleteModel.",
            )

    def _refuse_for_rows(self, model, construct, reason, instead):
        """A new database has no rows when all migrations of a project run on it."""
        if next(iter(self._rows(model, limit=1)), None):
            raise Refused(construct, model, reason, instead)

    def _stored_default(self, field):
        return self.connection.ops.value_for_db(self.effective_default(field), field)

    def _rows(self, model, table=None, limit=None):
        """The entities of a model's rows; table: its name where it is not the model's own."""
        table = table or model._meta.db_table
        is_inherited = inherits_rows(model)
        kind = kind_of(model) if is_inherited else table
        query = self.connection.get_query_class()(self.connection, [kind])
        if is_inherited:
            query.add_filter(self.connection.polymodel_property_name(), "array_contains", table)
        with self.connection.wrap_database_errors:
            for entity in query.fetch(offset=None, limit=limit):
                entity.model = model
                yield entity

    def _change_rows(self, model, field, change):
        """Call `change` with each row, and store those for which it is true, if they need it still."""

        def put_changed(entity):
            entity.model = getattr(field, "model", model)
            if change(entity):
                self.connection.connection.put(entity)

        self._rewrite(filter(change, self._rows(model)), put_changed)

    def _rewrite(self, rows, rewrite):
        """Call `rewrite` with each row as it is in the transaction that stores what comes of it."""
        connection = self.connection.connection

        @retry_on_contention(using=self.connection.alias, idempotent=True)
        def rewrite_batch(keys):
            with self.connection.wrap_database_errors:
                for entity in connection.get(keys):
                    rewrite(entity)

        for batch in batches(rows, size_of=lambda entity: size_of(entity, self.connection)):
            rewrite_batch([entity.key() for entity in batch])
