"""Django's compilers for Datastore: plans from the parser, rows with one value for each selected expression."""

import datetime
import functools
import operator
from decimal import Decimal

from django.core.exceptions import EmptyResultSet
from django.db import IntegrityError, NotSupportedError, transaction
from django.db.models import (
    CharField,
    CompositePrimaryKey,
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    FloatField,
    IntegerField,
    TextField,
)
from django.db.models.constants import OnConflict
from django.db.models.expressions import Col, CombinedExpression, Exists, F, OrderBy, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.db.models.sql import compiler as django_compiler
from django.db.models.sql.constants import INNER
from django.db.models.sql.where import WhereNode
from gcloudc.db.backends.common import commands
from gcloudc.db.backends.common.helpers import (
    get_top_concrete_parent,
    has_concrete_parents,
)
from gcloudc.db.backends.common.indexing import indexers_for_model
from gcloudc.db.backends.datastore import compiler as gcloudc_compiler

from .entities import entity_of, leave_to_parents, model_with_table, prepared, put
from .execution import Execution, compare, look_up, stored_value
from .insert import InsertCommand
from .parser import MOST_ROWS_SORTED, Parser, is_count_of_rows
from .refusals import Refused
from .retry import retry_on_contention
from .where import KEY, MOST_INDEXED_BYTES, check_key, described, too_long


class SelectCommand(commands.SelectCommand):
    """A query and its rows; `results` holds tuples, or one count."""

    def __init__(self, compiler, wrapper, query):
        commands.BaseCommand.__init__(self, compiler)
        self.wrapper = wrapper
        self.model = query.model
        self.original_query = query
        self.parser = Parser(query, wrapper, compiler)
        self.plan = self.parser.plan()
        self.query = Execution(wrapper, self.plan)
        self.results = iter([])

    def __str__(self):
        return repr(self.query)

    __repr__ = __str__

    def execute(self):
        query = self.original_query
        limit = None if query.high_mark is None else query.high_mark - query.low_mark
        selected = [expression for expression, _sql, _alias in self.compiler.select]
        if any(is_count_of_rows(each) for each in selected):
            rows = [(self.query.count(limit),)]
        else:
            rows = self._rows(selected, query.low_mark, limit)
        self.results = iter(rows)
        return len(rows)

    def _rows(self, selected, offset, limit):
        in_memory = bool(self.plan.memory_order)
        entities = self._all_that_can_be_sorted() if in_memory else list(self.query.fetch(offset, limit))
        found = self._follow_relations(entities)
        entities = [each for each in found if self._joins(each, limit)]
        if in_memory:
            entities.sort(key=functools.cmp_to_key(self._compare))
        values = [self._value_of(expression) for expression in selected]
        return [tuple(value(each) for value in values) for each in entities]

    def _all_that_can_be_sorted(self):
        entities = list(self.query.fetch(0, MOST_ROWS_SORTED + 1))
        if len(entities) > MOST_ROWS_SORTED:
            raise self.parser.refused(
                f"Meta.ordering over a relation, of more than {MOST_ROWS_SORTED} rows",
                "Datastore joins nothing, so the rows are sorted in memory.",
                "order by a field of this model, in which the value is repeated.",
            )
        return entities

    def _follow_relations(self, entities):
        """For each entity the entities of all aliases that are selected: one Lookup for each relation."""
        rows = [{None: entity} for entity in entities]
        for join in self.plan.lookups:
            related = model_with_table(join.table_name, self.model._meta.apps)
            model = get_top_concrete_parent(related)
            # A one-to-one field that is the primary key is no property: its value is the key.
            column = KEY if join.join_field.primary_key else join.join_cols[0][0]
            ids = [self._of(row, join.parent_alias, column) for row in rows]
            wanted = dict.fromkeys(each for each in ids if each is not None)
            found = {
                each.key().id_or_name: each for each in look_up(self.wrapper, model._meta.db_table, wanted)
            }
            for row, each in zip(rows, ids, strict=True):
                row[join.table_alias] = found.get(each)
        return rows

    def _of(self, row, alias, column):
        entity = row[alias] if alias in row else row[None]
        return stored_value(entity, column) if entity is not None else None

    def _joins(self, row, limit):
        """Whether SQL's inner joins keep the row: a foreign key may lead to a row that is gone."""
        missing = [
            each for each in self.plan.lookups if each.join_type == INNER and not row[each.table_alias]
        ]
        if missing and limit is not None:
            raise self.parser.refused(
                f"a slice with rows whose {missing[0].join_field.name} is gone",
                "SQL would leave them out and read on.",
                "the rows without the relation, and in_bulk() for the related ones.",
            )
        return not missing

    def _compare(self, first, second):
        for alias, column, descending in self.plan.memory_order:
            result = compare(self._of(first, alias, column), self._of(second, alias, column))
            if result:
                return -result if descending else result
        return 0

    def _value_of(self, expression):
        if isinstance(expression, Value):
            return lambda row: expression.value
        alias, target = expression.alias, expression.target
        if self.parser.is_own(alias):
            column = self.parser.column(target)
        else:
            column = KEY if target.primary_key else target.column
        return lambda row: self._of(row, alias, column)


