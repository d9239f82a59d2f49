"""What Django's commands can learn of a database without a schema."""

from django.db.backends.base.introspection import BaseDatabaseIntrospection, TableInfo

from .refusals import Refused


class DatabaseIntrospection(BaseDatabaseIntrospection):
    def get_table_list(self, cursor):
        """The kinds that have entities in the namespace."""
        query = cursor.connection.client.query(kind="__kind__")
        query.keys_only()
        # It does not go through the cursor, which would make Django's errors of Google's.
        with self.connection.wrap_database_errors:
            return [TableInfo(entity.key.name, "t") for entity in query.fetch()]

    def get_sequences(self, cursor, table_name, table_fields=()):
        """None: keys are drawn at random."""
        return []

    def get_constraints(self, cursor, table_name):
        """None: Datastore has neither constraints nor names of indexes."""
        return {}

    def get_table_description(self, cursor, table_name):
        raise Refused(
            "inspectdb",
            table_name,
            "Datastore keeps no schema.",
            "write the model, with this name as its db_table.",
        )
