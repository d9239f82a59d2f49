"""
Settings, read from the environment and safe by default: what is not set is as it should be in production.

For local runs put `DEBUG=1` into the environment or into a file named `.env` beside manage.py.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)

# Only a local run may do without a key of its own: whoever knows the key can sign in its name.
SECRET_KEY = env("SECRET_KEY", default="for local runs only") if DEBUG else env("SECRET_KEY")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if DEBUG else [])

# Cloud Run sets this variable. There a header tells the visitor's address, which elsewhere anybody could make up.
BEHIND_CLOUD_RUN = "K_SERVICE" in env.ENVIRON

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "strict_datastore",
    "users",
    "purr",
]

MIDDLEWARE = [
    # Nobody waits longer for Datastore than a few seconds.
    "strict_datastore.middleware.DeadlineMiddleware",
    # Before the others, because a health check comes by http and under any host name.
    "mewgram.middleware.health",
    "mewgram.middleware.utf8",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

# What a page asked of the database, for the browser's developer tools.
if DEBUG or env.bool("SERVER_TIMING", default=False):
    MIDDLEWARE.insert(0, "strict_datastore.middleware.ServerTimingMiddleware")

# The same at the foot of each page, with its price.
if DEBUG:
    MIDDLEWARE.insert(0, "strict_datastore.middleware.CostFooterMiddleware")

ROOT_URLCONF = "mewgram.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

WSGI_APPLICATION = "mewgram.wsgi.application"

if env("DATABASE", default="sqlite") == "datastore":
    DATABASES = {
        "default": {
            "ENGINE": "strict_datastore",
            "PROJECT": env("GOOGLE_CLOUD_PROJECT", default="mewgram"),
            "NAMESPACE": env("DATASTORE_NAMESPACE", default=""),
            "DATABASE_ID": env("DATASTORE_DATABASE", default=""),
        }
    }
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}

# An EmailClaim, whose key is the address, makes addresses unique: no query, which would make sign-ups wait.
STRICT_DATASTORE_UNENFORCED_CONSTRAINTS = {"one_user_an_email": "EmailClaim does it"}

AUTH_USER_MODEL = "users.User"
LOGIN_URL = "log_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "display_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SESSION_ENGINE = "mewgram.sessions"

# In a cookie, because in the session each message would cost two writes.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]

# No script of our own, none in a page; the admin's lie beside the stylesheets.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "img-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Django would mail errors to the administrators; here they go to the log. Pages asked for in vain do not.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"database_is_away": {"()": "mewgram.logs.DatabaseIsAway"}},
    "formatters": {"plain": {}, "json": {"()": "mewgram.logs.JsonFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["database_is_away"],
            "formatter": "plain" if DEBUG else "json",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": []},
        "django.request": {"level": "ERROR"},
        # What makes no sense is answered with 400; a traceback each would let anybody fill the log.
        "django.security": {"level": "CRITICAL"},
    },
}

if not DEBUG:
    # Cloud Run ends https in front of the app and tells so by this header, which no visitor can set.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

    # The app serves its static files itself; a hash in each name lets browsers keep them for ever.
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.middleware.security.SecurityMiddleware") + 1,
        "whitenoise.middleware.WhiteNoiseMiddleware",
    )
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
