"""Everything that the project stores, as lines of JSON in a folder. The other way round: import_entities."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS
from strict_datastore.export import BATCH, Export, all_models, as_record
from strict_datastore.progress import Progress, interruptible


class Command(BaseCommand):
    help = (
        "Writes all rows of all models into DIR, a file of JSON lines for each model, from any database. Sessions "
        "are left out, and what `migrate` makes. Can be interrupted: the next run goes on. What is written "
        "meanwhile may be missing: stop the service for an exact copy."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "directory", metavar="DIR", type=Path, help="a new folder, or that of an earlier run"
        )
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="the alias of the database")

    def handle(self, *, directory, database, **options):
        export = Export(directory)
        export.begin()
        for model in all_models():
            label = model._meta.label
            if export.is_complete(label):
                self.stdout.write(f"{label}: {export.rows(label):,} rows are there from an earlier run.")
            else:
                with interruptible():
                    self.write(export, model, database)
        export.end()
        self.stdout.write(f"{directory} has everything: {export.total:,} rows.")

    def write(self, export, model, database):
        label = model._meta.label
        rows = model._base_manager.using(database).order_by("pk")
        done, last = export.resume(label)
        progress = Progress(self.stdout, label, rows.count())
        with export.file(label).open("a", encoding="utf-8") as file:
            while batch := list((rows.filter(pk__gt=last) if done else rows)[:BATCH]):
                try:
                    file.writelines(json.dumps(as_record(row)) + "\n" for row in batch)
                    file.flush()
                except OSError as error:
                    raise CommandError(
                        f"{file.name} cannot be written: {error}. Make room and run it again."
                    ) from error
                done, last = done + len(batch), batch[-1].pk
                progress.show(done)
        progress.end(done)
        export.complete(label, done)
