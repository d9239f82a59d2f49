"""Step 3: purrs are stored with their author, and the newest is on top."""

import sqlite3
import unittest
from contextlib import closing
from datetime import timedelta

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


def test_the_model_is_there():
    purr = attribute("purr.models", "Purr", "Write the class Purr.")
    for name in ("id", "author", "text", "posted"):
        field(purr, name, "Compare with the lesson.")
    if not hasattr(purr.objects, "newest_first"):
        fail("purr/models.py: the class Purr needs the line objects = PurrQuerySet.as_manager()")
    system_checks()


def test_the_migration_is_made_and_applied():
    database = FOLDER / "db.sqlite3"
    tables = tables_in(database) if database.exists() else {"purr_purr"}
    migrations_made()
    if "purr_purr" not in tables:
        fail("The database has no table for the purrs yet: python manage.py migrate")


def tables_in(database):
    with closing(sqlite3.connect(database)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def test_the_pages_have_addresses():
    installed("django.contrib.humanize")
    from django.urls import NoReverseMatch, reverse

    try:
        reverse("post")
    except NoReverseMatch:
        fail('Add path("", include("purr.urls")) to the urlpatterns in mewgram/urls.py')


def test_the_empty_timeline_says_so(visitor):
    visitor.sees("/", "Not a purr yet", "It should, while nobody has purred: look at home in purr/views.py")


def test_a_stranger_is_sent_to_log_in(visitor):
    page = visitor.opens("/purrs/new/")
    if "Log in" not in page.text or "A new purr" in page.text:
        fail("purr/views.py: a stranger is not sent to the log-in. Write @login_required above post")


def test_a_cat_can_purr(visitor):
    from django.db import IntegrityError

    from users.models import User

    visitor.log_in(User.objects.create_user("luna@example.com", display_name="Luna"))
    text_of("purr/forms.py", "Write the class PurrForm.")
    visitor.sees("/", "Your purr", "The form is missing: look at home in purr/views.py")
    try:
        page = visitor.sends("/purrs/new/", {"text": "Meow"}, "Look at post in purr/views.py")
    except IntegrityError:
        fail(
            "purr/views.py: a purr is saved without its author."
            " Before form.save() write form.instance.author = request.user"
        )
    if "Meow" not in page.text:
        fail('The new purr is not on the home page. End post in purr/views.py with return redirect("home")')


def test_a_purr_may_have_two_lines(visitor):
    from users.models import User

    visitor.log_in(User.objects.create_user("luna@example.com", display_name="Luna"))
    page = visitor.sends("/purrs/new/", {"text": "Meow,\nand meow again"})
    if page.response.context["form"].errors:
        fail("purr/forms.py: the form refuses a purr of two lines. Write text = TextField( there")


def test_the_newest_is_on_top(database):
    from django.utils import timezone

    from purr.models import Purr
    from users.models import User

    cat = User.objects.create_user("luna@example.com", display_name="Luna")
    now = timezone.now()
    for days, text in ((2, "older"), (1, "newer")):
        Purr.objects.create(author=cat, text=text, posted=now - timedelta(days=days))
    if [purr.text for purr in Purr.objects.newest_first()] != ["newer", "older"]:
        fail('purr/models.py: newest_first begins with the oldest. Write order_by("-posted")')


def test_the_order_is_tested(database):
    tests = attribute("purr.tests", "TimelineTests", "It is given: compare with the lesson.")
    if not hasattr(tests, "test_newest_first"):
        fail("purr/tests.py: the test test_newest_first is missing in TimelineTests")
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(tests).run(result)
    if not result.wasSuccessful():
        fail("A test in purr/tests.py fails. Read what it says: python manage.py test")
