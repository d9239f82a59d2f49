"""mewgram's settings in production, on the engine that BENCH_ENGINE names."""

import os
import tempfile

from mewgram.settings import *  # noqa: F403
from mewgram.settings import DATABASES, MIDDLEWARE

DATABASES["default"]["ENGINE"] = os.environ["BENCH_ENGINE"]
if DATABASES["default"]["ENGINE"] != "strict_datastore":
    # What strict_datastore sets by itself.
    DATABASES["default"] |= {"INDEXES_FILE": "djangaeidx.yaml", "OPTIONS": {"count_mode": "emulated"}}

ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False

# The stylesheet's hashed name needs `collectstatic`, whose files are none of these measurements.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [each for each in MIDDLEWARE if "whitenoise" not in each]
STATIC_ROOT = tempfile.gettempdir()
