"""What the backend says of itself to Django, and to applications that ask."""

from django.db.backends.base.features import BaseDatabaseFeatures


class DatabaseFeatures(BaseDatabaseFeatures):
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
