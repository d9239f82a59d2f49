"""The folder of an export: a file of JSON lines for each model, and a manifest with counts and checksums."""

import hashlib
import json
import os
from datetime import datetime, time

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.management.base import CommandError
from django.core.serializers import python
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder

BATCH = 100
MANIFEST = "manifest.json"
# `migrate` makes these, with other keys in each database: what refers to them says their names instead.
MADE_BY_MIGRATE = (ContentType, Permission)


def all_models():
    """The models of an export."""
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model not in MADE_BY_MIGRATE
        and not issubclass(model, AbstractBaseSession)
    ]
    if inherited := [model for model in models if model._meta.parents]:
        raise CommandError(
            f"{inherited[0]._meta.label} inherits from another model's table, which is not exported."
        )
    return models


class Encoder(DjangoJSONEncoder):
    """Django's own cuts times to milliseconds."""

    def default(self, value):
        return value.isoformat() if isinstance(value, datetime | time) else super().default(value)


def as_record(row):
    """A row as the serializers of Django have it, in values of JSON."""
    names = [field.name for field in row._meta.concrete_fields]
    (record,) = python.Serializer().serialize([row], fields=names)
    for field in row._meta.concrete_fields:
        if field.is_relation and field.related_model in MADE_BY_MIGRATE and record["fields"][field.name]:
            record["fields"][field.name] = getattr(row, field.name).natural_key()
    return json.loads(json.dumps(record, cls=Encoder))


def as_row(record, database):
    """The row of a record, not stored. Raises CommandError for a record that is none."""
    try:
        (deserialized,) = python.Deserializer([record], using=database)
    except (DeserializationError, KeyError, TypeError) as error:
        raise CommandError(
            f"This line of the export is not a row of today's models: {record}. {error}"
        ) from error
    return deserialized.object


class Export:
    """An export in a folder.

    The methods raise CommandError for what the user can mend: no folder, another folder, a file that was changed.
    """

    def __init__(self, directory):
        self.directory = directory
        self.manifest = {"complete": False, "models": {}}

    def file(self, label):
        return self.directory / f"{label}.jsonl"

    @property
    def total(self):
        return sum(each["rows"] for each in self.manifest["models"].values())

    def rows(self, label):
        return self.manifest["models"].get(label, {"rows": 0})["rows"]

    def is_complete(self, label):
        return label in self.manifest["models"]

    def begin(self):
        """Make the folder, or go on with what an earlier run has left there."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            if (self.directory / MANIFEST).exists():
                self._read()
            elif any(self.directory.iterdir()):
                raise CommandError(f"{self.directory} has other files. Name a new folder.")
            self._write()
        except OSError as error:
            raise CommandError(f"{self.directory} cannot be written: {error}") from error
        if self.manifest["complete"]:
            raise CommandError(
                f"{self.directory} has a complete export already. Name a new folder, or delete this one."
            )

    def resume(self, label):
        """How many rows of the model are there, and the key of the last; half a line is taken away."""
        file = self.file(label)
        done, last, end = 0, None, 0
        if file.exists():
            with file.open("rb") as lines:
                for line in lines:
                    if not line.endswith(b"\n"):
                        break
                    done, last, end = done + 1, json.loads(line)["pk"], end + len(line)
            os.truncate(file, end)
        return done, last

    def complete(self, label, rows):
        self.manifest["models"][label] = {"rows": rows, "sha256": self._checksum(label)}
        self._write()

    def end(self):
        self.manifest["complete"] = True
        self._write()

    def check(self):
        """Raises CommandError unless this is a whole export of models that there are, and no file has changed."""
        if not (self.directory / MANIFEST).exists():
            raise CommandError(f"{self.directory} is no export: it has no {MANIFEST}.")
        self._read()
        if not self.manifest["complete"]:
            raise CommandError(f"The export in {self.directory} is not complete: run export_entities again.")
        labels = {model._meta.label for model in all_models()}
        for label, entry in self.manifest["models"].items():
            if label not in labels:
                raise CommandError(f"The export has rows of {label}, which this project has not.")
            if not self.file(label).exists() or self._checksum(label) != entry["sha256"]:
                raise CommandError(f"{self.file(label)} is missing or was changed since the export.")

    def records(self, label):
        if self.is_complete(label):
            with self.file(label).open(encoding="utf-8") as file:
                yield from map(json.loads, file)

    def _checksum(self, label):
        with self.file(label).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _read(self):
        try:
            self.manifest = json.loads((self.directory / MANIFEST).read_text(encoding="utf-8"))
            self.total  # noqa: B018 - it has what a manifest has
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CommandError(
                f"{self.directory / MANIFEST} is not a manifest of export_entities."
            ) from error

    def _write(self):
        new = self.directory / f"{MANIFEST}.new"
        new.write_text(json.dumps(self.manifest, indent=1), encoding="utf-8")
        new.replace(self.directory / MANIFEST)
