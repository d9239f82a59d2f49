"""Django's compilers for Datastore: gcloudc's, with the list of selected columns mended."""

from gcloudc.db.backends.common.commands import BaseCommand
from gcloudc.db.backends.common.commands import SelectCommand as GcloudcSelectCommand
from gcloudc.db.backends.datastore import compiler as gcloudc_compiler


class SelectCommand(GcloudcSelectCommand):
    """A query whose rows have one value for each selected expression, in Django's order.

    gcloudc guesses the columns from the class info and the annotations; since Django 5.2 both look different
    for values() and values_list(), so that the second `migrate` finds no permission and creates all again.
    """

    def __init__(self, compiler, wrapper, query, keys_only=False):
        BaseCommand.__init__(self, compiler)
        self.wrapper = wrapper
        self.connection = wrapper.connection
        self.namespace = wrapper.namespace
        self.results = iter([])
        self.model = query.model
        self.query = wrapper.transform_django_query(query, keys_only)
        self.original_query = query
        self.init_list = [
            expression.target.column if hasattr(expression, "target") else alias
            for expression, _sql, alias in compiler.select
        ]


class SQLCompiler(gcloudc_compiler.SQLCompiler):
    def as_sql(self, with_limits=True, with_col_aliases=False, subquery=False):
        self.pre_sql_setup()
        self.refcounts_before = self.query.alias_refcount.copy()
        return SelectCommand(self, self.connection, self.query), ()


class SQLInsertCompiler(gcloudc_compiler.SQLInsertCompiler):
    pass


class SQLUpdateCompiler(gcloudc_compiler.SQLUpdateCompiler):
    pass


class SQLDeleteCompiler(gcloudc_compiler.SQLDeleteCompiler):
    pass


class SQLAggregateCompiler(gcloudc_compiler.SQLAggregateCompiler):
    pass
