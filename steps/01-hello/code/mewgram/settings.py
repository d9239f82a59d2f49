"""Settings of mewgram. Each is explained at https://docs.djangoproject.com/en/5.2/ref/settings/"""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

# Good enough for your own machine. Step 9 makes both safe.
DEBUG = True
SECRET_KEY = "for local runs only"

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "purr",
]

MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
]

ROOT_URLCONF = "mewgram.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
    },
]

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}

TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
