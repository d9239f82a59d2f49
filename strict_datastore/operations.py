"""Operations of the backend that differ from gcloudc's."""

from gcloudc.db.backends.datastore import base as gcloudc


class DatabaseOperations(gcloudc.DatabaseOperations):
    compiler_module = "strict_datastore.compiler"

    def sql_flush(self, style, tables, *, reset_sequences=False, **kwargs):
        # Only the teardown of Django's test cases flushes without resetting sequences. A test needs no rows
        # deleted: the next one starts in a namespace of its own (execute_sql_flush). The empty list keeps
        # Django from filling that namespace with permissions and content types.
        if self.connection.creation.in_test_namespace and not reset_sequences:
            return []
        return super().sql_flush(style, tables, reset_sequences=reset_sequences, **kwargs)

    def execute_sql_flush(self, sql_list):
        if sql_list:
            super().execute_sql_flush(sql_list)
        elif self.connection.creation.in_test_namespace:
            self.connection.creation.use_fresh_namespace()
