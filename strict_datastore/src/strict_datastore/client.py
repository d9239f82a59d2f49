"""`manage.py dbshell`."""

from django.core.management.base import CommandError
from django.db.backends.base.client import BaseDatabaseClient


class DatabaseClient(BaseDatabaseClient):
    def runshell(self, parameters):
        raise CommandError(
            "Datastore has no shell. Instead: manage.py shell, or Datastore Studio in the Google Cloud console."
        )
