import os

import pytest

from .faulty_proxy import FaultyProxy

# A project of its own, with its own settings and tests: backend/test_plain_project.py runs them.
collect_ignore = ["plain_project"]


@pytest.fixture
def proxy(monkeypatch):
    """A `FaultyProxy` between the program and the emulator; without a fault it changes nothing."""
    proxy = FaultyProxy(os.environ["DATASTORE_EMULATOR_HOST"])
    proxy.start()
    monkeypatch.setenv("DATASTORE_EMULATOR_HOST", proxy.host)
    yield proxy
    proxy.close()
