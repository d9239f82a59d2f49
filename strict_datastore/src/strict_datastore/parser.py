"""From a Django query to a plan for Datastore: what cannot be answered right is refused here.

This takes the place of gcloudc's parser, which passes over what it does not know. Here the list of what is known
is the list of what works; everything else is a `Refused`.
"""

import math
from collections import Counter
from dataclasses import replace

from django.core.exceptions import EmptyResultSet
from django.db.models import DecimalField, JSONField
from django.db.models.aggregates import Count
from django.db.models.expressions import Col, OrderBy, Ref, Star, Value
from django.db.models.fields.related import ForeignObject
from django.db.models.sql.datastructures import BaseTable
from django.db.models.sql.where import WhereNode

from .filters import KEY, NEGATED, Filter
from .inheritance import inherits_rows, kind_of, model_with_table, top_concrete_model
from .inputs import Join, Subquery
from .limits import MOST_SUBQUERY_ROWS
from .plan import Plan
from .refusals import Refused
from .unstorable import NO_COLLATION
from .where import Conditions, described

UNINDEXED_TYPES = ("text", "bytes")


class Parser:
    """Makes the plan of one query, and asks the database nothing.

    Raises Refused, and EmptyResultSet when no row can match. Where the query filters by what other queries find,
    the plan names them as its inputs; `resolved()` asks them, and plans again with what they have found.
    """

    def __init__(self, query, wrapper, compiler=None):
        self.query = query
        self.wrapper = wrapper
        self.compiler = compiler
        self.model = query.model
        self.base = query.get_initial_alias()

    def plan(self, keys_only=False):
        return self._plan(keys_only, answers=None)

    def resolved(self, plan):
        """The plan with what its inputs find. Asks the database for it, if there are any."""
        if not plan.inputs:
            return plan
        try:
            return self._plan(plan.keys_only, {at: each.read() for at, each in plan.inputs.items()})
        except EmptyResultSet:
            return replace(plan, branches=[], inputs={})

    def answer(self, lookup, make_input):
        """What the input of a lookup has found; where nobody has asked it yet, the input itself."""
        if self._answers is not None:
            return self._answers[id(lookup)]
        return self._inputs.setdefault(id(lookup), make_input())

    def _plan(self, keys_only, answers):
        self._answers, self._inputs = answers, {}
        self._semi_joined = {}  # by alias, how often each key is referred to
        self._check_query()
        conditions = Conditions(self)
        branches = conditions.branches(self.query.where)
        concrete_model = self.model._meta.concrete_model
        if inherits_rows(concrete_model):
            of_class = Filter(
                self.wrapper.polymodel_property_name(), "array_contains", concrete_model._meta.db_table
            )
            branches = [(*branch, of_class) for branch in branches]
        order, memory_order = self._order()
        for branch in branches:
            self._check_order(branch, order)
        lookups = self._lookups(memory_order)
        keys_only = keys_only or (self._selects_keys_only() and not memory_order)
        return Plan(
            kind_of(self.model),
            branches,
            order,
            keys_only,
            lookups,
            memory_order,
            self._repeats(),
            self._inputs,
        )

    def refused(self, construct, reason, instead):
        return Refused(construct, self.model, reason, instead)

    # What is asked for

    def _check_query(self):
        query = self.query
        if query.combinator:
            raise self.refused(
                f"{query.combinator}()",
                "Datastore answers one query at a time.",
                "Q(...) | Q(...), or Python's sets.",
            )
        if query.distinct_fields:
            raise self.refused("distinct(field)", "SQLite has none either.", "a loop in Python.")
        if query.distinct and not self._selects_the_key():
            raise self.refused(
                "values().distinct()",
                "Datastore would leave out rows, or need an index for each such query.",
                "set(queryset.values_list(...)), which reads every row.",
            )
        if query.extra or query.extra_tables:
            raise self.refused(
                "extra(), or prefetch_related() over a many-to-many field",
                "there is no SQL.",
                "a queryset of the intermediate model.",
            )
        if query.group_by is not None:
            raise self.refused(
                "values().annotate() or another grouping",
                "Datastore groups nothing.",
                "count in Python, or keep the count in a field.",
            )
        for alias, annotation in query.annotation_select.items():
            self._check_annotation(alias, annotation)
        for expression in self._selected():
            if not isinstance(expression, Col | Value) and not is_count_of_rows(expression):
                raise self.refused(
                    f"values() of {described(expression)}",
                    "Datastore returns what is stored and computes nothing.",
                    "values() of the field itself, and the rest in Python.",
                )

    def _check_annotation(self, alias, annotation):
        if is_count_of_rows(annotation):
            if len(self.query.annotation_select) > 1:
                raise self.refused(
                    "several aggregates at once", "each is a query of its own.", "count() alone."
                )
        elif isinstance(annotation, Col):
            self.own_or_forward(annotation)
        elif not isinstance(annotation, Value):
            raise self.refused(
                f"{described(annotation)} as {alias}",
                "Datastore returns what is stored and computes nothing.",
                "compute it in Python, or store the result in a field of its own.",
            )

    def _selected(self):
        if self.compiler is not None:
            return [expression for expression, _sql, _alias in self.compiler.select]
        return list(self.query.select)

    def _selects_the_key(self):
        selected = self._selected()
        return self.query.default_cols or any(
            isinstance(each, Col) and each.target.primary_key and each.alias == self.base for each in selected
        )

    def _selects_keys_only(self):
        selected = self._selected()
        return bool(selected) and all(
            isinstance(each, Value)
            or is_count_of_rows(each)
            or (isinstance(each, Col) and self.is_own(each.alias) and self.column(each.target) == KEY)
            for each in selected
        )

    # Fields

    def is_own(self, alias):
        """Whether the alias is the model's own table, or that of a parent whose row is the same entity."""
        table = self.query.alias_map.get(alias)
        if table is None or isinstance(table, BaseTable):
            return True
        relation = getattr(table.join_field, "remote_field", None)
        return bool(getattr(relation, "parent_link", False)) and self.is_own(table.parent_alias)

    def own_field(self, column, purpose):
        """The field of a column of the model itself; a relation is refused."""
        if not self.is_own(column.alias):
            raise self.refused(
                f"{purpose} over a relation to {column.target.model._meta.label} ({column.target.name})",
                "Datastore joins nothing.",
                "read the keys of the related rows first and filter by them, or repeat the value in this model.",
            )
        return column.target

    def own_or_forward(self, column):
        if not self.is_own(column.alias):
            self._join(column.alias)
        return column.target

    def column(self, model_field):
        """The property's name, `__key__` for the primary key."""
        top = top_concrete_model(self.model)
        is_parent_link = getattr(model_field, "remote_field", None) and getattr(
            model_field.remote_field, "parent_link", False
        )
        if model_field.primary_key and (model_field.model._meta.concrete_model == top or is_parent_link):
            return KEY
        return model_field.column

    def unindexed_reason(self, model_field):
        """Why Datastore cannot find the field's values, as (reason, instead), or None."""
        if not is_indexed(model_field, self.wrapper):
            return (
                f"a {model_field.get_internal_type()} is not indexed.",
                "a CharField (up to 1500 bytes), or a field of its own for what is looked for.",
            )
        return NO_COLLATION if getattr(model_field, "db_collation", None) else None

    def unsorted_reason(self, model_field):
        """Why the stored values do not sort as the field's do, as (reason, instead), or None."""
        if model_field.get_internal_type() == "DecimalField":
            return (
                "decimals are stored as texts, and negative ones sort wrongly.",
                "an IntegerField with the smallest unit (cents).",
            )
        return None

    # Order

    def _order(self):
        if self.compiler is None or self.query.is_empty():
            return [], []
        order, memory_order = [], []
        for ordering, _sql in self.compiler.ordered_by:
            expression = ordering.expression
            if isinstance(expression, Ref):
                expression = expression.source
            if not isinstance(ordering, OrderBy) or not isinstance(expression, Col):
                raise self.refused(
                    f"order_by({described(expression)})",
                    "Datastore sorts by stored properties.",
                    "sort in Python, or store the value in a field of its own.",
                )
            if (ordering.nulls_first and ordering.descending) or (
                ordering.nulls_last and not ordering.descending
            ):
                raise self.refused(
                    "nulls_first or nulls_last against the order",
                    "Datastore sorts NULL before everything else.",
                    "two queries, of the rows with NULL and of the others.",
                )
            sign = "-" if ordering.descending else ""
            if not self.is_own(expression.alias):
                self._check_related_order(expression)
            for reason in (self.unindexed_reason(expression.target), self.unsorted_reason(expression.target)):
                if reason:
                    raise self.refused(f"order_by('{expression.target.name}')", *reason)
            memory_order.append((expression.alias, self.column(expression.target), ordering.descending))
            order.append(sign + self.column(expression.target))
            if self.column(expression.target) == KEY and self.is_own(expression.alias):
                break  # no two rows share a key
        if all(self.is_own(alias) for alias, _, _ in memory_order):
            return list(dict.fromkeys(order)), []
        return [], memory_order

    def _check_related_order(self, column):
        label = f"order_by() over a relation to {column.target.model._meta.label} ({column.target.name})"
        from_meta = getattr(self.compiler, "_meta_ordering", None) is not None
        if not from_meta or self.query.is_sliced:
            raise self.refused(
                label,
                "Datastore joins nothing."
                + (
                    " Meta.ordering is followed in memory, but only for all rows at once."
                    if from_meta
                    else ""
                ),
                "order by a field of this model, in which the value is repeated.",
            )
        self._join(column.alias)

    def _check_order(self, branch, order):
        compared = next((each.column for each in branch if each.operator in NEGATED), None)
        if not compared or not order or order[0].lstrip("-") == compared:
            return
        if compared == KEY:
            compared = "the primary key"
        raise self.refused(
            f"a comparison of {compared} ordered by {order[0]}",
            "a query on Datastore that compares a property by <, <=, > or >= (or excludes values of it) comes in "
            "its order.",
            f"order by {compared} first and sort the rest in Python, or compare the property that orders the rows.",
        )

    # Relations that are followed by key

    def _lookups(self, memory_order):
        aliases = {each.alias for each in self._selected() if isinstance(each, Col)}
        aliases |= {alias for alias, _, _ in memory_order}
        wanted = set()
        for alias in aliases:
            if not self.is_own(alias):
                wanted |= self._join(alias)
        return [self.query.alias_map[alias] for alias in self.query.alias_map if alias in wanted]

    def _join(self, alias):
        """The aliases on the way to this one, each of which a foreign key leads to."""
        path = set()
        while not self.is_own(alias):
            join = self.query.alias_map[alias]
            related = join.join_field
            if not isinstance(related, ForeignObject) or related.many_to_many or not is_plain_join(join):
                raise self.refused(
                    f"select_related() or values() over {getattr(related, 'name', alias)}",
                    "the related row does not stand in this one, so it cannot be looked up by its key.",
                    "a query of the related model.",
                )
            target = related.target_field
            if not target.primary_key:
                raise self.refused(
                    f"select_related() or values() over {related.name}",
                    "the foreign key holds no primary key.",
                    "a query of the related model.",
                )
            path.add(alias)
            alias = join.parent_alias
        return path

    def semi_join(self, lookup, negated):
        """The keys of the rows that a many-to-many field or a reverse foreign key leads to.

        Such a filter is a join with a table whose rows refer to this model's: two queries, the first of at most
        a thousand rows. SQL returns a row as often as it is referred to; `repeats` keeps that.
        """
        alias, target = lookup.lhs.alias, lookup.lhs.target
        join = self.query.alias_map[alias]
        possible = (
            not negated
            and lookup.lookup_name in ("exact", "in")
            and alias not in self._semi_joined
            and only_ands(self.query.where)
            and self.is_own(join.parent_alias)
            and join.join_cols[0][0] == self.model._meta.pk.column
            and is_plain_join(join)
        )
        if not possible:
            self.own_field(lookup.lhs, "a filter")
        referring = model_with_table(join.table_name, self.model._meta.apps)
        reference = next(each for each in referring._meta.fields if each.column == join.join_cols[0][1])
        asked = {f"{target.attname}__{lookup.lookup_name}": lookup.rhs}

        def make_input():
            rows = referring._base_manager.using(self.wrapper.alias).filter(**asked)
            return Join(rows.values_list(reference.attname), self.model)

        found = self.answer(lookup, make_input)
        if isinstance(found, Join):
            self._semi_joined[alias] = Counter()
            return [(Filter(KEY, "=", found),)]
        keys = Counter(self.model._meta.pk.get_db_prep_value(each, self.wrapper) for each in found)
        self._semi_joined[alias] = keys
        return [(Filter(KEY, "=", key),) for key in keys]

    def _repeats(self):
        """How often SQL's joins return each key."""
        if self.query.distinct:
            return {}
        keys = set().union(*self._semi_joined.values())
        return {key: math.prod(counts[key] for counts in self._semi_joined.values()) for key in keys}

    def subquery(self, lookup):
        """The input for `__in=queryset` and `=queryset[:1]`, or what it has found: values, or the one of a slice."""
        if lookup.lookup_name not in ("exact", "in", "gt", "gte", "lt", "lte"):
            raise self.refused(
                f"{lookup.lookup_name} with a queryset", "Datastore knows no subqueries.", "a value."
            )
        query = lookup.rhs
        is_value = query.has_select_fields and query.has_limit_one()
        if lookup.lookup_name not in ("exact", "in") and not is_value:
            raise self.refused(
                f"{lookup.lookup_name} with a queryset that is not one value",
                "SQL compares with any row of it, or fails.",
                "values() of one field of an ordered queryset, sliced with [:1].",
            )
        found = self.answer(lookup, lambda: self._make_subquery(lookup))
        if isinstance(found, Subquery) or lookup.lookup_name == "in":
            return found
        return found[0] if found else None  # NULL, as in SQL

    def _make_subquery(self, lookup):
        inner = lookup.rhs.clone()
        if not inner.has_select_fields:
            inner.clear_select_clause()
            inner.add_fields(["pk"])
        self._check_compared(lookup, inner.get_compiler(connection=self.wrapper).get_select()[0][0][0])
        is_long = inner.high_mark is None or inner.high_mark - inner.low_mark > MOST_SUBQUERY_ROWS
        if is_long:
            inner.set_limits(high=MOST_SUBQUERY_ROWS + 1)
        return Subquery(inner, self.wrapper, self.model)

    def _check_compared(self, lookup, selected):
        """SQL compares an integer with a text, say, by rules of its own."""
        fields = (lookup.lhs.output_field, selected.output_field)
        stored, given = (stored_as(field, self.wrapper) for field in fields)
        if stored != given:
            raise self.refused(
                f"a comparison of {lookup.lhs.target.name} with a queryset of another type of values",
                "they are stored in different ways.",
                "the values themselves, as what the field holds.",
            )


