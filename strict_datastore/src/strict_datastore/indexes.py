"""Which index serves a query: a built-in one, several merged, an entry of index.yaml, or one that is missing.

The rules are Datastore's, from https://cloud.google.com/datastore/docs/concepts/indexes (which queries need
an entry, and the order of its properties) and .../concepts/optimize-indexes (merging). What those pages leave
open is as the emulator does it; tests/backend/test_indexes.py asks it again.

- An index lists the properties compared with `=` first, in any order and direction. Then come those sorted
  by, exactly as asked for. A property compared with `<` or `>` has to be the first of them; without a sort it
  stands there in any direction. Then come the properties of DISTINCT ON, then others that are returned, both
  in any order and direction.
- A sort by a property that is compared with `=` says nothing, nor does an ascending one by the key behind all
  others, for so rows come anyway. Behind a sort by the key nothing is left to sort.
- Every kind has a built-in index of its keys, and one of each property, ascending and descending. They serve
  a query that needs one property; a query that only compares with `=` is served by several, merged.
- Entries of index.yaml are merged too, when they end in the same properties, and when all that is compared
  with `=` stands at the beginning of one or another.
- A query for the descendants of an ancestor that does more than compare with `=` needs an entry that says so.

The emulator knows neither IN nor !=, so they follow the pages alone: IN counts as `=`, != and NOT IN as `<`.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from google.cloud.datastore_v1.types import CompositeFilter, PropertyFilter, PropertyOrder

from .index_file import Index, read_index_file

__all__ = ["Index", "advice", "read_index_file"]

KEY = "__key__"
ANCESTOR = "HAS ANCESTOR"

_EQUALITIES = {PropertyFilter.Operator.EQUAL, PropertyFilter.Operator.IN}


def _name(sort):
    return sort.removeprefix("-")


@dataclass(frozen=True)
class Shape:
    """All of a query that decides about its index; values, limit and offset do not.

    kind: None where the query names none. equalities, ranges: the properties compared with `=` and with `<`
    or `>`. orders: the properties to sort by, `-name` for descending. distinct, projection: the properties of
    DISTINCT ON and those returned. ancestor: whether the query is for the descendants of a key.
    """

    kind: str | None
    equalities: frozenset = frozenset()
    ranges: frozenset = frozenset()
    orders: tuple = ()
    distinct: frozenset = frozenset()
    projection: frozenset = frozenset()
    ancestor: bool = False

    @classmethod
    def of(cls, query):
        """Return the shape of a `google.datastore.v1.Query` message.

        Raises ValueError for a query with OR: Datastore runs it as several.
        """
        compared = list(_comparisons(query.filter))
        ancestor = (KEY, PropertyFilter.Operator.HAS_ANCESTOR)
        descending = PropertyOrder.Direction.DESCENDING
        return cls(
            kind=query.kind[0].name if query.kind else None,
            equalities=frozenset(name for name, operator in compared if operator in _EQUALITIES),
            ranges=frozenset(
                name
                for name, operator in compared
                if operator not in _EQUALITIES and (name, operator) != ancestor
            ),
            orders=tuple(
                ("-" if each.direction == descending else "") + each.property.name for each in query.order
            ),
            distinct=frozenset(each.name for each in query.distinct_on),
            projection=frozenset(each.property.name for each in query.projection),
            ancestor=ancestor in compared,
        )

    @cached_property
    def ending(self):
        """What an index that serves this has to end in: groups of properties, one behind the other.

        A tuple stands exactly so, directions included; a frozenset in any order and direction.
        """
        orders = self._telling_orders()
        sorted_by = frozenset(map(_name, orders))
        returned = self.projection - self.ranges - self.distinct - {KEY}
        unsorted = [group - sorted_by for group in (self.ranges, self.distinct, returned)]
        if orders[-1:] == (KEY,) and not any(unsorted):
            orders = orders[:-1]
        groups = [group for group in (orders, *unsorted) if group]
        return [] if groups == [{KEY}] else groups

    def _telling_orders(self):
        orders = {}
        for each in () if KEY in self.equalities else self.orders:
            name = _name(each)
            if name not in self.equalities or name in self.ranges:
                orders.setdefault(name, each)
            if name == KEY:
                break
        return tuple(orders.values())

    @property
    def needed(self):
        """The `Index` that serves this by itself, or None when built-in ones do."""
        ending = [name for group in self.ending for name in _in_order(group)]
        properties = (*sorted(self.equalities), *ending)
        built_in = len(properties) == 1 and properties != (f"-{KEY}",) and not self.ancestor
        if self.kind is None or not ending or built_in:
            return None
        return Index(self.kind, properties, self.ancestor)

    @property
    def built_in(self):
        """The properties whose built-in indexes serve this when nothing is `needed`; several are merged."""
        ending = [name for group in self.ending for name in group]
        return ending or sorted(self.equalities - {KEY}) or [KEY]

    def served_by(self, indexes):
        """Return those of the indexes that serve this, several when merged; an empty list when none do."""
        fixed = {index: names for index in indexes if (names := self._fixed_by(index)) is not None}
        wanted = self.equalities | ({ANCESTOR} if self.ancestor else set())
        for index, names in fixed.items():
            if names == wanted:
                return [index]
        serving = []
        while wanted:
            best = max(fixed, key=lambda index: len(wanted & fixed[index]), default=None)
            if best is None or not wanted & fixed[best]:
                return []
            serving.append(best)
            wanted -= fixed[best]
        return serving

    def _fixed_by(self, index):
        """Return the comparisons that the index's beginning serves, or None when it does not fit."""
        if index.kind != self.kind or (index.ancestor and not self.ancestor):
            return None
        beginning = index.properties
        for group in reversed(self.ending):
            beginning, end = beginning[: -len(group)], beginning[-len(group) :]
            if end != group and frozenset(map(_name, end)) != group:
                return None
        names = frozenset(map(_name, beginning))
        if not names <= self.equalities:
            return None
        return names | ({ANCESTOR} if index.ancestor else set())

    def missing_from(self, indexes):
        """Return the `Index` to add to the indexes, or None when they or the built-in ones serve this."""
        needed = self.needed
        return None if needed is None or self.served_by(indexes) else needed


