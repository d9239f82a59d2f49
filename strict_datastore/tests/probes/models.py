"""What the probes ask: each kind of field, relation, constraint and inheritance once."""

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Lower


class Named(models.Model):
    """A row known by its name, because generated keys differ from database to database."""

    name = models.CharField(max_length=50)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class Thing(Named):
    """A row with each type of field; `maybe_` is nullable."""

    char = models.CharField(max_length=100, blank=True)
    maybe_char = models.CharField(max_length=100, null=True)
    text = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    url = models.URLField(blank=True)
    slug = models.SlugField(blank=True)
    integer = models.IntegerField(default=0)
    maybe_integer = models.IntegerField(null=True)
    positive = models.PositiveIntegerField(default=0)
    big = models.BigIntegerField(default=0)
    small = models.SmallIntegerField(default=0)
    decimal = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    maybe_decimal = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    float = models.FloatField(default=0)
    boolean = models.BooleanField(default=False)
    maybe_boolean = models.BooleanField(null=True)
    date = models.DateField(null=True)
    moment = models.DateTimeField(null=True)
    time = models.TimeField(null=True)
    duration = models.DurationField(null=True)
    uuid = models.UUIDField(null=True)
    ip = models.GenericIPAddressField(null=True)
    binary = models.BinaryField(default=b"")


class Document(Named):
    data = models.JSONField(null=True)


class Author(Named):
    mentor = models.ForeignKey("self", models.SET_NULL, null=True, related_name="pupils")

    class Meta:
        ordering = ("name",)


class Profile(Named):
    author = models.OneToOneField(Author, models.CASCADE)


class Tag(models.Model):
    """A row whose key is a text that the program chooses."""

    slug = models.CharField(primary_key=True, max_length=20)
    weight = models.IntegerField(default=0)

    def __str__(self):
        return self.slug


class LongBooks(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(pages__gte=300)


class Book(Named):
    author = models.ForeignKey(Author, models.CASCADE, null=True, related_name="books")
    editor = models.ForeignKey(Author, models.SET_NULL, null=True, related_name="edited")
    tags = models.ManyToManyField(Tag, related_name="books")
    marks = GenericRelation("Mark")
    pages = models.IntegerField(default=0)
    price = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    published = models.DateField(null=True)

    objects = models.Manager()
    long = LongBooks()


class Chapter(Named):
    book = models.ForeignKey(Book, models.CASCADE, related_name="chapters")
    number = models.IntegerField()

    class Meta:
        ordering = ("book__name", "number")
        unique_together = (("book", "number"),)


class Mark(Named):
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey()


class Account(Named):
    email = models.EmailField(unique=True)
    nickname = models.CharField(max_length=20, unique=True, null=True)


class Holiday(Named):
    day = models.DateField(unique=True)


class Seat(Named):
    row = models.CharField(max_length=5)
    number = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["row", "number"], name="one_seat_a_place"),)


class Lease(Named):
    active = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(active=True), name="one_active_lease_a_name"
            ),
        )


class Stock(Named):
    amount = models.IntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(amount__gte=0), name="stock_is_there"),)


class ProtectedNote(Named):
    author = models.ForeignKey(Author, models.PROTECT)


class RestrictedNote(Named):
    author = models.ForeignKey(Author, models.RESTRICT)


class LooseNote(Named):
    author = models.ForeignKey(Author, models.DO_NOTHING, db_constraint=False)


class FieldIndexed(Named):
    word = models.CharField(max_length=20, db_index=True)
    number = models.IntegerField()


class MetaIndexed(Named):
    word = models.CharField(max_length=20)
    number = models.IntegerField()

    class Meta:
        indexes = (models.Index(fields=["word"], name="word_of_meta_indexed"),)


class Place(Named):
    city = models.CharField(max_length=20)


class Restaurant(Place):
    stars = models.IntegerField(default=0)


class PlaceByCity(Place):
    class Meta:
        proxy = True
        ordering = ("city", "name")


class Vehicle(Named):
    wheels = models.IntegerField(default=4)


class Car(Vehicle):
    doors = models.IntegerField(default=5)


class Taxi(Car):
    """The third of three tables."""

    licence = models.CharField(max_length=20, unique=True, null=True)


class Device(Named):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)


class Phone(Device):
    number = models.CharField(max_length=20)


class Sorted(Named):
    """A model whose indexes are those of many projects: descending, and of an expression."""

    class Meta:
        indexes = (
            models.Index(fields=["-name"], name="sorted_by_name"),
            models.Index(Lower("name"), name="sorted_by_lower_name"),
        )


class Ticket(Named):
    """A row whose key is drawn by the program."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)


class Grown(Named):
    """A model that got three fields after its first rows were saved; a migration would have filled them."""

    colour = models.CharField(max_length=10, default="red")
    size = models.IntegerField(null=True)
    friend = models.ForeignKey(Author, models.SET_NULL, null=True, related_name="+")
