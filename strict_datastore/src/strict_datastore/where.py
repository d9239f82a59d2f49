"""A Django query's conditions as branches: an OR of ANDs of what Datastore can filter by.

SQL's three-valued logic is kept: a comparison with NULL is neither true nor false, so negation is pushed down to
the single lookups, and a lookup and its negation both leave out the rows where the field is NULL. Datastore
sorts NULL first and would return it for `<`, so such a filter gets a lower bound.
"""

import datetime
import math
from itertools import product

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import DateField, DateTimeField, lookups
from django.db.models.expressions import Col, ColPairs
from django.db.models.functions import TruncDate
from django.db.models.sql.query import Query
from django.db.models.sql.subqueries import UpdateQuery
from django.db.models.sql.where import ExtraWhere, NothingNode, WhereNode
from django.utils import timezone

from .connector import SpecialIndexNode, get_indexer, load_special_indexes, special_index_exists
from .filters import KEY, NEGATED, Filter, simplified
from .inheritance import kind_of
from .inputs import Input, SpecialIndex
from .limits import LEAST_INTEGER, MOST_BRANCHES, MOST_INDEXED_BYTES, MOST_INTEGER
from .lookups import LOOKUPS
from .refusals import Refused


class Conditions:
    """Translates the where tree of one query, which its parser resolves the columns of."""

    def __init__(self, parser):
        self.parser = parser
        self.model = parser.model
        self.wrapper = parser.wrapper

    def branches(self, where):
        """A list of lists of filters: the OR of ANDs. Raises EmptyResultSet when nothing can match."""
        branches = [
            simple
            for each in self._branches(where, negated=False)
            if (simple := simplified(each)) is not None
        ]
        branches = list(dict.fromkeys(map(tuple, branches)))
        if not branches:
            raise EmptyResultSet
        for branch in branches:
            self._check_inequalities(branch)
        return branches

    def _branches(self, node, negated):
        if isinstance(node, WhereNode):
            return self._of_node(node, negated != node.negated)
        if isinstance(node, NothingNode):
            return [()] if negated else []
        if isinstance(node, ExtraWhere):
            raise self._refused("extra(where=...)", "there is no SQL.", "filter() with the fields' lookups.")
        if not isinstance(node, lookups.Lookup):
            raise self._refused(
                f"a filter by {type(node).__name__}",
                "Datastore compares properties with values and knows no subqueries or expressions.",
                "read the values first, and filter by them.",
            )
        return self._of_lookup(node, negated)

    def _of_node(self, node, negated):
        if node.connector == "XOR":
            raise self._refused("Q() ^ Q()", "Datastore has no XOR.", "(a & ~b) | (~a & b).")
        children = [self._branches(child, negated) for child in node.children]
        if (node.connector == "AND") == negated:
            branches = [branch for child in children for branch in child]
            if not children:
                branches = [] if negated else [()]
        else:
            branches = []
            for parts in product(*children):
                branches.append(tuple(each for part in parts for each in part))
                self._check_count(branches)
        self._check_count(branches)
        return branches

    def _check_count(self, branches):
        by_key = all(any(each[:2] == (KEY, "=") for each in branch) for branch in branches)
        # A cascade that sets foreign keys to NULL asks for all of them at once, whatever bulk_batch_size says.
        if len(branches) > MOST_BRANCHES and not by_key and not isinstance(self.parser.query, UpdateQuery):
            raise self._refused(
                f"a condition with more than {MOST_BRANCHES:,} alternatives",
                "each alternative is a query of its own.",
                "ask in portions, or store a property that says what you look for.",
            )

    def _of_lookup(self, lookup, negated):
        if isinstance(lookup.lhs, ColPairs):
            lookup = as_plain_in(lookup)
        if isinstance(lookup.lhs, TruncDate) and is_of(lookup.lhs, DateTimeField):
            return self._of_date(lookup, negated)
        if isinstance(lookup, lookups.YearLookup) and is_of(lookup.lhs, DateField):
            return self._of_year(lookup, negated)
        if not isinstance(lookup.lhs, Col):
            raise self._refused(
                f"a filter by {described(lookup.lhs)}",
                "Datastore finds stored values and computes none.",
                "store the computed value in a field of its own and filter by that.",
            )
        if not self.parser.is_own(lookup.lhs.alias):
            return self.parser.semi_join(lookup, negated)
        field = lookup.lhs.target
        if isinstance(lookup, lookups.IsNull):
            if not isinstance(lookup.rhs, bool):
                raise ValueError("The QuerySet value for an isnull lookup must be True or False.")
            self._check_indexed(field)
            return self._of_isnull(field, bool(lookup.rhs) != negated)
        leaf = self._leaf(field, lookup)
        values = self._values(lookup)
        if isinstance(values, Input):
            return self._by_input(field, lookup.lookup_name, negated, values)
        if lookup.lookup_name not in LOOKUPS:
            return self._of_special_index(field, lookup, values, negated)
        return LOOKUPS[lookup.lookup_name].branches(self, field, [leaf(each) for each in values], negated)

    def _by_input(self, field, name, negated, values):
        """The filters for values that nobody has read yet: what they compare is known, and how."""
        column = self.parser.column(field)
        operator = LOOKUPS[name].operator
        if negated:
            operator = NEGATED.get(operator, "!=" if column == KEY else ">")
        return [(Filter(column, operator, values),)]

    def _values(self, lookup):
        """The lookup's values, prepared for the database, or the input that has to be read for them."""
        rhs = lookup.rhs
        if isinstance(rhs, Query):
            rhs = self.parser.subquery(lookup)
            if isinstance(rhs, Input):
                return rhs
        elif hasattr(rhs, "resolve_expression"):
            raise self._refused(
                f"a comparison with {described(rhs)}",
                "Datastore compares a property with a value, not with another property or an expression.",
                "compute the value in Python, or store the result of the comparison in a field of its own.",
            )
        elif lookup.lookup_name == "in":
            rhs = [value for value in rhs if value is not None]  # Django leaves it out, SQL does not
        if lookup.lookup_name == "in":
            rhs = list(dict.fromkeys(rhs))
            if not rhs:
                return []
        _, values = lookup.get_db_prep_lookup(rhs, self.wrapper)
        return list(values)

    def _leaf(self, field, lookup):
        """A function from a prepared value to the value that the filter needs; None where nothing matches."""

        def leaf(value):
            if isinstance(value, str) and too_long(value):
                return NOTHING
            value = self.wrapper.ops.value_for_db(value, field)
            if isinstance(value, float) and math.isnan(value):
                raise self._refused(f"a filter by {field.name}=NaN", "for SQL it is NULL.", "isnull.")
            if isinstance(value, int) and not LEAST_INTEGER <= value <= MOST_INTEGER:
                return NOTHING if is_of_equals(lookup) else value
            if not field.primary_key or value is None:
                return value
            check_key(value, field, self.model)
            if value in ("", 0) and is_of_equals(lookup):
                return NOTHING  # no keys of Datastore's
            if value == "":
                return LEAST
            return value

        self._check_indexed(field)
        if not is_of_equals(lookup):
            self._check_sorted(field)
        return leaf

    def _check_indexed(self, field):
        reason = self.parser.unindexed_reason(field)
        if reason:
            raise self._refused(f"a filter by {field.name}", *reason)

    def _check_sorted(self, field):
        reason = self.parser.unsorted_reason(field)
        if reason:
            raise self._refused(f"a comparison of {field.name}", *reason)

    def equal(self, field, value, negated):
        if value is NOTHING:
            return self._of_isnull(field, False) if negated else []
        if negated:
            return self.not_in(field, [value])
        # A comparison with NULL is not true; nor is its negation.
        return [] if value is None else [(Filter(self.parser.column(field), "=", value),)]

    def not_in(self, field, values):
        if None in values:
            return []
        values = [value for value in values if value is not NOTHING]
        column = self.parser.column(field)
        if column == KEY:
            return [tuple(Filter(KEY, "!=", value) for value in values)]
        if not values:
            # Django says so of an empty list: every row, NULL or not.
            return [()]
        self._check_sorted(field)
        values = sorted(set(values))
        return [
            (*self._above(field, low), *self._below(column, high))
            for low, high in zip([None, *values], [*values, None], strict=True)
        ]

    def _above(self, field, low):
        return [Filter(field.column, ">", low)] if low is not None or field.null else []

    def _below(self, column, high):
        return [Filter(column, "<", high)] if high is not None else []

    def compared(self, field, operator, value):
        if value is NOTHING:
            raise self._refused(
                f"a comparison of {field.name} with a text of more than {MOST_INDEXED_BYTES} bytes",
                "Datastore indexes no longer texts.",
                "a shorter text.",
            )
        if value is None:  # a bound of __range, or what a subquery has found
            return []
        column = self.parser.column(field)
        if isinstance(value, int) and not LEAST_INTEGER <= value <= MOST_INTEGER:
            return self._of_isnull(field, False) if (value > 0) == (operator[0] == "<") else []
        if column == KEY and value == 0:  # which no key is
            operator, value = (">=", 1) if operator[0] == ">" else ("<=", -1)
        if value is LEAST:
            return [()] if operator in (">", ">=") else []
        if operator in ("<", "<=") and field.null:
            return [(Filter(column, ">", None), Filter(column, operator, value))]
        return [(Filter(column, operator, value),)]

    def _of_isnull(self, field, is_null):
        column = self.parser.column(field)
        if column == KEY or (not field.null and not is_null):
            return [] if is_null else [()]
        return [(Filter(column, "=" if is_null else ">", None),)]

    def _of_year(self, lookup, negated):
        field = self.parser.own_field(lookup.lhs.lhs, "filter")
        if not lookup.rhs_is_direct_value():
            raise self._refused(
                f"{field.name}__year compared with an expression",
                "Datastore compares a property with values.",
                "the year as a number.",
            )
        self._check_indexed(field)
        first, last = lookup.year_lookup_bounds(self.wrapper, lookup.rhs)
        first, last = (self.wrapper.ops.value_for_db(value, field) for value in (first, last))
        return self._of_period(field, lookup.lookup_name, first, last, "<=", negated)

    def _of_date(self, lookup, negated):
        """`__date`: from one midnight to the next, in the time zone of the lookup."""
        field = self.parser.own_field(lookup.lhs.lhs, "filter")
        if lookup.lookup_name not in ("exact", "gt", "gte", "lt", "lte") or not isinstance(
            lookup.rhs, datetime.date
        ):
            raise self._refused(
                f"{field.name}__date__{lookup.lookup_name}",
                "it is no single period of time.",
                f"comparisons of {field.name} with datetimes.",
            )
        self._check_indexed(field)
        zone = (lookup.lhs.tzinfo or timezone.get_current_timezone()) if settings.USE_TZ else None

        def moment(date, time=datetime.time()):
            value = datetime.datetime.combine(date, time, tzinfo=zone)
            try:
                return self.wrapper.ops.value_for_db(value, field)
            except OverflowError:  # in UTC it lies before the year 1 or after the year 9999
                end = datetime.datetime.max if date.year > 1 else datetime.datetime.min
                return self.wrapper.ops.value_for_db(end, field)

        if lookup.rhs == datetime.date.max:  # no midnight comes after it
            last = moment(lookup.rhs, datetime.time.max)
            return self._of_period(field, lookup.lookup_name, moment(lookup.rhs), last, "<=", negated)
        first, after = moment(lookup.rhs), moment(lookup.rhs + datetime.timedelta(days=1))
        return self._of_period(field, lookup.lookup_name, first, after, "<", negated)

    def _of_period(self, field, name, first, last, until, negated):
        """Comparisons with a period of time, whose end is `until` ("<" or "<=") `last`."""
        after = NEGATED[until]
        if name == "exact" and negated:
            return self.compared(field, "<", first) + self.compared(field, after, last)
        if name == "exact":
            return [(Filter(field.column, ">=", first), Filter(field.column, until, last))]
        operator, value = {
            "gt": (after, last),
            "gte": (">=", first),
            "lt": ("<", first),
            "lte": (until, last),
        }[name]
        return self.compared(field, NEGATED[operator] if negated else operator, value)

    def _of_special_index(self, field, lookup, values, negated):
        """contains, startswith and the like, where the project's special indexes hold what they need."""
        operator = lookup.lookup_name
        load_special_indexes(self.wrapper)
        if isinstance(lookup.lhs, Col) and not negated and operator not in ("regex", "iregex"):
            indexer = get_indexer(field, operator)
            if indexer and special_index_exists(
                field.model, field.column, indexer.prepare_index_type(operator, values[0])
            ):
                if indexer.PREP_VALUE_RETURNS_ENTITIES:
                    return self._of_parts(field, lookup, values[0])
                node = self._special_index_node(field, operator, values[0])
                return [(Filter(node.column, node.operator, node.value),)]
        raise self._refused(
            f"{field.name}__{operator}",
            "Datastore finds whole values and ranges of them, no parts.",
            f"for a beginning, {field.name}__gte='Os', {field.name}__lt='Os\\U0010ffff'; else a field that holds "
            "what you look for (the text in lower case, for example).",
        )

    def _of_parts(self, field, lookup, value):
        """contains: a query before this one finds the keys of the rows."""

        def read():
            self._check_unwritten(field, lookup.lookup_name)
            return [
                key.id_or_name for key in self._special_index_node(field, lookup.lookup_name, value).value
            ]

        found = self.parser.answer(lookup, lambda: SpecialIndex(read))
        if isinstance(found, Input):
            return [(Filter(KEY, "=", found),)]
        return [(Filter(KEY, "=", key),) for key in found]

    def _special_index_node(self, field, operator, value):
        node = SpecialIndexNode(self.wrapper.alias)
        node.set_leaf(
            field.column,
            operator,
            value,
            is_pk_field=False,
            negated=False,
            lookup_name=operator,
            namespace=self.wrapper.namespace,
            target_field=field,
        )
        return node

    def _check_unwritten(self, field, operator):
        kind = kind_of(self.model)
        if any(list(key.path) == [kind] for key in self.wrapper.connection.staged_rows()):
            raise self._refused(
                f"{field.name}__{operator} in a transaction that has written rows of the model",
                "the parts of texts are looked for in what was stored before it.",
                "this query first, and the writes after it.",
            )

    def _check_inequalities(self, branch):
        columns = sorted({each.column for each in branch if each.operator in NEGATED})
        if len(columns) > 1:
            raise self._refused(
                f"comparisons of {' and '.join(columns)}",
                "a query on Datastore can compare one property by <, <=, > or >=.",
                "compare one, and check the other in Python or store both as one sortable text.",
            )

    def _refused(self, construct, reason, instead):
        return Refused(construct, self.model, reason, instead)


