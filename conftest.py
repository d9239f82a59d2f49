"""What all tests of the repository share."""

import os

import pytest
from django.conf import settings


def pytest_addoption(parser):
    parser.addoption(
        "--requests", type=int, default=2000, help="how many requests tests/mewgram/test_abuse.py makes up"
    )


def pytest_runtest_setup(item):
    if item.get_closest_marker("emulator") and settings.DATABASES["default"]["ENGINE"] != "strict_datastore":
        from strict_datastore.emulator import EmulatorNotFound, find_emulator

        try:
            find_emulator()
        except EmulatorNotFound as error:
            reason = str(error)
        else:
            reason = "this run is on SQLite (DATABASE=sqlite)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
