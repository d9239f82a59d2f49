import uuid

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLiteDatabaseWrapper
from gcloudc.db.backends.datastore.base import DatabaseWrapper as StockDatabaseWrapper


@pytest.fixture
def stock(db):
    """The alias of a database on the stock connector, in a namespace of its own.

    It is not in the settings: Django's test cases would migrate it, and forbid it to this test.
    """
    settings_dict = {
        **connections.settings["default"],
        "ENGINE": "gcloudc.db.backends.datastore",
        "NAMESPACE": f"stock-{uuid.uuid4().hex}",
        "OPTIONS": {"count_mode": "emulated"},
    }
    connections["stock"] = StockDatabaseWrapper(settings_dict, "stock")
    yield "stock"
    connections["stock"].close()
    del connections["stock"]


@pytest.fixture(params=["default", pytest.param("stock", marks=pytest.mark.xfail(strict=True))])
def mended(request, db):
    """Each engine's alias in turn. The stock connector has to fail: on the day it passes, the mend can go."""
    return request.getfixturevalue("stock") if request.param == "stock" else request.param


@pytest.fixture
def sqlite(db):
    """The alias of an empty SQLite database in memory, which answers as strict_datastore has to."""
    settings_dict = connections.configure_settings(
        {"default": {}, "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    )["sqlite"]
    connections["sqlite"] = SQLiteDatabaseWrapper(settings_dict, "sqlite")
    yield "sqlite"
    BaseDatabaseWrapper.close(connections["sqlite"])  # Django keeps a database in memory open
    del connections["sqlite"]
