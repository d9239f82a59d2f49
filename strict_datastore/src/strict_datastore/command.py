"""What a compiler gives to the cursor in place of SQL."""


class Command:
    """Planned when it is made, which asks the database nothing; asks it when it is executed.

    writes: whether it changes rows, and so is a transaction where none is open. results: the rows it has found, as
    tuples; of an INSERT, the keys of the rows it has stored.
    """

    writes = False
    results = ()

    def __init__(self, compiler):
        self.compiler = compiler
        self.wrapper = compiler.connection

    def execute(self):
        """Ask the database. Returns the number of rows found or changed."""
        raise NotImplementedError

    def __mod__(self, params):
        """For `str(queryset.query)`, which puts parameters into SQL."""
        return str(self)

    def lower(self):
        """For django-debug-toolbar, which looks for SELECT in it."""
        return str(self).lower()
