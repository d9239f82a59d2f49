"""gcloudc's translation of a Django query, with the lookups of Django 5.2 mended."""

from django.db.models.expressions import ColPairs
from django.db.models.lookups import In
from gcloudc.db.backends.common.parsers.base import BaseParser


class Parser(BaseParser):
    def _set_projected_columns_on_query(self, query):
        # A projection query would need a composite index for values() of two fields, and would leave out
        # the rows saved before a field existed. Only DISTINCT cannot do without one.
        if self.django_query.distinct:
            super()._set_projected_columns_on_query(query)

    def _where_node_leaf_callback(self, node, **kwargs):
        super()._where_node_leaf_callback(_as_plain_in(node), **kwargs)


def _as_plain_in(node):
    """prefetch_related() of a foreign key asks for `(id,) IN ((1,), (2,))` since Django 5.2."""
    columns = getattr(node, "lhs", None)
    if isinstance(columns, ColPairs) and len(columns) == 1:
        (column,) = columns.get_cols()
        return In(column, [value for (value,) in node.rhs])
    return node
