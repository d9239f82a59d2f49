import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, models
from django.urls import reverse
from django.utils import timezone
from strict_datastore import retry_on_contention

from mewgram.validators import plain_text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PurrQuerySet(models.QuerySet):
    def threads(self):
        return self.filter(thread=None)

    def by(self, author):
        return self.filter(author=author)

    def replies_to(self, thread):
        return self.filter(thread_position=thread.position)

    def replies_between(self, oldest, newest):
        """The replies to all threads from one to the other, those to the newest thread first."""
        return self.filter(
            thread_position__gte=oldest.position, thread_position__lte=newest.position
        ).order_by("-thread_position", "position")

    def post(self, purr):
        """
        Store a new purr, and store it once: sent again by its author, it is the same purr.

        IntegrityError when its key belongs to another purr.
        """
        try:
            insert(purr)
        except IntegrityError:
            if not self.get(pk=purr.pk).is_same(purr):
                raise


@retry_on_contention(idempotent=True)
def insert(purr):
    purr.save(force_insert=True)


class Purr(models.Model):
    """
    What a cat says: a purr that begins a thread, or a reply to one.

    Nothing cascades. Users are not deleted but deactivated, and a thread that is gone leaves its replies.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Not checked by the database: a check would cost a read for each purr, and users are never deleted.
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_constraint=False)
    text = models.CharField(max_length=140, blank=True, validators=[plain_text])
    posted = models.DateTimeField(default=timezone.now, editable=False)
    thread = models.ForeignKey(
        "self",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="replies",
        null=True,
        editable=False,
    )
    # The time in microseconds and the id: sorts as the time does, and no two purrs share it.
    position = models.CharField(max_length=50, default="", editable=False)
    # The thread's position, repeated in each reply: one range over it finds the replies of a whole page.
    thread_position = models.CharField(max_length=50, null=True, editable=False)  # noqa: DJ001
    deleted = models.BooleanField(default=False, editable=False)

    objects = PurrQuerySet.as_manager()

    def __str__(self):
        return self.text or "(deleted)"

    def save(self, **kwargs):
        self.position = self.draw_position()
        if self.thread_id and not self.thread_position:
            self.thread_position = self.thread.draw_position()
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("purr", args=[self.pk])

    def draw_position(self):
        microseconds = (self.posted - EPOCH) // timedelta(microseconds=1)
        return f"{microseconds:016}-{self.pk.hex}"

    def is_same(self, other):
        """Whether the other is this purr sent once more."""
        return (self.author_id, self.thread_id, self.text) == (other.author_id, other.thread_id, other.text)

    @retry_on_contention(idempotent=True)
    def erase(self):
        """Empty the text and leave the purr, because its replies hang on it. Whether there was something left."""
        return Purr.objects.filter(pk=self.pk, deleted=False).update(text="", deleted=True)
