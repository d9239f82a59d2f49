"""What Django's commands can learn of a database without a schema."""

from django.core.management.base import CommandError
from django.db.backends.base.client import BaseDatabaseClient
from gcloudc.db.backends.datastore import base as gcloudc

from .refusals import Refused


class DatabaseIntrospection(gcloudc.DatabaseIntrospection):
    def get_constraints(self, cursor, table_name):
        """None: Datastore has neither constraints nor names of indexes."""
        return {}

    def get_table_list(self, cursor):
        # It does not go through the cursor, which would make Django's errors of Google's.
        with self.connection.wrap_database_errors:
            return super().get_table_list(cursor)

    def get_table_description(self, cursor, table_name):
        raise Refused(
            "inspectdb",
            table_name,
            "Datastore keeps no schema.",
            "write the model, with this name as its db_table.",
        )


class DatabaseClient(BaseDatabaseClient):
    def runshell(self, parameters):
        raise CommandError(
            "Datastore has no shell. Instead: manage.py shell, or Datastore Studio in the Google Cloud console."
        )
