from django.apps import AppConfig


class NotebookConfig(AppConfig):
    """The app of the models that a notebook defines for itself."""

    name = "lab"
    label = "notebook"
