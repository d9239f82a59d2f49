"""Schema changes on a database without a schema: what a new field needs of the rows that are there."""

from itertools import islice

from django.core.management.base import CommandError
from django.db.models import DecimalField
from gcloudc.db.backends.common.helpers import get_top_concrete_parent, has_concrete_parents
from gcloudc.db.backends.datastore import base as gcloudc

from .parser import is_indexed
from .refusals import Refused
from .retry import retry_on_contention

ROWS_A_TRANSACTION = 100


class DatabaseSchemaEditor(gcloudc.DatabaseSchemaEditor):
    def __init__(self, connection, collect_sql=False, atomic=True):
        if collect_sql:
            raise CommandError("Datastore has no SQL to show. Instead: read the migration itself.")
        super().__init__(connection, collect_sql, atomic)

    def add_field(self, model, field):
        """Give the field's default to the rows saved before it; else queries by the field do not see them.

        gcloudc overwrites the field in all rows. Here rows that have it are left alone, so that a migration that
        was cut short can run again, and each batch is a transaction, so that nothing written meanwhile is lost.
        Costs a read for each row, and one more read and a write for each that lacks the field.
        """
        if field.column is None:
            return
        value = self._stored_default(field)

        def fill(entity):
            lacks_it = field.column not in entity
            if lacks_it:
                entity[field.column] = value
            return lacks_it

        self._change_rows(model, field, fill)

    def remove_field(self, model, field):
        """Take the property out of all rows: a later field of that name would find what they hold.

        gcloudc leaves it. Costs a read for each row, and one more read and a write for each that has the field.
        """
        if field.column is None:
            return

        def take_out(entity):
            is_there = field.column in entity
            if is_there:
                del entity[field.column]
            return is_there

        self._change_rows(model, field, take_out)

    def alter_field(self, model, old_field, new_field, strict=False):
        """Rename the property in all rows, and give the default to those with NULL where it is no longer allowed.

        gcloudc does nothing, and the rows would lose what they hold. Costs a read for each row where there is
        something to do, and one more read and a write for each that changes.
        """
        if None in (old_field.column, new_field.column):
            return
        if stored_as(old_field, self.connection) != stored_as(new_field, self.connection):
            raise Refused(
                f"AlterField of {new_field.name} from {old_field.get_internal_type()} to "
                f"{new_field.get_internal_type()}",
                model,
                "the rows keep what they hold.",
                "AddField with another name, RunPython that fills it, and RemoveField.",
            )
        is_renamed = old_field.column != new_field.column
        is_reindexed = is_indexed(old_field, self.connection) != is_indexed(new_field, self.connection)
        loses_null = old_field.null and not new_field.null
        if new_field.primary_key or not (is_renamed or is_reindexed or loses_null):
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

    def alter_db_table(self, model, old_db_table, new_db_table):
        if old_db_table != new_db_table:
            raise Refused(
                f"a new name for the table {old_db_table}",
                model,
                "the keys of its rows hold it.",
                f"db_table = {old_db_table!r} in the model's Meta.",
            )

    def rename_index(self, model, old_index, new_index):
        """Note the other name: an index of Datastore has none. gcloudc raises AttributeError."""
        self.remove_index(model, old_index)
        self.add_index(model, new_index)

    def _stored_default(self, field):
        return self.connection.ops.value_for_db(self.effective_default(field), field)

    def _change_rows(self, model, field, change):
        """Call `change` with each row, and store those for which it is true, if they need it still."""
        wrapper = self.connection
        kind = get_top_concrete_parent(model)._meta.db_table
        # Of an inherited model only some of the kind's rows, which say so.
        table = model._meta.db_table if has_concrete_parents(model) else None

        def is_changed(entity):
            tables = entity.get(wrapper.polymodel_property_name()) or ()
            return (table is None or table in tables) and change(entity)

        @retry_on_contention(using=wrapper.alias, idempotent=True)
        def change_batch(keys):
            for entity in wrapper.connection.get(keys):
                if is_changed(entity):
                    if is_indexed(field, wrapper):
                        entity._properties_to_exclude_from_index.discard(field.column)
                    else:
                        entity._properties_to_exclude_from_index.add(field.column)
                    wrapper.connection.put(entity)

        rows = wrapper.get_query_class()(wrapper, [kind]).fetch(offset=None, limit=None)
        wanted = (entity.key() for entity in rows if is_changed(entity))
        while keys := list(islice(wanted, ROWS_A_TRANSACTION)):
            change_batch(keys)


def stored_as(field, wrapper):
    """What the field's values are in Datastore: only fields that agree in it can hold each other's."""
    while field.is_relation:
        field = field.target_field
    if isinstance(field, DecimalField):  # a text, with as many zeros in front as it needs
        return "decimal", field.max_digits, field.decimal_places
    db_type = field.db_type(wrapper) or field.get_internal_type()
    return {"integer": "long", "text": "string"}.get(db_type, db_type)
