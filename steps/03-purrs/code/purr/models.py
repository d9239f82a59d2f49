import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from mewgram.validators import plain_text


class PurrQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-posted")


class Purr(models.Model):
    """What a cat says."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    text = models.CharField(max_length=140, validators=[plain_text])
    posted = models.DateTimeField(default=timezone.now, editable=False)

    objects = PurrQuerySet.as_manager()

    def __str__(self):
        return self.text
