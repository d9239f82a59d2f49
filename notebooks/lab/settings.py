"""mewgram's settings on three databases: strict_datastore, the stock connector beside it, and SQLite."""

import os

# Whatever the reader's own mewgram uses.
os.environ |= {"DATABASE": "datastore", "DEBUG": "1", "DATASTORE_NAMESPACE": "", "DATASTORE_DATABASE": ""}

from mewgram.settings import *  # noqa: F403
from mewgram.settings import DATABASES

DATABASES |= {
    "stock": {
        "ENGINE": "gcloudc.db.backends.datastore",
        "PROJECT": DATABASES["default"]["PROJECT"],
        "NAMESPACE": "stock",
        # What strict_datastore sets by itself.
        "INDEXES_FILE": "djangaeidx.yaml",
        "OPTIONS": {"count_mode": "emulated"},
    },
    "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}

# Django would remember each query of the notebook.
DEBUG = False
