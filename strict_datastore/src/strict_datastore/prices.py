"""What Google asks for reads, writes and deletes, and what is free each day; without storage and traffic."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

__all__ = ["PRICES", "Prices", "as_dollars", "cost", "cost_of_month", "cost_of_thousand", "free_a_day"]


@dataclass(frozen=True)
class Prices:
    """List prices in US dollars for 100,000 operations, and how many operations cost nothing each day.

    The free ones are for one database of a project. Other locations and currencies have other prices.
    """

    location: str
    as_of: date
    source: str
    reads: float
    writes: float
    deletes: float
    free_reads: int
    free_writes: int
    free_deletes: int


# The multi-region is the dearer choice in the United States: a single region such as us-central1 costs half.
PRICES = Prices(
    location="nam5 (United States)",
    as_of=date(2025, 6, 1),
    source="https://cloud.google.com/datastore/pricing",
    reads=0.06,
    writes=0.18,
    deletes=0.02,
    free_reads=50_000,
    free_writes=20_000,
    free_deletes=20_000,
)


def cost(counts):
    """Return the list price in dollars, the free operations left aside.

    counts: a `Meter`, or whatever has its `reads`, `writes` and `deletes`.
    """
    return (
        counts.reads * PRICES.reads + counts.writes * PRICES.writes + counts.deletes * PRICES.deletes
    ) / 100_000


def cost_of_thousand(counts):
    """Return the list price in dollars of a thousand such requests."""
    return 1000 * cost(counts)


def as_dollars(amount):
    """Return an amount as text: `$0.04`, or `$0.0006` where it is less than a cent."""
    return f"${amount:,.{2 if amount >= 0.01 or not amount else 4}f}"


def free_a_day(counts):
    """Return how many such requests a day cost nothing, or None when there is no end to them."""
    shares = [
        (PRICES.free_reads, counts.reads),
        (PRICES.free_writes, counts.writes),
        (PRICES.free_deletes, counts.deletes),
    ]
    return min((free // used for free, used in shares if used), default=None)


def cost_of_month(counts):
    """Return the list price in dollars of thirty days, the free operations of each day taken off.

    counts: the `reads`, `writes` and `deletes` of one day.
    """
    return 30 * cost(
        SimpleNamespace(
            reads=max(counts.reads - PRICES.free_reads, 0),
            writes=max(counts.writes - PRICES.free_writes, 0),
            deletes=max(counts.deletes - PRICES.free_deletes, 0),
        )
    )
