"""Step 2: a user of our own, who signs up, logs in by e-mail and logs out."""

import sqlite3
from contextlib import closing

from workshop.checking import (
    FOLDER,
    attribute,
    fail,
    field,
    installed,
    migrations_made,
    system_checks,
    text_of,
)

LUNA = {
    "email": "luna@example.com",
    "display_name": "Luna",
    "password1": "nine-lives",
    "password2": "nine-lives",
}


def test_the_app_is_installed():
    text_of("users/models.py", "Write the model User into it.")
    settings = text_of("mewgram/settings.py")
    if "AUTH_USER_MODEL" not in settings:
        fail('Add AUTH_USER_MODEL = "users.User" to mewgram/settings.py')
    if '"users",' not in settings and "'users'," not in settings:
        fail('AUTH_USER_MODEL in mewgram/settings.py names the app users: add "users" to INSTALLED_APPS')
    installed("users")


def test_our_user_is_the_user():
    user = attribute("users.models", "User", "Write the class User.")
    for name in ("id", "email", "display_name", "is_active", "joined"):
        field(user, name, "Compare with the lesson.")
    if not hasattr(user.objects, "create_user"):
        fail("users/models.py: the class User needs the line objects = UserManager()")
    from django.contrib.auth import get_user_model

    if get_user_model() is not user:
        fail('AUTH_USER_MODEL in mewgram/settings.py must be "users.User"')
    system_checks()


def test_the_migration_is_made_and_applied():
    database = FOLDER / "db.sqlite3"
    tables = tables_in(database) if database.exists() else {"users_user"}
    migrations_made()
    if "auth_user" in tables:
        fail(
            "The file db.sqlite3 was made with Django's user, not with ours."
            " Stop the server, delete the file, and make it anew: python manage.py migrate"
        )
    if "users_user" not in tables:
        fail("The database has no table for the users yet: python manage.py migrate")


def tables_in(database):
    with closing(sqlite3.connect(database)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def test_the_pages_have_addresses():
    from django.urls import NoReverseMatch, reverse

    for name in ("sign_up", "log_in", "log_out"):
        try:
            reverse(name)
        except NoReverseMatch:
            fail('Add path("", include("users.urls")) to the urlpatterns in mewgram/urls.py')


def test_one_can_sign_up_log_out_and_log_in(visitor):
    page = visitor.sends("/sign-up/", LUNA)
    if "Luna" not in page.text:
        fail(
            "After signing up the page does not show the name."
            " Look at MIDDLEWARE and at the context_processors in mewgram/settings.py"
        )
    page = visitor.sends("/log-out/", {})
    if "Sign up" not in page.text:
        fail("Logging out does not lead to the home page: look at LOGOUT_REDIRECT_URL in mewgram/settings.py")
    page = visitor.sends("/sign-up/", LUNA | {"email": "LUNA@example.com"})
    if "already has an account" not in page.text:
        fail(
            "An address can sign up twice: compare clean and the constraint in users/models.py with the lesson"
        )
    page = visitor.sends("/log-in/", {"username": "Luna@Example.com", "password": "nine-lives"})
    if "Log out" not in page.text:
        fail("One cannot log in with capitals in the address: look at get_by_natural_key in users/models.py")
