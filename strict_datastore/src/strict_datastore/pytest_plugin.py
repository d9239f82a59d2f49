"""Pytest on strict_datastore, beside pytest-django: an emulator for the run, empty caches for each test.

Load it with `-p strict_datastore.pytest_plugin`. With `datastore_index_file` in pytest's settings the
emulator enforces that index.yaml. Where the environment variable CI is set, a missing emulator fails the run.
"""

import os

import pytest

from .emulator import Emulator, EmulatorError, EmulatorNotFound

HOST = "DATASTORE_EMULATOR_HOST"

emulator_key = pytest.StashKey[Emulator]()
missing_key = pytest.StashKey[str]()


def pytest_addoption(parser):
    parser.addini("datastore_index_file", "the index.yaml that the emulator enforces", default="")


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "emulator: needs Google's Datastore emulator; skipped, with the reason, where there is none",
    )
    # Each worker of pytest-xdist has an emulator of its own: in the emulator, unlike on Google Cloud, a query in
    # a transaction locks its kind in all namespaces, so that tests side by side would lose against each other.
    runs_no_tests = config.option.collectonly or getattr(config.option, "numprocesses", None)
    if os.environ.get(HOST) or runs_no_tests:
        return
    index_file = config.getini("datastore_index_file")
    emulator = Emulator(index_file=config.rootpath / index_file if index_file else None)
    try:
        emulator.start()
    except EmulatorNotFound as error:
        if os.environ.get("CI"):
            raise pytest.UsageError(str(error)) from error
        config.stash[missing_key] = str(error)
    except EmulatorError as error:
        raise pytest.UsageError(str(error)) from error
    else:
        config.stash[emulator_key] = emulator
        os.environ[HOST] = emulator.host


def pytest_runtest_setup(item):
    if item.get_closest_marker("emulator") and not os.environ.get(HOST):
        pytest.skip(item.config.stash[missing_key])


def pytest_unconfigure(config):
    if emulator := config.stash.get(emulator_key, None):
        emulator.stop()
        os.environ.pop(HOST, None)
