"""mewgram's settings for the tests: on Datastore where the emulator is, else on SQLite."""

import os

from strict_datastore.emulator import EmulatorNotFound, find_emulator

try:
    find_emulator()
except EmulatorNotFound:
    os.environ.setdefault("DATABASE", "sqlite")
else:
    os.environ.setdefault("DATABASE", "datastore")
os.environ["DEBUG"] = "1"  # no secrets needed; Django's test runner turns DEBUG itself off

from .mewgram.settings import *  # noqa: F403

# On a busy machine fifty visitors at once take their time; the tests of the deadline set one.
STRICT_DATASTORE_DEADLINE = 60
