from django.apps import AppConfig


class PurrConfig(AppConfig):
    name = "purr"
