"""SELECT, COUNT, DELETE and UPDATE as commands; INSERT has a module of its own."""

import functools

from django.db.models.expressions import CombinedExpression, Exists, F, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.db.models.sql.constants import INNER
from django.db.models.sql.where import WhereNode

from .command import Command
from .connector import indexers_for_model
from .entities import entity_of, leave_to_parents, prepared, put
from .execution import Execution, compare, look_up, stored_value
from .expressions import check_expression, check_not_null, check_storable, computed
from .filters import KEY
from .inheritance import inherits_rows, kind_of, model_with_table
from .limits import MOST_ROWS_SORTED
from .lookups import LOOKUPS
from .parser import Parser, is_count_of_rows
from .refusals import Refused
from .where import described


class SelectCommand(Command):
    """A query and its rows; `results` holds tuples, or one count."""

    def __init__(self, compiler, query):
        super().__init__(compiler)
        self.query = query
        self.model = query.model
        self.parser = Parser(query, self.wrapper, compiler)
        self.plan = self.parser.plan()

    def __str__(self):
        return str(self.plan)

    def execute(self):
        query = self.query
        limit = None if query.high_mark is None else query.high_mark - query.low_mark
        selected = [expression for expression, _sql, _alias in self.compiler.select]
        if any(is_count_of_rows(each) for each in selected):
            self.results = [(self._execution().count(limit),)]
        else:
            self.results = self._rows(selected, query.low_mark, limit)
        return len(self.results)

    def _execution(self):
        return Execution(self.wrapper, self.parser.resolved(self.plan))

    def _rows(self, selected, offset, limit):
        in_memory = bool(self.plan.memory_order)
        entities = (
            self._all_that_can_be_sorted() if in_memory else list(self._execution().fetch(offset, limit))
        )
        found = self._follow_relations(entities)
        entities = [each for each in found if self._joins(each, limit)]
        if in_memory:
            entities.sort(key=functools.cmp_to_key(self._compare))
        values = [self._value_of(expression) for expression in selected]
        return [tuple(value(each) for value in values) for each in entities]

    def _all_that_can_be_sorted(self):
        entities = list(self._execution().fetch(0, MOST_ROWS_SORTED + 1))
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
            kind = kind_of(model_with_table(join.table_name, self.model._meta.apps))
            # A one-to-one field that is the primary key is no property: its value is the key.
            column = KEY if join.join_field.primary_key else join.join_cols[0][0]
            ids = [self._of(row, join.parent_alias, column) for row in rows]
            wanted = dict.fromkeys(each for each in ids if each is not None)
            found = {each.key().id_or_name: each for each in look_up(self.wrapper, kind, wanted)}
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


class CountOfSlice(Command):
    """count() of a sliced queryset: the rows of the slice are read, without their properties, and counted."""

    def __init__(self, compiler, query):
        super().__init__(compiler)
        self.query = query
        self.parser = Parser(query, self.wrapper)
        self.plan = self.parser.plan(keys_only=True)

    def __str__(self):
        return f"COUNT {self.plan}"

    def execute(self):
        low, high = self.query.low_mark, self.query.high_mark
        execution = Execution(self.wrapper, self.parser.resolved(self.plan))
        self.results = [(sum(1 for _ in execution.fetch(low, None if high is None else high - low)),)]
        return 1


class ConstantCommand(Command):
    """A query of no table, with which Django checks a constraint of a row in memory: one row or none."""

    def __init__(self, compiler, query):
        super().__init__(compiler)
        self.where = query.where

    def __str__(self):
        return f"CHECK {self.where}"

    def execute(self):
        self.results = [(1,)] if self._holds(self.where) else []
        return len(self.results)

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
        if isinstance(value, Value) and node.lookup_name in LOOKUPS and node.rhs_is_direct_value():
            return None if value.value is None else LOOKUPS[node.lookup_name].holds(value.value, node.rhs)
        # Not a DatabaseError: Django would log it and take the constraint for kept.
        raise NotImplementedError(
            f"The check of a constraint with {described(node)}: strict_datastore compares fields with values. "
            "Instead: check it in the model's clean()."
        )


class DeleteCommand(Command):
    """Deletes what a query finds, in one transaction. Of an inherited model's row, its parents' part stays."""

    writes = True

    def __init__(self, compiler, query):
        super().__init__(compiler)
        self.model = query.model._meta.concrete_model
        self.parser = Parser(query, self.wrapper)
        self.plan = self.parser.plan(keys_only=not inherits_rows(self.model))

    def __str__(self):
        return f"DELETE {self.plan}"

    def execute(self):
        entities = list(Execution(self.wrapper, self.parser.resolved(self.plan)).fetch(0, None))
        for entity in entities:
            if inherits_rows(self.model):
                entity.model = self.model
                leave_to_parents(entity, self.model, self.wrapper.polymodel_property_name())
                self.wrapper.connection.put(entity)
            else:
                self.wrapper.connection.delete(entity.key())
            for indexer in indexers_for_model(self.model):
                indexer.cleanup(self.wrapper.connection, entity.key())
        return len(entities)


class UpdateCommand(Command):
    """Reads the rows and stores them changed, in one transaction; see `expressions` for what is computed."""

    writes = True

    def __init__(self, compiler, query):
        super().__init__(compiler)
        self.model = query.model
        self.values = [
            # Those of a parent's fields Django resolves in its compiler of SQL.
            (field, value.resolve_expression(query, allow_joins=False, for_save=True))
            if isinstance(value, F | CombinedExpression)
            else (field, value)
            for field, _model, value in query.values
        ]
        for field, value in self.values:
            if field.primary_key:
                raise Refused(
                    f"update({field.name}=...)",
                    query.model,
                    "a key on Datastore cannot change.",
                    "create a row with the new key, and delete the old one.",
                )
            check_expression(value, field, query.model)
            check_not_null(field, value)
        self.parser = Parser(query, self.wrapper)
        self.plan = self.parser.plan()

    def __str__(self):
        return f"UPDATE {self.plan}"

    def execute(self):
        entities = list(Execution(self.wrapper, self.parser.resolved(self.plan)).fetch(0, None))
        for entity in entities:
            self._update(entity)
        return len(entities)

    def _update(self, entity):
        values = {}
        for field, expression in self.values:
            try:
                value = computed(expression, entity, self.wrapper)
            except (ArithmeticError, TypeError) as error:
                raise Refused(
                    f"update({field.name}={expression})",
                    self.model,
                    f"Python cannot compute it ({error}), and SQL would by rules of its own.",
                    "read the rows, compute, and save them in a transaction under retry_on_contention.",
                ) from error
            check_not_null(field, value)
            if hasattr(expression, "resolve_expression"):
                check_storable(field, value, self.model)
            values[field] = prepared(value, field, self.wrapper)
        new, below = entity_of(entity.key(), values, self.model._meta.concrete_model, self.wrapper)
        entity.update(new)
        entity.model = new.model
        put(self.wrapper.connection, entity, below)
