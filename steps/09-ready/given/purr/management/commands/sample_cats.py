import tomllib
import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from purr.models import Purr, insert
from users.models import User

SAMPLE = Path(__file__).with_name("sample_cats.toml")
PASSWORD = "purr-purr"


def key_of(*what):
    """The same key at each run, so that a run that was cut short can be finished by the next."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("mewgram sample", *what)))


def email_of(name):
    return f"{name.lower().replace(' ', '.')}@example.com"


class Command(BaseCommand):
    help = "Load cats, their purrs and a superuser to try mewgram with. Only for local runs."

    def handle(self, **options):
        if not settings.DEBUG:
            raise CommandError(
                "The sample cats come with a password that everybody knows: set DEBUG=1 first."
            )
        sample = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
        leader = sample["cats"][0]
        found = User.objects.filter(pk=key_of(leader))
        # The leader becomes a superuser at the end: if she is one, everything is loaded.
        if not found.filter(is_superuser=True).exists():
            now = timezone.now()
            joined = now - timedelta(days=3, minutes=max(each["minutes_ago"] for each in sample["threads"]))
            for name in sample["cats"]:
                load_cat(name, joined, PASSWORD if name == leader else None)
            for number, thread in enumerate(sample["threads"], start=1):
                load_thread(str(number), thread, now)
            found.update(is_staff=True, is_superuser=True)
        self.stdout.write(
            f"Log in as {email_of(leader)} with the password {PASSWORD}. "
            f"{leader} is also the admin, at {reverse('admin:index')}"
        )


def load_cat(name, joined, password):
    with suppress(IntegrityError):  # where an earlier run came further than here
        User.objects.create_user(email_of(name), password, id=key_of(name), display_name=name, joined=joined)


def load_thread(number, sample, now):
    posted = now - timedelta(minutes=sample["minutes_ago"])
    thread = load_purr(number, author_id=key_of(sample["cat"]), text=sample["text"], posted=posted)
    for place, (name, minutes_later, text) in enumerate(sample.get("replies", []), start=1):
        load_purr(
            number,
            str(place),
            author_id=key_of(name),
            text=text,
            posted=thread.posted + timedelta(minutes=minutes_later),
            thread=thread,
        )


def load_purr(*numbers, **fields):
    purr = Purr(id=key_of(*numbers), **fields)
    try:
        insert(purr)
    except IntegrityError:
        purr = Purr.objects.get(pk=purr.pk)
    return purr
