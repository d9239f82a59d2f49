"""The settings of mewgram, or of a step, as in production; on the engine that BENCH_ENGINE names."""

import os
import tempfile

from mewgram import settings
from mewgram.settings import *  # noqa: F403
from mewgram.settings import DATABASES, MIDDLEWARE

DATABASES["default"]["ENGINE"] = os.environ["BENCH_ENGINE"]
if DATABASES["default"]["ENGINE"] != "strict_datastore":
    # What strict_datastore sets by itself.
    DATABASES["default"] |= {"INDEXES_FILE": "djangaeidx.yaml", "OPTIONS": {"count_mode": "emulated"}}

# The steps before the ninth have settings for a machine of one's own.
DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False

# They have no log either, and an error that nobody reads of is none that can be mended.
LOGGING = getattr(
    settings,
    "LOGGING",
    {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"]},
    },
)

# The stylesheet's hashed name needs `collectstatic`, whose files are none of these measurements.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [each for each in MIDDLEWARE if "whitenoise" not in each]
METER = "strict_datastore.middleware.ServerTimingMiddleware"
if os.environ.get("SERVER_TIMING") and METER not in MIDDLEWARE:
    MIDDLEWARE.insert(0, METER)
STATIC_ROOT = tempfile.gettempdir()
