from django.apps import AppConfig


class ProbesConfig(AppConfig):
    """Models for the probes of the ORM; they know nothing of mewgram."""

    name = "probes"
    default_auto_field = "django.db.models.BigAutoField"
