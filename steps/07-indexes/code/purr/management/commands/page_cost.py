from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from strict_datastore.meter import meter
from strict_datastore.middleware import summary


class Command(BaseCommand):
    help = (
        "Ask for a page twice, as a stranger does, and say what it costs in Datastore; "
        "with -v2, by which requests."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", help="for instance / or /cats/")

    def handle(self, *, path, verbosity, **options):
        visitor = Client(headers={"host": "localhost"})
        for time in ("the first time", "once more"):
            with meter() as counts:
                response = visitor.get(path)
            if response.status_code != 200:
                raise CommandError(
                    f"{path} answers {response.status_code}: name a page that anybody can see."
                )
            self.stdout.write(f"{path} {time}: {summary(counts)}")
            if verbosity > 1:
                requests = Counter((call.method, call.kind, call.index or "by key") for call in counts.calls)
                for (method, kind, index), number in requests.items():
                    self.stdout.write(f"  {number} {method} of {kind}, {index}")
