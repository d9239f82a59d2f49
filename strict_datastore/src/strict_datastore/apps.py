from django.apps import AppConfig


class StrictDatastoreConfig(AppConfig):
    """For the management commands and the admin's templates; the backend itself needs no app."""

    name = "strict_datastore"
