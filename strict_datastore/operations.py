"""Operations of the backend that differ from gcloudc's."""

from decimal import InvalidOperation

from django.core.management.base import CommandError
from gcloudc.db.backends.datastore import base as gcloudc

from .refusals import Refused
from .where import MOST_BRANCHES


class DatabaseOperations(gcloudc.DatabaseOperations):
    compiler_module = "strict_datastore.compiler"

    def value_for_db(self, value, field):
        value = super().value_for_db(value, field)
        # Datastore tells the two zeros apart, and so would not find the one by the other.
        return 0.0 if isinstance(value, float) and value == 0 else value

    def adapt_decimalfield_value(self, value, max_digits=None, decimal_places=None):
        if value == 0:
            value = abs(value)  # SQLite knows no negative zero
        if max_digits is None:  # of a Value(), which has no field
            return str(value)
        try:
            return super().adapt_decimalfield_value(value, max_digits, decimal_places)
        except InvalidOperation:
            raise Refused(
                f"the decimal {value}",
                None,
                f"it has more digits than the {max_digits} of its field.",
                "a larger max_digits.",
            ) from None

    def bulk_batch_size(self, fields, objs):
        # What a cascade asks for at once: each value of `__in` is a query of its own.
        return MOST_BRANCHES

    def fetch_returned_insert_rows(self, cursor):
        """The keys of bulk_create's rows, which gcloudc leaves empty."""
        return [(key.id_or_name,) for key in cursor.returned_ids]

    def sql_flush(self, style, tables, *, reset_sequences=False, **kwargs):
        # Only the teardown of Django's test cases flushes without resetting sequences. A test needs no rows
        # deleted: the next one starts in a namespace of its own. Nothing to flush also keeps Django from
        # filling that namespace with permissions and content types.
        if self.connection.creation.in_test_namespace and not reset_sequences:
            return Flush([], new_namespace=True)
        return Flush(super().sql_flush(style, tables, reset_sequences=reset_sequences, **kwargs))

    def execute_sql_flush(self, flush):
        if flush.new_namespace:
            self.connection.creation.use_fresh_namespace()
        else:
            super().execute_sql_flush(flush.commands)


class Flush:
    """What `manage.py flush` hands from sql_flush() to execute_sql_flush(); `sqlflush` would print it."""

    def __init__(self, commands, new_namespace=False):
        self.commands = commands
        self.new_namespace = new_namespace

    def __bool__(self):
        return bool(self.commands)

    def __iter__(self):
        raise CommandError("Datastore has no SQL to show. Instead: manage.py flush deletes all rows.")
