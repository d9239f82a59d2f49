import tomllib
import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from purr.models import Purr
from users.models import User

SAMPLE = Path(__file__).with_name("sample_cats.toml")
PASSWORD = "purr-purr"


def key_of(*what):
    """The same key at each run, so that a run that was cut short can be finished by the next."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("mewgram sample", *what)))


def email_of(name):
    return f"{name.lower().replace(' ', '.')}@example.com"


class Command(BaseCommand):
    help = "Load cats and their purrs to try mewgram with. Only for local runs."

    def handle(self, **options):
        if not settings.DEBUG:
            raise CommandError(
                "The sample cats come with a password that everybody knows: set DEBUG=1 first."
            )
        sample = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
        leader = sample["cats"][0]
        now = timezone.now()
        joined = now - timedelta(days=3, minutes=max(each["minutes_ago"] for each in sample["threads"]))
        for name in sample["cats"]:
            load_cat(name, joined, PASSWORD if name == leader else None)
        for number, thread in enumerate(sample["threads"], start=1):
            load_thread(str(number), thread, now)
        self.stdout.write(f"Log in as {email_of(leader)} with the password {PASSWORD}.")


def load_cat(name, joined, password):
    if not User.objects.filter(pk=key_of(name)).exists():
        User.objects.create_user(email_of(name), password, id=key_of(name), display_name=name, joined=joined)


def load_thread(number, sample, now):
    posted = now - timedelta(minutes=sample["minutes_ago"])
    load_purr(number, author_id=key_of(sample["cat"]), text=sample["text"], posted=posted)


def load_purr(*numbers, **fields):
    return Purr.objects.get_or_create(id=key_of(*numbers), defaults=fields)[0]
