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


class Passport(models.Model):
    """A row whose key is that of another."""

    author = models.OneToOneField(Author, models.CASCADE, primary_key=True)
    number = models.IntegerField()

    def __str__(self):
        return str(self.number)


class Stamp(models.Model):
    passport = models.ForeignKey(Passport, models.CASCADE)
    country = models.CharField(max_length=20)

    def __str__(self):
        return self.country


class Place(models.Model):
    name = models.CharField(max_length=50)

    def __str__(self):
        return self.name


class Hotel(Place):
    code = models.CharField(max_length=10, unique=True, null=True)


class Theatre(Place):
    code = models.CharField(max_length=10, unique=True, null=True)


class Night(models.Model):
    hotel = models.ForeignKey(Hotel, models.CASCADE)

    def __str__(self):
        return f"at {self.hotel_id}"


class Shelf(models.Model):
    label = models.CharField(max_length=20)

    def __str__(self):
        return self.label


class ShelfWithPlace(Shelf, Place):
    """A row of two tables beside its own."""

    shelf_ptr = models.OneToOneField(Shelf, models.CASCADE, parent_link=True, primary_key=True)
    place_ptr = models.OneToOneField(Place, models.CASCADE, parent_link=True)
