"""Schema changes on a database without a schema: what a new field needs of the rows that are there."""

from itertools import islice

from django.core.management.base import CommandError
from gcloudc.db.backends.common.helpers import get_top_concrete_parent
from gcloudc.db.backends.datastore import base as gcloudc

from .parser import is_indexed
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
        wrapper = self.connection
        kind = get_top_concrete_parent(model)._meta.db_table
        value = wrapper.ops.value_for_db(self.effective_default(field), field)

        @retry_on_contention(using=wrapper.alias, idempotent=True)
        def fill(keys):
            for entity in wrapper.connection.get(keys):
                if field.column not in entity:
                    entity[field.column] = value
                    if not is_indexed(field, wrapper):
                        entity._properties_to_exclude_from_index.add(field.column)
                    wrapper.connection.put(entity)

        rows = wrapper.get_query_class()(wrapper, [kind]).fetch(offset=None, limit=None)
        lacking = (entity.key() for entity in rows if field.column not in entity)
        while keys := list(islice(lacking, ROWS_A_TRANSACTION)):
            fill(keys)
