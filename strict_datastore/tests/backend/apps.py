from django.apps import AppConfig


class BackendConfig(AppConfig):
    """Models for the tests of strict_datastore; they know nothing of mewgram."""

    name = "backend"
    default_auto_field = "django.db.models.BigAutoField"
