"""mewgram's own settings; but tests log in often, and none of them is about the cost of guessing a password."""

from mewgram.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
