"""Values of other types than a field's own are stored as SQLite stores them, or refused; never as something else."""

import datetime
import enum
import ipaddress
import uuid
import warnings
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import models, transaction
from django.db.models import F, Value
from django.utils.functional import SimpleLazyObject, lazystr
from django.utils.safestring import mark_safe

from .models import Thing
from .test_generated_transactions import engines  # noqa: F401


class Colour(models.TextChoices):
    RED = "red"


class MixedColour(str, enum.Enum):  # noqa: UP042 - str() of it is not its value
    RED = "red"


class Rank(models.IntegerChoices):
    FIRST = 1


class MyFloat(float):
    pass


class MyDatetime(datetime.datetime):
    pass


UUID = uuid.UUID(int=5)
MOMENT = datetime.datetime(2024, 1, 2, 3, 4, 5)
HOURS = datetime.timedelta(hours=3)
NEIGHBOURS = [
    *(None, "", 0, 1, True, False, 1.0, 0.5, -0.0, 2**70, float("inf"), Decimal("1.5"), MyFloat(1.5)),
    *("1", " 1 ", "1.5", "t", "True", "2024-01-02", "2024-01-02 03:04:05+02:00", "01:02:03", "1 00:00:01"),
    *(mark_safe("<b>"), lazystr("1"), SimpleLazyObject(lambda: "1"), SimpleLazyObject(lambda: 1)),
    *(Colour.RED, MixedColour.RED, Rank.FIRST, enum.Flag("Flag", "A").A),
    *(b"ab", b"\xff", bytearray(b"ab"), memoryview(b"ab")),
    *(UUID, str(UUID), UUID.hex, UUID.int, f"urn:uuid:{UUID}"),
    *(MOMENT.date(), MOMENT, MOMENT.replace(tzinfo=ZoneInfo("Asia/Tokyo")), MyDatetime(2024, 1, 2)),
    datetime.datetime.max.replace(tzinfo=datetime.timezone(-HOURS)),
    datetime.datetime.min.replace(tzinfo=datetime.timezone(HOURS)),
    *(datetime.time(1, 2), datetime.time(1, 2, tzinfo=datetime.UTC), datetime.time(1, 2, fold=1)),
    *(datetime.time(1, 2, tzinfo=ZoneInfo("Asia/Tokyo")), HOURS),
    *(ipaddress.ip_address("192.0.2.1"), "::ffff:192.0.2.1", "0:0::1"),
    *([], [1], {}, {"a": 1}, {1: 2}, range(3), object),
    *(Value("x"), Value(1), Value(2.5), Value(None), F("integer"), "\ud800", "\0"),
]
FIELDS = [
    *("char", "maybe_char", "text", "integer", "positive", "decimal", "float", "boolean", "maybe_boolean"),
    *("date", "moment", "time", "duration", "uuid", "ip", "binary"),
]


def tried(ask, alias):
    """What it gives, or the name of the error that it raises, of which nothing stays."""
    try:
        with transaction.atomic(using=alias):
            return repr(ask())
    except Exception as error:  # noqa: BLE001 - whatever it is, SQLite has to raise it too
        return type(error).__name__


def outcomes_of(alias, name):
    """How each value reads in the transaction that stores it, whether it is found there; how all read after it."""
    things = Thing.objects.using(alias)

    def store(pk, value):
        Thing(pk=pk, name="made", **{name: value}).save(using=alias, force_insert=True)
        return things.values_list(name, flat=True).get(pk=pk)

    def find(pk, value):
        return things.filter(**{"pk": pk, name: value}).count()

    outcomes = {}
    with transaction.atomic(using=alias):
        for pk, value in enumerate(NEIGHBOURS, start=101):
            outcomes[pk, "read"] = tried(lambda pk=pk, value=value: store(pk, value), alias)
            outcomes[pk, "found"] = tried(lambda pk=pk, value=value: find(pk, value), alias)
    after = things.filter(name="made").values_list("pk", name)
    return outcomes, {(pk, "read"): repr(value) for pk, value in after}


@pytest.mark.emulator
@pytest.mark.parametrize("name", FIELDS)
def test_a_value_of_another_type_is_stored_as_on_sqlite(engines, name):  # noqa: F811
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Django warns of naive datetimes
        try:
            (sqlite, _), (strict, after) = (outcomes_of(engine.alias, name) for engine in engines)
        finally:
            for engine in engines:
                engine.restore()
    differences = {
        (NEIGHBOURS[pk - 101], question): (sqlite[pk, question], given)
        for (pk, question), given in strict.items()
        if given not in (sqlite[pk, question], "Refused")
    }
    assert differences == {}
    assert {each: strict[each] for each in after} == after
