"""Step 1: a project, an app, a page, and a test that reads it."""

from workshop.checking import FOLDER, command, fail, installed, project, text_of


def test_nothing_is_migrated_yet():
    database = FOLDER / "db.sqlite3"
    # runserver makes an empty file; only migrate writes into it.
    if database.exists() and database.stat().st_size > 0:
        fail("Delete the file db.sqlite3: migrate has run, and step 2 decides first what a user is.")


def test_the_app_is_installed():
    text_of("manage.py", "Make the project: django-admin startproject mewgram .")
    text_of("purr/apps.py", "Make the app: django-admin startapp purr")
    installed("purr")


def test_the_home_page_has_an_address():
    project()
    from django.urls import NoReverseMatch, reverse

    try:
        path = reverse("home")
    except NoReverseMatch:
        fail('Add path("", views.home, name="home") to the urlpatterns in mewgram/urls.py')
    if path != "/":
        fail(f'The home page has the address {path}: write path("", ...) for it in mewgram/urls.py')


def test_the_page_shows_what_the_cats_say():
    text_of("templates/purr/home.html", "Make it: it is the page with the purrs.")
    from django.test import Client

    page = Client().get("/").content.decode()
    if "What the cats say" not in page:
        fail('The home page has no heading "What the cats say": write it into templates/purr/home.html')
    if "Hello, cats!" not in page:
        fail(
            'The home page does not show "Hello, cats!": look at the list in purr/views.py and at {{ purr }}'
        )


def test_a_test_reads_the_page():
    status, output = command("python manage.py test purr")
    if "Found 0 test(s)" in output:
        fail("purr/tests.py has no test yet. A test is a method whose name begins with test_")
    if status != 0:
        fail("A test in purr/tests.py fails. Read what it says: python manage.py test")
