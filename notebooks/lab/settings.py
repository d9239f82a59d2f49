"""mewgram's settings on three databases: strict_datastore, the stock connector beside it, and SQLite."""

import os
from pathlib import Path

# Whatever the reader's own mewgram uses.
os.environ |= {"DATABASE": "datastore", "DEBUG": "1", "DATASTORE_NAMESPACE": "", "DATASTORE_DATABASE": ""}

from mewgram.settings import *  # noqa: F403
from mewgram.settings import DATABASES, INSTALLED_APPS

# An app, so that the models of a notebook's cells have one.
INSTALLED_APPS = [*INSTALLED_APPS, "lab"]

SPECIAL_INDEXES = str(Path(__file__).with_name("djangaeidx.yaml"))

DATABASES["default"]["INDEXES_FILE"] = SPECIAL_INDEXES
DATABASES |= {
    "stock": {
        "ENGINE": "gcloudc.db.backends.datastore",
        "PROJECT": DATABASES["default"]["PROJECT"],
        "NAMESPACE": "stock",
        "INDEXES_FILE": SPECIAL_INDEXES,
        "OPTIONS": {"count_mode": "emulated"},  # strict_datastore sees by itself that this is the emulator
    },
    "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
