"""Django's test cases for a project on strict_datastore.

On Datastore each test runs in a namespace of its own: nothing is flushed or rolled back, and other threads
and the live server see the same rows. The backend does that for Django's own classes too (see `creation`);
those here also empty Django's caches before each test, on every database.
"""

import django.test

from .creation import forget_cached_rows

__all__ = ["LiveServerTestCase", "TestCase", "TransactionTestCase"]


class _EmptyCaches:
    @classmethod
    def _fixture_setup(cls):
        forget_cached_rows()
        super()._fixture_setup()


class TestCase(_EmptyCaches, django.test.TestCase):
    """A `django.test.TestCase` whose tests share no rows and no caches, on Datastore as on SQLite."""


class TransactionTestCase(_EmptyCaches, django.test.TransactionTestCase):
    """The same for tests that need real commits on SQLite: threads and `on_commit`."""


class LiveServerTestCase(_EmptyCaches, django.test.LiveServerTestCase):
    """The same with a server that browsers can visit; its threads see the test's namespace."""
