from django.db import models
from django.utils import timezone


class Topic(models.Model):
    name = models.CharField(max_length=50, unique=True)

    def __str__(self):
        return self.name


class Note(models.Model):
    topic = models.ForeignKey(Topic, models.CASCADE)
    title = models.CharField(max_length=100)
    body = models.TextField(blank=True)
    pinned = models.BooleanField(default=False)
    written = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.title