def _in_order(group):
    return sorted(group) if isinstance(group, frozenset) else group


def _comparisons(filter_pb):
    match filter_pb.WhichOneof("filter_type"):
        case "composite_filter":
            composite = filter_pb.composite_filter
            if composite.op == CompositeFilter.Operator.OR and len(composite.filters) > 1:
                raise ValueError("A query with OR has no index of its own.")
            for each in composite.filters:
                yield from _comparisons(each)
        case "property_filter":
            yield filter_pb.property_filter.property.name, filter_pb.property_filter.op


def advice(query, indexes=None):
    """Say in a few words which index serves a `google.datastore.v1.Query` message.

    indexes: the composite indexes there are; by default those of the project's index.yaml.

    Returns `built-in: kind.property`, `merged: ...` for several at once, `composite: kind(properties)`, or
    `missing:` and below it the entry to paste into index.yaml; `unknown: ...` where there is no file to look it
    up in. Raises what `project_indexes` raises.
    """
    try:
        shape = Shape.of(query)
    except ValueError as error:
        return f"unknown: {error}"
    needed = shape.needed
    if needed is None:
        kind = "any kind" if shape.kind is None else shape.kind
        names = [f"{kind}.{_name(each)}{' desc' * each.startswith('-')}" for each in shape.built_in]
        return f"{'merged' if names[1:] else 'built-in'}: {' + '.join(names)}"
    if indexes is None:
        indexes = project_indexes()
    if indexes is None:
        return f"unknown: needs {needed}, and index.yaml is not here"
    if serving := shape.served_by(indexes):
        return f"{'merged' if serving[1:] else 'composite'}: {' + '.join(map(str, serving))}"
    return f"missing:\n{needed.as_yaml()}"


def project_index_file():
    """Return the path of the project's index.yaml, whether there is such a file or not; None without a BASE_DIR.

    It is settings.STRICT_DATASTORE_INDEX_FILE, else `index.yaml` in settings.BASE_DIR.
    """
    if named := getattr(settings, "STRICT_DATASTORE_INDEX_FILE", None):
        return Path(named)
    base = getattr(settings, "BASE_DIR", None)
    return Path(base) / "index.yaml" if base else None


def project_indexes():
    """Return the `Index`es of the project's index.yaml, read again when the file has changed.

    While a project is developed (DEBUG), no file means that there are no composite indexes. In production the file
    need not be there, because Datastore has the indexes themselves: without it, None is returned.

    Raises InvalidIndexFile, and ImproperlyConfigured when in DEBUG the file named in the settings is missing.
    """
    path = project_index_file()
    if path and path.is_file():
        return _read(path, path.stat().st_mtime_ns)
    if not settings.DEBUG:
        return None
    if getattr(settings, "STRICT_DATASTORE_INDEX_FILE", None):
        raise ImproperlyConfigured(f"STRICT_DATASTORE_INDEX_FILE: there is no file {path}.")
    return ()


@lru_cache(maxsize=1)
def _read(path, _modified):
    return read_index_file(path)