class CountOfSlice(commands.BaseCommand):
    """count() of a sliced queryset: the rows of the slice are read, without their properties, and counted."""

    def __init__(self, compiler, wrapper, query):
        super().__init__(compiler)
        self.query = query
        self.inner = Execution(wrapper, Parser(query, wrapper).plan(keys_only=True))

    def __str__(self):
        return f"COUNT {self.inner!r}"

    def execute(self):
        low, high = self.query.low_mark, self.query.high_mark
        rows = self.inner.fetch(low, None if high is None else high - low)
        self.results = iter([(sum(1 for _ in rows),)])
        return 1


class ConstantCommand(commands.BaseCommand):
    """A query of no table, with which Django checks a constraint of a row in memory: one row or none."""

    def __init__(self, compiler, wrapper, query):
        super().__init__(compiler)
        self.wrapper = wrapper
        self.where = query.where

    def __str__(self):
        return f"CHECK {self.where}"

    def execute(self):
        rows = [(1,)] if self._holds(self.where) else []
        self.results = iter(rows)
        return len(rows)

    def _holds(self, node):
        """True, False, or None for SQL's unknown."""
        if isinstance(node, WhereNode) and node.connector in ("AND", "OR"):
            answers = [self._holds(child) for child in node.children]
            decisive = node.connector == "OR"
            answer = decisive if decisive in answers else None if None in answers else not decisive
            return not answer if node.negated and answer is not None else answer
        if isinstance(node, Exists):
            return node.query.exists().get_compiler(connection=self.wrapper).has_results()
        value = getattr(node, "lhs", None)
        if isinstance(value, Exists):
            return self._holds(value) == node.rhs
        if isinstance(value, Coalesce):  # Django's way to let an unknown answer pass
            answer = self._holds(value.source_expressions[0])
            return True if answer is None else answer
        if isinstance(value, Value) and isinstance(node, IsNull):
            return (value.value is None) == node.rhs
        if isinstance(value, Value) and node.lookup_name in COMPARED and node.rhs_is_direct_value():
            return None if value.value is None else COMPARED[node.lookup_name](value.value, node.rhs)
        # Not a DatabaseError: Django would log it and take the constraint for kept.
        raise NotImplementedError(
            f"The check of a constraint with {described(node)}: strict_datastore compares fields with values. "
            "Instead: check it in the model's clean()."
        )


COMPARED = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, values: value in values,
    "range": lambda value, bounds: bounds[0] <= value <= bounds[1],
}


