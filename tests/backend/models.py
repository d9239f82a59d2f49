import uuid

from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=50)

    def __str__(self):
        return self.name


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    title = models.CharField(max_length=100)
    pages = models.IntegerField(default=0)

    def __str__(self):
        return self.title


class Ticket(models.Model):
    """A row whose key is chosen by the program."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    holder = models.CharField(max_length=50, default="")

    def __str__(self):
        return str(self.id)


class Counter(models.Model):
    name = models.CharField(primary_key=True, max_length=20)
    value = models.IntegerField(default=0)

    def __str__(self):
        return f"{self.name}={self.value}"
