"""Operations of the backend that differ from gcloudc's."""

import datetime
from decimal import InvalidOperation

from django.conf import settings
from django.core.management.base import CommandError
from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.functional import LazyObject

from . import connector
from .limits import MOST_BRANCHES
from .refusals import Refused

FIRST_DAY = datetime.date(1970, 1, 1)  # of all times of day, which Datastore stores as moments


class DatabaseOperations(connector.DatabaseOperations):
    compiler_module = "strict_datastore.compiler"

    def value_for_db(self, value, field):
        """Return the value as Datastore gives it back, for what is stored as for what a filter looks for.

        Rows are compared with filters and sorted in memory, too, and a transaction reads what it has not yet
        stored: there must be one form of each value.
        """
        while isinstance(field, ForeignKey):
            field = field.target_field
        return as_stored(super().value_for_db(as_stored(value), field))

    def adapt_datetimefield_value(self, value):
        if value is not None and timezone.is_aware(value) and not settings.USE_TZ:
            raise ValueError(
                "strict_datastore does not support timezone-aware datetimes when USE_TZ is False."
            )
        return value

    def adapt_timefield_value(self, value):
        if value is None:
            return None
        if timezone.is_aware(value):
            raise ValueError("strict_datastore does not support timezone-aware times.")
        return datetime.datetime.combine(FIRST_DAY, value.replace(tzinfo=None))

    def convert_datetime_value(self, value, expression, connection):
        value = as_stored(value)
        return value if value is None or settings.USE_TZ else timezone.make_naive(value, datetime.UTC)

    def convert_date_value(self, value, expression, connection):
        return None if value is None else value.date()

    def convert_time_value(self, value, expression, connection):
        return None if value is None else value.time()

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
        # What a cascade asks for at once: each object is an alternative for each foreign key to it.
        return MOST_BRANCHES // max(len(fields), 1)

    def fetch_returned_insert_rows(self, cursor):
        """Before Django 6.0, each backend has its own."""
        return cursor.fetchall()

    def sql_flush(self, style, tables, *, reset_sequences=False, **kwargs):
        # Only the teardown of Django's test cases flushes without resetting sequences. A test needs no rows
        # deleted: the next one starts in a namespace of its own. Nothing to flush also keeps Django from
        # filling that namespace with permissions and content types.
        if self.connection.creation.in_test_namespace and not reset_sequences:
            return Flush([], new_namespace=True)
        special = tuple(f"_djangae_idx_{table}" for table in tables)
        kinds = self.connection.introspection.table_names()
        return Flush([*tables, *(kind for kind in kinds if kind.startswith(special))])

    def execute_sql_flush(self, flush):
        if flush.new_namespace:
            self.connection.creation.use_fresh_namespace()
            return
        self.connection.ensure_connection()
        with self.connection.wrap_database_errors:
            self.connection.connection.flush(flush.kinds, namespace=self.connection.namespace)


def as_stored(value):
    """Return the value in the type that Datastore's client gives back for it.

    A subclass of that type, such as a SafeString, an enum's member or a datetime of another library, becomes
    the type itself. Raises OverflowError for a datetime whose year in UTC is not one from 1 to 9999, and
    UnicodeEncodeError for a text that is not one of Unicode's.
    """
    if isinstance(value, LazyObject):
        raise Refused("a lazy object as a value", None, "it is of no type of Datastore's.", "str() of it.")
    match value:
        case bool():
            return value
        case int():
            return int(value)
        case float():
            # Datastore tells the two zeros apart, and so would not find the one by the other.
            return float(value) or 0.0
        case str():
            text = str.__str__(value)  # str() itself would be the name of an enum's member
            text.encode()  # half a surrogate pair can be neither stored nor found
            return text
        case datetime.datetime():
            moment = value.astimezone(datetime.UTC) if timezone.is_aware(value) else value
            return datetime.datetime.combine(moment.date(), moment.time().replace(fold=0), datetime.UTC)
        case _:
            return value


class Flush:
    """What `manage.py flush` hands from sql_flush() to execute_sql_flush(); `sqlflush` would print it."""

    def __init__(self, kinds, new_namespace=False):
        self.kinds = kinds
        self.new_namespace = new_namespace

    def __bool__(self):
        return bool(self.kinds)

    def __iter__(self):
        raise CommandError("Datastore has no SQL to show. Instead: manage.py flush deletes all rows.")