class DeleteCommand(commands.BaseCommand):
    """Deletes what a query finds, in one transaction. Of an inherited model's row, its parents' part stays."""

    def __init__(self, compiler, wrapper, query):
        super().__init__(compiler)
        self.wrapper = wrapper
        self.model = query.model._meta.concrete_model
        self.query = Execution(
            wrapper, Parser(query, wrapper).plan(keys_only=not has_concrete_parents(self.model))
        )

    def __str__(self):
        return f"DELETE {self.query!r}"

    def execute(self):
        entities = list(self.query.fetch(0, None))
        for entity in entities:
            if has_concrete_parents(self.model):
                entity.model = self.model
                leave_to_parents(entity, self.model, self.wrapper.polymodel_property_name())
                self.wrapper.connection.put(entity)
            else:
                self.wrapper.connection.delete(entity.key())
            for indexer in indexers_for_model(self.model):
                indexer.cleanup(self.wrapper.connection, entity.key())
        return len(entities)


class UpdateCommand(commands.UpdateCommand):
    """gcloudc's, with expressions computed as SQL does: NULL stays NULL, and what is not sure is refused."""

    def __init__(self, compiler, connection, query):
        query.values = [
            # Those of a parent's fields Django resolves in its compiler of SQL.
            (model_field, of, value.resolve_expression(query, allow_joins=False, for_save=True))
            if isinstance(value, F | CombinedExpression)
            else (model_field, of, value)
            for model_field, of, value in query.values
        ]
        for model_field, _model, value in query.values:
            if model_field.primary_key:
                raise Refused(
                    f"update({model_field.name}=...)",
                    query.model,
                    "a key on Datastore cannot change.",
                    "create a row with the new key, and delete the old one.",
                )
            check_expression(value, model_field, query.model)
            check_not_null(model_field, value)
        super().__init__(compiler, connection, query)

    def __str__(self):
        return f"UPDATE {self.query!r}"

    def execute(self):
        self.select.execute()
        entities = list(self.select.results)
        for entity in entities:
            self._update(entity)
        return len(entities)

    def _update(self, entity):
        values = {}
        for model_field, _model, expression in self.values:
            value = computed(expression, entity, self.connection)
            check_not_null(model_field, value)
            if hasattr(expression, "resolve_expression"):
                check_whole(model_field, value, self.model)
            values[model_field] = prepared(value, model_field, self.connection)
        new, below = entity_of(entity.key(), values, self.model._meta.concrete_model, self.connection)
        entity.update(new)
        entity.model = new.model
        put(self.connection.connection, entity, below)


def check_not_null(field, value, prepared=lambda: None):
    """gcloudc would store the field's default in place of NULL."""
    may_be_null = field.null or field.primary_key
    if not may_be_null and is_null(value) and is_null(prepared()):
        raise IntegrityError(f"NOT NULL constraint failed: {field.model._meta.db_table}.{field.column}")


def is_null(value):
    return value is None or (isinstance(value, Value) and value.value is None)


def check_expression(value, model_field, model):
    if not hasattr(value, "resolve_expression") or is_constant(value, model_field):
        return
    if is_copy(value, model_field, model) or is_arithmetic(value, model_field, model):
        return
    given = f"F({value.target.name})" if isinstance(value, Col) else described(value)
    raise Refused(
        f"update({model_field.name}={given})",
        model,
        "Datastore computes nothing; +, - and * of the row's own fields and numbers are computed here.",
        "read the rows, compute, and save them in a transaction under retry_on_contention.",
    )


def is_constant(value, model_field):
    """Whether the expression is a value of the field's own type: SQLite would store any other as it is."""
    if not isinstance(value, Value):
        return False
    given = value._output_field_or_none
    return value.value is None or (given is not None and family(given) == family(model_field))


def is_copy(value, model_field, model):
    """Whether the value is that of a field of the row whose values are stored as the updated one's are."""
    return is_own_column(value, model) and family(value.target) == family(model_field)


def is_arithmetic(value, model_field, model):
    """Whether SQL computes the value as Python does: of numbers, or of times and durations."""
    return isinstance(value, CombinedExpression) and is_operand(value, model) and is_computable(model_field)


