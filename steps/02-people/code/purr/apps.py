from django.apps import AppConfig


class PurrConfig(AppConfig):
    default_auto_field = 'django.db.models.BigAutoField'
    name = 'purr'
