"""What counts cost by Google's list, and how often they are free."""

from types import SimpleNamespace

import pytest
from strict_datastore.meter import Meter
from strict_datastore.prices import PRICES, as_dollars, cost, cost_of_month, cost_of_thousand, free_a_day


def counts(reads=0, writes=0, deletes=0):
    return SimpleNamespace(reads=reads, writes=writes, deletes=deletes)


@pytest.mark.parametrize(
    ("used", "dollars"),
    [
        (counts(reads=100_000), 0.06),
        (counts(writes=100_000), 0.18),
        (counts(deletes=100_000), 0.02),
        (counts(100_000, 100_000, 100_000), 0.26),
    ],
)
def test_each_operation_has_its_price(used, dollars):
    assert cost(used) == pytest.approx(dollars)


def test_a_thousand_cost_a_thousand_times_as_much():
    assert cost_of_thousand(counts(reads=66)) == pytest.approx(0.0396)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0.0396, "$0.04"), (0.0006, "$0.0006"), (0.01, "$0.01"), (1234.5, "$1,234.50"), (0, "$0.00")],
)
def test_amounts_below_a_cent_are_not_rounded_away(amount, text):
    assert as_dollars(amount) == text


@pytest.mark.parametrize(
    ("used", "views"),
    [
        (counts(reads=66), 757),
        (counts(reads=1, writes=3), 6666),
        (counts(reads=1, deletes=20_000), 1),
        (counts(writes=20_001), 0),
    ],
)
def test_the_scarcest_operation_says_how_many_are_free(used, views):
    assert free_a_day(used) == views


@pytest.mark.parametrize(
    ("a_day", "dollars"),
    [
        (counts(reads=50_000, writes=20_000, deletes=20_000), 0),
        (counts(reads=150_000), 30 * 0.06),
        (counts(writes=120_000, deletes=120_000), 30 * (0.18 + 0.02)),
    ],
)
def test_a_month_costs_what_goes_beyond_the_free_operations_of_each_day(a_day, dollars):
    assert cost_of_month(a_day) == pytest.approx(dollars)


def test_what_asks_nothing_is_free_without_end():
    assert free_a_day(Meter()) is None
    assert cost(Meter()) == 0


def test_the_prices_say_when_and_where_they_hold():
    assert (PRICES.source, PRICES.location) == (
        "https://cloud.google.com/datastore/pricing",
        "nam5 (United States)",
    )
