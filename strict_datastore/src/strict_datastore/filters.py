"""What Datastore can compare a property by, and how filters of one branch are made fewer."""

from typing import NamedTuple

from .inputs import Input

KEY = "__key__"

NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
COMPARISONS = {
    "=": lambda stored, value: stored == value,
    "<": lambda stored, value: stored < value,
    "<=": lambda stored, value: stored <= value,
    ">": lambda stored, value: stored > value,
    ">=": lambda stored, value: stored >= value,
}
ARRAY_OPERATORS = ("array_contains", "array_contains_all")


class Filter(NamedTuple):
    """One condition on one property. The operator `!=` stands only with the key, and is applied in memory."""

    column: str
    operator: str
    value: object

    def matches(self, stored):
        """Whether Datastore's filter would let a stored value through; of a list, one of its values."""
        if self.operator == "!=":
            return stored != self.value
        if self.operator == "array_contains":
            return self.value in (stored or [])
        if self.operator == "array_contains_all":
            return set(self.value) <= set(stored or [])
        if isinstance(stored, list):
            return any(map(self.matches, stored))
        if stored is None or self.value is None:
            # NULL is equal to itself and less than anything else.
            return COMPARISONS[self.operator](stored is not None, self.value is not None)
        return COMPARISONS[self.operator](stored, self.value)


def simplified(branch):
    """The branch with one lower and one upper bound for each property; None when no row can match."""
    filters = dict.fromkeys(branch)
    if any(isinstance(each.value, Input) for each in filters):
        return tuple(filters)
    equal = {each.column: each.value for each in filters if each.operator == "="}
    kept, bounds = [], {}
    for each in filters:
        if each.column in equal and not (each.operator == "=" and each.value == equal[each.column]):
            if each.operator in ARRAY_OPERATORS:
                kept.append(each)
            elif not each.matches(equal[each.column]):
                return None
        elif each.operator in NEGATED:
            side = each.operator[0]
            bounds[each.column, side] = tighter(bounds.get((each.column, side)), each)
        else:
            kept.append(each)
    for column, side in bounds:
        low, high = bounds.get((column, ">")), bounds.get((column, "<"))
        if side == "<" and low and low.value is not None:
            inclusive = low.operator == ">=" and high.operator == "<="
            if high.value < low.value or (high.value == low.value and not inclusive):
                return None
    return (*kept, *bounds.values())


def tighter(first, second):
    if first is None or first.value is None:
        return second
    if second.value is None:
        return first
    if first.value == second.value:
        return first if "=" not in first.operator else second
    return (
        max(first, second, key=lambda each: each.value)
        if first.operator[0] == ">"
        else min(first, second, key=lambda each: each.value)
    )
