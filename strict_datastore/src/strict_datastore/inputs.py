"""Queries whose results another query filters by: they are planned with it, and read before it is asked."""

from .limits import MOST_ROWS_JOINED, MOST_SUBQUERY_ROWS
from .plan import plan_of
from .refusals import Refused


class Input:
    """plan: that of the query that is read."""

    plan = None

    def read(self):
        """Ask the database, and return the values. Raises Refused when there are too many."""
        raise NotImplementedError

    def __repr__(self):
        return f"<{self.plan}>"


class Subquery(Input):
    """The values of `__in=queryset`."""

    def __init__(self, query, wrapper, model):
        self._query = query
        self._wrapper = wrapper
        self._model = model
        self.plan = plan_of(query, wrapper.alias)

    def read(self):
        compiler = self._query.get_compiler(connection=self._wrapper)
        values = [row[0] for row in compiler.results_iter(tuple_expected=True)]
        if len(values) > MOST_SUBQUERY_ROWS:
            raise Refused(
                f"__in with a queryset of more than {MOST_SUBQUERY_ROWS} rows",
                self._model,
                "Datastore knows no subqueries; their rows are read first, and each is a query of its own.",
                "ask in portions, or repeat in this model what the other one is asked for.",
            )
        return values


class Join(Input):
    """The keys that the rows of another model refer to: those of a many-to-many field, or of a reverse foreign key.

    rows: a queryset with the one field that refers.
    """

    def __init__(self, rows, model):
        self._rows = rows[: MOST_ROWS_JOINED + 1]
        self._model = model
        self.plan = plan_of(self._rows.query, self._rows.db)

    def read(self):
        keys = [key for (key,) in self._rows]
        if len(keys) > MOST_ROWS_JOINED:
            raise Refused(
                f"a filter over {self._rows.model._meta.label} with more than {MOST_ROWS_JOINED} rows",
                self._model,
                "Datastore joins nothing, so their keys are read first.",
                "ask in portions.",
            )
        return [key for key in keys if key is not None]


class SpecialIndex(Input):
    """The keys of the rows with a part of a text: gcloudc keeps the parts in entities of their own.

    read: a function that returns them.
    """

    def __init__(self, read):
        self.read = read
