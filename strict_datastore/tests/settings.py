"""The settings of the backend's own tests: Django's apps, and models made to be difficult."""

from pathlib import Path

SECRET_KEY = "nothing here is secret"
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "strict_datastore",
    "backend",
    "probes",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "backend.admin_urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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

DATABASES = {"default": {"ENGINE": "strict_datastore", "PROJECT": "tests", "NAMESPACE": ""}}

# Where index.yaml is, which the emulator enforces.
BASE_DIR = Path(__file__).parent

# On a busy machine fifty requests at once take their time; the tests of the deadline set one.
STRICT_DATASTORE_DEADLINE = 60

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

STATIC_URL = "static/"
TIME_ZONE = "UTC"
USE_TZ = True
