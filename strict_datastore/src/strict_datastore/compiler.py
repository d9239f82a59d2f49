"""Django's compilers, whose "SQL" is a command of `commands` or `insert`."""

from django.core.exceptions import EmptyResultSet
from django.db import NotSupportedError, transaction
from django.db.models.constants import OnConflict
from django.db.models.expressions import OrderBy, Value
from django.db.models.sql import compiler

from .commands import ConstantCommand, CountOfSlice, DeleteCommand, SelectCommand, UpdateCommand
from .insert import InsertCommand
from .parser import is_count_of_rows
from .refusals import Refused
from .retry import retry_on_contention
from .where import described


class SQLCompiler(compiler.SQLCompiler):
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
            return ConstantCommand(self, self.query), ()
        _extra_select, self.ordered_by, _group_by = self.pre_sql_setup()
        self.refcounts_before = self.query.alias_refcount.copy()
        return SelectCommand(self, self.query), ()


class SQLInsertCompiler(compiler.SQLInsertCompiler, SQLCompiler):
    def as_sql(self):
        if self.query.on_conflict == OnConflict.UPDATE:
            raise Refused(
                "bulk_create(update_conflicts=True)",
                self.query.model,
                "Datastore's insert of several rows fails as a whole.",
                "update_or_create() for each row.",
            )
        return [(InsertCommand(self, self.query, self.query.on_conflict == OnConflict.IGNORE), ())]


class SQLUpdateCompiler(compiler.SQLUpdateCompiler, SQLCompiler):
    def execute_sql(self, result_type):
        """The fields of an inherited model and those of its parents are several updates: all are done, or none."""
        if not self.query.related_updates:
            return super().execute_sql(result_type)

        def update():
            # Django notes in the query which rows it has found, so each try begins with a query of its own.
            again = self.query.clone().get_compiler(self.using)
            return super(SQLUpdateCompiler, again).execute_sql(result_type)

        if not self.connection.in_atomic_block:
            return retry_on_contention(update, using=self.using)()
        with transaction.atomic(using=self.using):
            return update()

    def as_sql(self):
        self.pre_sql_setup()
        if not self.query.values:
            raise EmptyResultSet
        return UpdateCommand(self, self.query), ()


class SQLDeleteCompiler(compiler.SQLDeleteCompiler, SQLCompiler):
    def as_sql(self):
        return DeleteCommand(self, self.query), ()


class SQLAggregateCompiler(compiler.SQLAggregateCompiler, SQLCompiler):
    def as_sql(self, with_limits=True, with_col_aliases=False, subquery=False):
        if not all(is_count_of_rows(each) for each in self.query.annotation_select.values()):
            raise Refused(
                "an aggregate other than count() of a slice",
                self.query.inner_query.model,
                "Datastore returns what is stored and computes nothing.",
                "compute it in Python, or keep it in a field of its own.",
            )
        self.col_count = len(self.query.annotation_select)
        return CountOfSlice(self, self.query.inner_query), ()
