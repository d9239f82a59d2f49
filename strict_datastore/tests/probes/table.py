"""All probes, in the order of the compatibility table."""

from . import changes, combinations, expressions, lookups, querysets, relations, transactions

PROBES = [
    *lookups.PROBES,
    *querysets.PROBES,
    *expressions.PROBES,
    *relations.PROBES,
    *changes.PROBES,
    *transactions.PROBES,
    *combinations.PROBES,
]
