"""Awkward rows: nulls, signs, emoji, case, accents, zones, duplicates, rows older than their fields.

Keys are given, so that the order of keys is the same in each database.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from .models import (
    Account,
    Author,
    Book,
    Chapter,
    Document,
    FieldIndexed,
    Grown,
    Holiday,
    LooseNote,
    Mark,
    MetaIndexed,
    Place,
    Profile,
    ProtectedNote,
    Restaurant,
    RestrictedNote,
    Seat,
    Tag,
    Thing,
    Ticket,
)


def at(*numbers):
    return datetime(*numbers, tzinfo=UTC)


THINGS = [
    {
        "name": "alpha",
        "char": "Osaka",
        "maybe_char": "Osaka",
        "text": "The quick brown fox",
        "email": "Ada@Example.org",
        "url": "https://example.org/a?b=1#c",
        "slug": "the-quick-fox",
        "integer": 1,
        "maybe_integer": 1,
        "positive": 7,
        "big": 2**63 - 1,
        "small": -32768,
        "decimal": Decimal("-1.50"),
        "maybe_decimal": Decimal("-1.50"),
        "float": -0.5,
        "boolean": True,
        "maybe_boolean": True,
        "date": date(2024, 2, 29),
        "moment": at(2024, 2, 29, 23, 30),
        "time": time(23, 30),
        "duration": timedelta(days=-1, seconds=3),
        "uuid": UUID("00000000-0000-0000-0000-00000000000a"),
        "ip": "192.0.2.1",
        "binary": b"\x00\xff",
    },
    {
        "name": "bravo",
        "char": "osaka",
        "maybe_char": "osaka",
        "text": "jumps over",
        "email": "ada@example.org",
        "url": "https://example.org/A",
        "slug": "jumps",
        "integer": -10,
        "maybe_integer": -10,
        "positive": 0,
        "big": -(2**63),
        "small": 32767,
        "decimal": Decimal("-10.00"),
        "maybe_decimal": Decimal("-10.00"),
        "float": 1e300,
        "boolean": False,
        "maybe_boolean": False,
        "date": date(2024, 3, 1),
        "moment": at(2024, 3, 1, 0, 30),
        "time": time(0, 30),
        "duration": timedelta(0),
        "uuid": UUID("ffffffff-ffff-4fff-bfff-ffffffffffff"),
        "ip": "2001:db8::1",
        "binary": b"abc",
    },
    {
        "name": "charlie",
        "char": "Örebro",
        "maybe_char": "Örebro",
        "text": "Ünïcödé 100%_\\",
        "integer": 3,
        "decimal": Decimal("9.99"),
        "maybe_decimal": Decimal("9.99"),
        "float": -1e-300,
        "maybe_boolean": None,
        "date": date(2023, 12, 31),
        "moment": at(2023, 12, 31, 23, 59, 59, 999999),
        "time": time(23, 59, 59, 999999),
        "duration": timedelta(days=400),
        "ip": "192.0.2.10",
    },
    {
        "name": "delta",
        "char": "örebro",
        "maybe_char": "",
        "text": "",
        "integer": 3,
        "maybe_integer": 3,
        "positive": 3,
        "big": 3,
        "small": 3,
        "decimal": Decimal("10.00"),
        "maybe_decimal": Decimal("10.00"),
        "float": 3.0,
        "boolean": True,
        "maybe_boolean": True,
        "date": date(2024, 1, 1),
        "moment": at(2024, 1, 1),
        "time": time(0, 0),
        "duration": timedelta(microseconds=1),
        "uuid": UUID("12345678-1234-5678-1234-567812345678"),
    },
    {
        "name": "echo",
        "char": "🐱 cat",
        "maybe_char": "🐱",
        "text": "line one\nline two",
        "integer": 0,
        "maybe_integer": 0,
        "decimal": Decimal("0.00"),
        "maybe_decimal": Decimal("0.00"),
        "maybe_boolean": False,
        "date": date(1969, 7, 20),
        "moment": at(1969, 7, 20, 20, 17, 40),
        "time": time(20, 17, 40),
    },
    {"name": "foxtrot", "char": "", "integer": 3, "big": 2**53 + 1, "decimal": Decimal("100.00")},
    {
        "name": "golf",
        "char": "100%_sure\\",
        "maybe_char": "100%",
        "integer": 2**31 - 1,
        "maybe_integer": 20,
        "decimal": Decimal("99999999.99"),
        "maybe_decimal": Decimal("0.10"),
        "date": date(2021, 1, 3),
        "moment": at(2021, 1, 3, 12),
        "time": time(12),
    },
    {
        "name": "hotel",
        "char": "Ab",
        "maybe_char": "ab",
        "integer": -3,
        "maybe_integer": -3,
        "decimal": Decimal("-1.49"),
        "maybe_decimal": Decimal("-100.00"),
        "date": date(2024, 6, 15),
        "moment": at(2024, 6, 15, 12),
        "time": time(12),
    },
    {
        "name": "hotel",
        "char": "a\ufffdb",
        "integer": -3,
        "boolean": True,
        "date": date(2024, 6, 15),
        "moment": at(2024, 6, 15, 12),
    },
]


def seed(alias):
    """Write all rows into an empty database.

    Lease and Stock get none: their constraints are of a kind that an engine may refuse to write under.
    """
    for pk, values in enumerate(THINGS, start=1):
        _create(alias, Thing, pk, **values)
    ada, grace, zoe, alone = (
        _create(alias, Author, pk, name=name, mentor_id=mentor)
        for pk, name, mentor in [(4, "Ada", None), (3, "Grace", 4), (2, "zoë", 3), (1, "Alone", None)]
    )
    _create(alias, Profile, 1, name="of Ada", author=ada)
    _create(alias, Profile, 2, name="of Grace", author=grace)
    for slug, weight in [("art", 3), ("Ärger", 1), ("cats", 2), ("unused", 2)]:
        Tag(slug=slug, weight=weight).save(using=alias, force_insert=True)
    books = [
        ("Notes", ada, None, 300, Decimal("9.99"), date(1843, 9, 1)),
        ("Notes", grace, ada, 20, Decimal("10.00"), date(1952, 5, 2)),
        ("Compiler", grace, ada, 1000, Decimal("-5.00"), date(1952, 5, 2)),
        ("Émile", zoe, grace, 300, None, None),
        ("anonymous", None, None, 0, Decimal("0.50"), date(2020, 2, 29)),
    ]
    for pk, (name, author, editor, pages, price, published) in enumerate(books, start=11):
        _create(
            alias,
            Book,
            pk,
            name=name,
            author=author,
            editor=editor,
            pages=pages,
            price=price,
            published=published,
        )
    tagged = [(11, "art"), (11, "cats"), (12, "art"), (13, "Ärger"), (13, "cats")]
    for pk, (book, tag) in enumerate(tagged, start=1):
        _create(alias, Book.tags.through, pk, book_id=book, tag_id=tag)
    chapters = [("Z", 12, 3), ("A", 11, 2), ("B", 11, 1), ("C", 13, 1), ("D", 13, 2)]
    for pk, (name, book, number) in enumerate(chapters, start=1):
        _create(alias, Chapter, pk, name=name, book_id=book, number=number)
    for pk, (name, target) in enumerate([("loved", ada), ("lent", Book(11)), ("lost", Book(13))], start=1):
        target._state.db = alias
        _create(alias, Mark, pk, name=name, target=target)
    _create(alias, Account, 1, name="first", email="ada@example.org", nickname="ada")
    _create(alias, Account, 2, name="second", email="Ada@example.org")
    _create(alias, Holiday, 1, name="New Year", day=date(2024, 1, 1))
    _create(alias, Holiday, 2, name="May Day", day=date(2024, 5, 1))
    _create(alias, Seat, 1, name="aisle", row="A", number=1)
    _create(alias, Seat, 2, name="window", row="A", number=2)
    _create(alias, ProtectedNote, 1, name="kept", author=alone)
    _create(alias, RestrictedNote, 1, name="held", author=zoe)
    _create(alias, LooseNote, 1, name="loose", author=zoe)
    for model in (FieldIndexed, MetaIndexed):
        for pk, (word, number) in enumerate([("b", 1), ("a", 3), ("c", 2)], start=1):
            _create(alias, model, pk, name=f"{word}{number}", word=word, number=number)
    _create(alias, Place, 1, name="Park", city="Oslo")
    _create(alias, Restaurant, 2, name="Noodles", city="Osaka", stars=3)
    _create(alias, Restaurant, 3, name="Pizza", city="Oslo", stars=0)
    for number, name in [(2, "two"), (1, "one"), (3, "three")]:
        _create(alias, Ticket, UUID(int=number), name=name)
    _create(alias, Grown, 1, name="old")
    _create(alias, Grown, 2, name="older")
    _create(alias, Grown, 3, name="young", colour="blue", size=3, friend=ada)
    _create(alias, Grown, 4, name="plain", colour="red")
    documents = [{"cat": {"name": "Mia", "lives": 9}}, {"cat": None}, [1, "two"], None]
    for pk, data in enumerate(documents, start=1):
        _create(alias, Document, pk, name=f"document {pk}", data=data)


class OLDER:
    """Rows saved before three fields existed: on Datastore their entities lack those properties."""

    kind = "probes_grown"
    names = ("old", "older")
    properties = ("colour", "size", "friend_id")

    @classmethod
    def fields(cls):
        """What the migration adds that follows: (model, field)."""
        return [(Grown, field) for field in Grown._meta.fields if field.column in cls.properties]


def _create(alias, model, pk, **values):
    row = model(pk=pk, **values)
    row.save(using=alias, force_insert=True)
    return row
