"""Runs a plan: one query for each branch, merged in the order asked for, seen through the open transaction."""

import functools
import heapq
from itertools import chain, islice

from .filters import KEY
from .limits import MOST_KEYS_A_LOOKUP


class Execution:
    """The rows of a `parser.Plan`, as gcloudc's entities.

    A transaction on Datastore reads the state before it: what it has written itself is laid over the answers
    here, so that it reads its own writes as it does in SQL.
    """

    def __init__(self, wrapper, plan):
        self.wrapper = wrapper
        self.plan = plan

    def fetch(self, offset, limit):
        """The entities from the offset on, at most `limit` (None: all)."""
        offset = offset or 0
        staged = self._staged()
        if len(self.plan.branches) == 1 and not staged and self._is_plain(self.plan.branches[0]):
            return self._query(self.plan.branches[0], offset, limit, self.plan.keys_only)
        entities = self._merged(staged, None if limit is None else offset + limit)
        return islice(entities, offset, None if limit is None else offset + limit)

    def count(self, limit):
        """How many rows there are, at most `limit`."""
        branches = self.plan.branches
        if limit is None and len(branches) == 1 and not self._staged() and self._is_plain(branches[0]):
            return self._new_query(branches[0], keys_only=True).count(None)
        return sum(1 for _ in self.fetch(0, limit))

    def _staged(self):
        staged = self.wrapper.connection.staged_rows()
        return {key: entity for key, entity in staged.items() if list(key.path) == [self.plan.kind]}

    def _is_plain(self, branch):
        return not any(each.column == KEY and each.operator in ("=", "!=") for each in branch)

    def _merged(self, staged, needed):
        by_key = [branch for branch in self.plan.branches if any(each[:2] == (KEY, "=") for each in branch)]
        streams = [self._looked_up(by_key, staged)] if by_key else []
        for branch in self.plan.branches:
            if branch not in by_key:
                streams.append(self._queried(branch, staged, needed))
        written = [
            each for each in staged.values() if each and any(matches(each, b) for b in self.plan.branches)
        ]
        if self.plan.order:
            in_order = sort_key(self.plan.order)
            merged = heapq.merge(*streams, sorted(written, key=in_order), key=in_order)
        else:
            merged = chain(*streams, written)
        seen = set()
        for entity in merged:
            if entity.key() not in seen:
                seen.add(entity.key())
                for _ in range(self.plan.repeats.get(entity.key().id_or_name, 1)):
                    yield entity

    def _looked_up(self, branches, staged):
        ids = dict.fromkeys(each.value for branch in branches for each in branch if each[:2] == (KEY, "="))
        entities = [
            entity
            for entity in look_up(self.wrapper, self.plan.kind, ids)
            if entity.key() not in staged and any(matches(entity, branch) for branch in branches)
        ]
        return sorted(entities, key=sort_key(self.plan.order or [KEY]))

    def _queried(self, branch, staged, needed):
        hidden = set(staged) | {self._key(each.value) for each in branch if each[:2] == (KEY, "!=")}
        limit = None if needed is None else needed + len(hidden)
        # What is merged in an order has to bring the properties that it is ordered by.
        keys_only = self.plan.keys_only and not self.plan.order
        for entity in self._query(branch, 0, limit, keys_only):
            if entity.key() not in hidden:
                yield entity

    def _query(self, branch, offset, limit, keys_only):
        query = self._new_query(branch, keys_only)
        # Datastore reads what an offset skips, so 0 is better not asked for.
        return query.fetch(offset=offset or None, limit=limit)

    def _new_query(self, branch, keys_only):
        query = self.wrapper.get_query_class()(self.wrapper, [self.plan.kind], only_return_keys=keys_only)
        for each in branch:
            if each.operator != "!=":
                value = self._key(each.value) if each.column == KEY else each.value
                query.add_filter(each.column, each.operator, value)
        # A property that is fixed by the filters orders nothing, and would only need an index.
        fixed = {each.column for each in branch if each.operator == "="}
        query.order_by([each for each in self.plan.order if each.lstrip("-") not in fixed])
        return query

    def _key(self, id_or_name):
        return self.wrapper.connection.new_key(self.plan.kind, id_or_name, namespace=self.wrapper.namespace)


def look_up(wrapper, kind, ids):
    """The entities with these ids or names, in their order; those that are missing are left out."""
    connection = wrapper.connection
    keys = [connection.new_key(kind, each, namespace=wrapper.namespace) for each in ids]
    for start in range(0, len(keys), MOST_KEYS_A_LOOKUP):
        yield from connection.get(keys[start : start + MOST_KEYS_A_LOOKUP])


def matches(entity, branch):
    return all(each.matches(stored_value(entity, each.column)) for each in branch)


def stored_value(entity, column):
    return entity.key().id_or_name if column == KEY else entity.get(column)


def compare(first, second):
    """-1, 0 or 1, with None before everything, as Datastore and SQLite sort."""
    if first is None or second is None:
        return (first is not None) - (second is not None)
    return (first > second) - (first < second)


def sort_key(order):
    """A key function for sorting entities by property names, `-` for descending."""

    def compare_entities(first, second):
        for name in order:
            column = name.lstrip("-")
            result = compare(stored_value(first, column), stored_value(second, column))
            if result:
                return -result if name.startswith("-") else result
        return 0

    return functools.cmp_to_key(compare_entities)