def is_of_equals(lookup):
    """Whether the lookup asks for equal values, whatever their order."""
    return LOOKUPS[lookup.lookup_name].operator == "=" if lookup.lookup_name in LOOKUPS else False


def is_of(transform, field_class):
    """Whether the transform is of a field of that class itself, and not of another expression."""
    return isinstance(transform.lhs, Col) and isinstance(transform.lhs.target, field_class)


def check_key(value, model_field, model):
    if type(value) not in (str, int):
        raise Refused(
            f"a {model_field.get_internal_type()} as primary key",
            model,
            "a key on Datastore is a text or an integer.",
            "one of the two, and a unique field for the value.",
        )


def too_long(text):
    """Whether Datastore refuses to index the text."""
    return len(text.encode("utf-8", "surrogatepass")) > MOST_INDEXED_BYTES


NOTHING = object()  # a value that no row can have
LEAST = object()  # a key below all keys


def as_plain_in(lookup):
    """prefetch_related() of a foreign key asks for `(id,) IN ((1,), (2,))` since Django 5.2."""
    if len(lookup.lhs) != 1 or lookup.lookup_name != "in":
        raise Refused(
            "a filter by several columns at once", None, "Datastore has no tuples.", "an AND of filters."
        )
    (column,) = lookup.lhs.get_cols()
    return lookups.In(column, [value for (value,) in lookup.rhs])


def described(expression):
    """An expression's name for a message."""
    name = getattr(expression, "name", None) or getattr(expression, "lookup_name", None)
    return f"{type(expression).__name__}({name})" if name else type(expression).__name__
