"""Rows that were saved before their model had a field lack its property: no query by that field finds them."""

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from google.cloud.datastore import Entity
from google.cloud.datastore.helpers import entity_to_protobuf
from google.cloud.datastore.query import PropertyFilter
from strict_datastore.batches import batches
from strict_datastore.entities import model_of
from strict_datastore.inheritance import top_concrete_model
from strict_datastore.progress import PROGRESS_KIND, Progress, interruptible
from strict_datastore.retry import retry_on_contention

BATCH = 100


class Command(BaseCommand):
    help = (
        "Saves each row again that lacks a property of its model, because it is older than the field. Can be "
        "interrupted: the next run goes on where this one stopped."
    )

    def add_arguments(self, parser):
        parser.add_argument("models", nargs="*", metavar="app.Model", help="by default all models")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="the alias of the database")

    def handle(self, *, models, database, **options):
        self.connection = connections[database]
        if self.connection.vendor != "datastore":
            raise CommandError(
                f"The database {database!r} is not on strict_datastore: there each row has all fields."
            )
        self.connection.ensure_connection()
        self.client = self.connection.connection._client
        with interruptible():
            for model in kinds_of(models):
                self.complete(model)

    def complete(self, model):
        """Read the kind in the order of its keys, and save what lacks something."""
        kind = model._meta.db_table
        note_key = self.client.key(PROGRESS_KIND, f"complete_entities {kind}")
        note = self.client.get(note_key) or Entity(note_key)
        if note:
            self.stdout.write(
                f"{kind}: goes on after {note['done']:,} rows that an earlier run has looked at."
            )
        done, completed = note.get("done", 0), note.get("completed", 0)
        progress = Progress(self.stdout, kind, model._base_manager.using(self.connection.alias).count())
        while batch := self.read(kind, note.get("last")):
            completed += self.save_incomplete(batch)
            done += len(batch)
            note.update(last=batch[-1].key, done=done, completed=completed)
            self.client.put(note)
            progress.show(done, f", {completed:,} completed")
        progress.end(done, f", {completed:,} completed")
        if note:
            self.client.delete(note_key)

    def read(self, kind, last):
        query = self.client.query(kind=kind, order=["__key__"])
        if last:
            query.add_filter(filter=PropertyFilter("__key__", ">", last))
        return list(query.fetch(limit=BATCH))

    def save_incomplete(self, batch):
        by_model = {}
        for entity in batch:
            model = self.model_of(entity)
            if model and any(field.column not in entity for field in stored_fields(model)):
                by_model.setdefault(model, []).append(entity)
        for model, entities in by_model.items():
            for part in batches(entities, size_of=lambda entity: entity_to_protobuf(entity)._pb.ByteSize()):
                self.save(model, [entity.key.id_or_name for entity in part])
        return sum(map(len, by_model.values()))

    def model_of(self, entity):
        return model_of(self.connection.from_native_entity(entity), self.connection.polymodel_property_name())

    def save(self, model, keys):
        rows = model._base_manager.using(self.connection.alias)

        @retry_on_contention(using=self.connection.alias)
        def save_all():
            # Read in this transaction, so that no change that somebody makes meanwhile is lost.
            for row in rows.filter(pk__in=keys):
                for field in stored_fields(model):
                    if getattr(row, field.attname) is None and not field.null:
                        setattr(row, field.attname, field.get_default())
                try:
                    row.save(using=self.connection.alias)
                except Exception as error:
                    raise CommandError(
                        f"{model._meta.label} {row.pk!r} could not be saved: {error}. Mend this row and run the "
                        "command again; it goes on with this batch."
                    ) from error

        save_all()


def kinds_of(labels):
    """The models that have kinds of their own; rows of models that inherit from them are in the same kinds."""
    try:
        models = [apps.get_model(label) for label in labels] or apps.get_models(include_auto_created=True)
    except (LookupError, ValueError) as error:
        raise CommandError(f"{error} Name models as in users.User.") from error
    return list(dict.fromkeys(top_concrete_model(model) for model in models if model._meta.managed))


def stored_fields(model):
    return [field for field in model._meta.concrete_fields if not field.primary_key]