def is_operand(value, model):
    if isinstance(value, CombinedExpression):
        return value.connector in ARITHMETIC and is_operand(value.lhs, model) and is_operand(value.rhs, model)
    if isinstance(value, Value):
        return value.value is None or isinstance(value.value, OPERANDS)
    return is_own_column(value, model) and is_computable(value.target)


def is_own_column(value, model):
    return isinstance(value, Col) and value.target.model._meta.concrete_model == model._meta.concrete_model


def is_computable(field):
    return family(field) in (NUMBERS, DateField, DateTimeField, DurationField)


def family(field):
    """A name for how the field's values are stored: those of one family can be copied to one another."""
    while field.is_relation:
        field = field.target_field
    return next((each for each in (NUMBERS, TEXTS) if isinstance(field, each)), type(field))


NUMBERS = (IntegerField, FloatField, DecimalField)
TEXTS = (CharField, TextField)
OPERANDS = (int, float, Decimal, datetime.date, datetime.timedelta)
ARITHMETIC = {
    F.ADD: lambda first, second: first + second,
    F.SUB: lambda first, second: first - second,
    F.MUL: lambda first, second: first * second,
}


def computed(value, entity, wrapper):
    if isinstance(value, Value):
        return value.value
    if isinstance(value, Col):
        stored = stored_value(entity, KEY if value.target.primary_key else value.target.column)
        for convert in (*wrapper.ops.get_db_converters(value), *value.get_db_converters(wrapper)):
            stored = convert(stored, value, wrapper)
        return stored
    if isinstance(value, CombinedExpression):
        first, second = (computed(each, entity, wrapper) for each in (value.lhs, value.rhs))
        return None if first is None or second is None else ARITHMETIC[value.connector](first, second)
    return value


def check_whole(field, value, model):
    """SQLite keeps a fraction even in an integer field."""
    if isinstance(value, float | Decimal) and isinstance(field, IntegerField) and value % 1 != 0:
        raise Refused(
            f"{field.name}={value}",
            model,
            "the field holds integers, and SQLite would store the fraction.",
            "read the rows, compute and round, and save them in a transaction under retry_on_contention.",
        )


class SQLCompiler(gcloudc_compiler.SQLCompiler):
    # Django's own: gcloudc forgets select_related().
    get_select = django_compiler.SQLCompiler.get_select
    find_ordering_name = django_compiler.SQLCompiler.find_ordering_name

    def get_converters(self, expressions):
        """None for Value(), which Datastore never sees."""
        expressions = list(expressions)
        converters = super().get_converters(expressions)
        return {at: each for at, each in converters.items() if not isinstance(expressions[at], Value)}

    def compile(self, node):
        """Django's SQL, which nobody runs: it tells equal orders apart by it. For some expressions there is none."""
        try:
            return super().compile(node)
        except Refused:
            raise
        except (NotImplementedError, NotSupportedError) as error:
            raise Refused(
                f"order_by({described(node.expression)})" if isinstance(node, OrderBy) else described(node),
                self.query.model,
                "Datastore returns what is stored and computes nothing.",
                "compute it in Python, or store the result in a field of its own.",
            ) from error

    def explain_query(self):
        raise Refused(
            "explain()",
            self.query.model,
            "Datastore has no query planner: every query walks along one index.",
            "strict_datastore.meter, whose calls[0].index names that index.",
        )

    def as_sql(self, with_limits=True, with_col_aliases=False, subquery=False):
        if self.query.model is None:
            self.setup_query()
            return ConstantCommand(self, self.connection, self.query), ()
        _extra_select, self.ordered_by, _group_by = self.pre_sql_setup()
        self.refcounts_before = self.query.alias_refcount.copy()
        return SelectCommand(self, self.connection, self.query), ()


