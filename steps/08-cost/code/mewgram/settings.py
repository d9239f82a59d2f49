"""Settings of mewgram. Each is explained at https://docs.djangoproject.com/en/5.2/ref/settings/"""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)

# Good enough for your own machine. Step 9 makes it safe.
SECRET_KEY = "for local runs only"

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
    "strict_datastore.middleware.CostFooterMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

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

if env("DATABASE", default="sqlite") == "datastore":
    DATABASES = {
        "default": {
            "ENGINE": "strict_datastore",
            "PROJECT": env("GOOGLE_CLOUD_PROJECT", default="mewgram"),
            "NAMESPACE": env("DATASTORE_NAMESPACE", default=""),
        }
    }
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}

STRICT_DATASTORE_UNENFORCED_CONSTRAINTS = {"one_user_an_email": "EmailClaim does it"}

AUTH_USER_MODEL = "users.User"
LOGIN_URL = "log_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
