"""What export_entities has written, back into a database."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from strict_datastore.batches import batches
from strict_datastore.export import Export, all_models, as_record, as_row
from strict_datastore.progress import Progress, interruptible
from strict_datastore.retry import retry_on_contention


class Command(BaseCommand):
    help = (
        "Stores the rows of an export, on any database; run `migrate` before. Rows that are there already and the "
        "same are left alone, so it can be interrupted and run again. Nothing is overwritten: a row that is there "
        "with other values ends the command."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", metavar="DIR", type=Path, help="the folder of export_entities")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="the alias of the database")

    def handle(self, *, directory, database, **options):
        export = Export(directory)
        export.check()
        # A row may refer to one that comes later.
        with connections[database].constraint_checks_disabled(), interruptible():
            for model in all_models():
                self.store(export, model, database)
        self.stdout.write(f"All {export.total:,} rows of {directory} are stored.")

    def store(self, export, model, database):
        label = model._meta.label
        done = created = 0
        progress = Progress(self.stdout, label, export.rows(label))
        lines = export.records(label)
        for records in batches(lines, size_of=lambda record: len(json.dumps(record))):
            created += store_batch(model, records, database)
            done += len(records)
            progress.show(done, f", {created:,} of them new")
        progress.end(done, f", {created:,} of them new")
        stored = model._base_manager.using(database).count()
        if stored < export.rows(label):
            raise CommandError(
                f"{label}: {stored:,} rows are stored, of {export.rows(label):,}. Run it again."
            )


def store_batch(model, records, database):
    """Store the rows that are not there yet, as they are: neither `save()` nor defaults change them."""
    rows = [as_row(record, database) for record in records]

    @retry_on_contention(using=database, idempotent=True)
    def store():
        manager = model._base_manager.using(database)
        # One request, which also tells the transaction which of the keys are new.
        there = manager.in_bulk([row.pk for row in rows])
        for row in rows:
            if row.pk in there and as_record(there[row.pk]) != as_record(row):
                raise CommandError(
                    f"{model._meta.label} {row.pk} is there already, with other values. Nothing is overwritten: "
                    "import into an empty database or namespace, or delete that row."
                )
        new = [row for row in rows if row.pk not in there]
        if new:
            manager._insert(new, model._meta.concrete_fields, using=database, raw=True)
        return len(new)

    return store()
