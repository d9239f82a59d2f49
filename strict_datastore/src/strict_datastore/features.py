"""What the backend says of itself to Django, and to applications that ask."""

from django.db.backends.base.features import BaseDatabaseFeatures


class DatabaseFeatures(BaseDatabaseFeatures):
    """Nothing is claimed that is refused: an application that asks takes its other way."""

    can_return_columns_from_insert = True
    can_return_rows_from_bulk_insert = True
    supports_collation_on_charfield = False
    supports_collation_on_textfield = False
    # bulk_create(ignore_conflicts=True): each row that breaks a constraint is left out.
    supports_ignore_conflicts = True
    uses_savepoints = True

    @property
    def supports_transactions(self):
        # Django's TestCase asks this, to wrap each test in a transaction and roll it back. A transaction on
        # Datastore cannot query what it has written, so a test gets a namespace of its own instead.
        return not self.connection.creation.in_test_namespace
