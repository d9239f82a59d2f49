"""The lookups that Datastore answers by the values of a property.

To add one, add it to LOOKUPS, and probes to tests/probes/lookups.py. Lookups that are not here are special indexes
of gcloudc's, periods of time (`__year`, `__date`, in `where`), or refused.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from .filters import NEGATED


@dataclass(frozen=True)
class Lookup:
    """branches: a function of (conditions, field, values, negated) that returns an OR of ANDs of filters.

    holds: whether it is true of a value and its right side, neither of which is NULL: constraints are checked so.
    operator: how it compares the property with what a queryset on its right side finds; None where there cannot be one.
    """

    branches: Callable
    holds: Callable
    operator: str | None


def exact(conditions, field, values, negated):
    return conditions.equal(field, values[0], negated)


def is_in(conditions, field, values, negated):
    if negated:
        return conditions.not_in(field, values)
    return [branch for value in values for branch in conditions.equal(field, value, False)]


def is_between(conditions, field, values, negated):
    low, high = values
    if negated:
        return conditions.compared(field, "<", low) + conditions.compared(field, ">", high)
    bounds = product(conditions.compared(field, ">=", low), conditions.compared(field, "<=", high))
    return [(*above, *below) for above, below in bounds]


def comparison(symbol):
    def branches(conditions, field, values, negated):
        return conditions.compared(field, NEGATED[symbol] if negated else symbol, values[0])

    return branches


LOOKUPS = {
    "exact": Lookup(exact, operator.eq, "="),
    "in": Lookup(is_in, lambda value, values: value in values, "="),
    "gt": Lookup(comparison(">"), operator.gt, ">"),
    "gte": Lookup(comparison(">="), operator.ge, ">="),
    "lt": Lookup(comparison("<"), operator.lt, "<"),
    "lte": Lookup(comparison("<="), operator.le, "<="),
    "range": Lookup(is_between, lambda value, bounds: bounds[0] <= value <= bounds[1], None),
}