class SQLInsertCompiler(gcloudc_compiler.SQLInsertCompiler):
    def as_sql(self):
        if self.query.on_conflict == OnConflict.UPDATE:
            raise Refused(
                "bulk_create(update_conflicts=True)",
                self.query.model,
                "Datastore's insert of several rows fails as a whole.",
                "update_or_create() for each row.",
            )
        ignores_conflicts = self.query.on_conflict == OnConflict.IGNORE
        if not ignores_conflicts:
            self._check_distinct_keys()
        for instance in self.query.objs:
            for field in self.query.fields:
                self._check_value(instance, field)
        return [(InsertCommand(self, self.connection, self.query, ignores_conflicts), ())]

    def _check_distinct_keys(self):
        """Of two rows with one key in a batch, the last would be stored."""
        keys = [instance.pk for instance in self.query.objs if instance.pk is not None]
        if len(set(keys)) < len(keys):
            pk = self.query.model._meta.pk
            raise IntegrityError(f"UNIQUE constraint failed: {pk.model._meta.db_table}.{pk.column}")

    def _check_value(self, instance, field):
        if isinstance(field, CompositePrimaryKey):
            raise Refused(
                "a composite primary key", self.query.model, "a key is one value.", "one text of the values."
            )
        value = getattr(instance, field.attname)
        if hasattr(value, "resolve_expression"):
            if field.primary_key or not is_constant(value, field):
                raise Refused(
                    f"create({field.name}={described(value)})",
                    self.query.model,
                    "Datastore computes nothing, and checks no value's type.",
                    "the value itself, computed in Python.",
                )
            check_whole(field, value.value, self.query.model)
        if field.primary_key and (value == "" or (isinstance(value, str) and value.startswith("__"))):
            raise Refused(
                f"the primary key {value!r}",
                self.query.model,
                "Datastore has no empty keys, and keeps those that begin with __ for itself.",
                "a key with a prefix.",
            )
        if field.primary_key and value == 0:
            raise Refused(
                "the primary key 0", self.query.model, "Datastore has no such key.", "another number."
            )
        if field.primary_key and value is not None:
            self._check_key(field, value)
        check_not_null(field, value, lambda: field.pre_save(instance, add=True))

    def _check_key(self, field, value):
        key = self.connection.ops.value_for_db(field.get_db_prep_save(value, self.connection), field)
        check_key(key, field, self.query.model)
        if isinstance(key, str) and too_long(key):
            raise Refused(
                f"a primary key of more than {MOST_INDEXED_BYTES} bytes",
                self.query.model,
                "Datastore has none so long.",
                "a shorter one, such as a hash.",
            )


class SQLUpdateCompiler(gcloudc_compiler.SQLUpdateCompiler):
    def execute_sql(self, result_type):
        """The fields of an inherited model and those of its parents are several updates: all are done, or none."""
        if not self.query.related_updates:
            return super().execute_sql(result_type)

        def update():
            # Django notes in the query which rows it has found, so each try begins with a query of its own.
            compiler = self.query.clone().get_compiler(self.using)
            return super(SQLUpdateCompiler, compiler).execute_sql(result_type)

        if not self.connection.in_atomic_block:
            return retry_on_contention(update, using=self.using)()
        with transaction.atomic(using=self.using):
            return update()

    def as_sql(self):
        self.pre_sql_setup()
        if not self.query.values:
            raise EmptyResultSet
        return UpdateCommand(self, self.connection, self.query), ()


class SQLDeleteCompiler(gcloudc_compiler.SQLDeleteCompiler):
    def as_sql(self):
        return DeleteCommand(self, self.connection, self.query), ()


class SQLAggregateCompiler(gcloudc_compiler.SQLAggregateCompiler):
    def as_sql(self, with_limits=True, with_col_aliases=False, subquery=False):
        if not all(is_count_of_rows(each) for each in self.query.annotation_select.values()):
            raise Refused(
                "an aggregate other than count() of a slice",
                self.query.inner_query.model,
                "Datastore returns what is stored and computes nothing.",
                "compute it in Python, or keep it in a field of its own.",
            )
        self.col_count = len(self.query.annotation_select)
        return CountOfSlice(self, self.connection, self.query.inner_query), ()
