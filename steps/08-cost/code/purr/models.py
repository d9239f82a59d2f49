import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from mewgram.validators import plain_text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PurrQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-position")

    def by(self, author):
        return self.filter(author=author)

    def threads(self):
        return self.filter(thread=None)

    def replies_to(self, thread):
        return self.filter(thread=thread).order_by("position")

    def replies_between(self, oldest, newest):
        return self.filter(
            thread_position__gte=oldest.position, thread_position__lte=newest.position
        ).order_by("-thread_position", "position")


class Purr(models.Model):
    """What a cat says: a purr that begins a thread, or a reply to one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    text = models.CharField(max_length=140, validators=[plain_text])
    posted = models.DateTimeField(default=timezone.now, editable=False)

    thread = models.ForeignKey(
        "self", on_delete=models.CASCADE, related_name="replies", null=True, editable=False
    )
    # The time in microseconds and the id: sorts as the time does, and no two purrs share it.
    position = models.CharField(max_length=50, default="", editable=False)
    thread_position = models.CharField(max_length=50, null=True, editable=False)

    objects = PurrQuerySet.as_manager()

    def __str__(self):
        return self.text

    def save(self, **kwargs):
        self.position = self.draw_position()
        if self.thread_id and not self.thread_position:
            self.thread_position = self.thread.draw_position()
        super().save(**kwargs)

    def draw_position(self):
        microseconds = (self.posted - EPOCH) // timedelta(microseconds=1)
        return f"{microseconds:016}-{self.pk.hex}"

    def get_absolute_url(self):
        return reverse("purr", args=[self.pk])