def is_plain_join(join):
    """Whether one column of each table is all that joins them, as not with a generic relation."""
    restriction = getattr(join.join_field, "get_extra_restriction", lambda *aliases: None)
    extra = restriction(join.table_alias, join.parent_alias)
    return len(join.join_cols) == 1 and extra is None and join.filtered_relation is None


def only_ands(node):
    """Whether a where tree is one AND, so that a condition in it holds for all rows."""
    if not isinstance(node, WhereNode):
        return True
    return node.connector == "AND" and not node.negated and all(map(only_ands, node.children))


def is_count_of_rows(expression):
    """Whether the expression is what count() and len() in SQL ask for."""
    return (
        isinstance(expression, Count)
        and not expression.distinct
        and expression.filter is None
        and isinstance(expression.source_expressions[0], Star)
    )


def is_indexed(model_field, wrapper):
    """Whether Datastore finds the field's values: all but those of long texts, bytes and JSON."""
    return model_field.db_type(wrapper) not in UNINDEXED_TYPES and not isinstance(model_field, JSONField)


def stored_as(model_field, wrapper):
    """What the field's values are in Datastore: only fields that agree in it can hold each other's."""
    while model_field.is_relation:
        model_field = model_field.target_field
    if isinstance(model_field, DecimalField):  # a text, with as many zeros in front as it needs
        return "decimal", model_field.max_digits, model_field.decimal_places
    db_type = model_field.db_type(wrapper) or model_field.get_internal_type()
    return {"integer": "long", "text": "string"}.get(db_type, db_type)
