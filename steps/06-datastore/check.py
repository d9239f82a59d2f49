"""Step 6 is done when mewgram runs on Datastore, by strict_datastore, and its pages say what they cost."""

from workshop.checking import attribute, emulator_must_answer, fail, installed, project, text_of


def luna():
    user = attribute("users.models", "User", "It comes in step 2.")
    return user.objects.create_user("luna@example.com", display_name="Luna")


def test_the_project_runs_on_datastore():
    engine = project().DATABASES["default"]["ENGINE"]
    if engine == "django.db.backends.sqlite3":
        if "datastore" in text_of("mewgram/settings.py"):
            fail(
                "The project still runs on SQLite, though .env says DATABASE=datastore: mewgram/settings.py needs"
                ' the line env.read_env(BASE_DIR / ".env") before it reads anything.'
            )
        fail("The project still runs on SQLite: mewgram/settings.py needs DATABASES for Datastore.")
    if engine != "strict_datastore":
        fail(
            f'mewgram/settings.py: the ENGINE is "{engine}". When you have asked the four questions on the connector,'
            ' change it to "strict_datastore".'
        )
    if not project().DEBUG:
        fail('mewgram/settings.py does not read DEBUG=1 of .env: DEBUG = env.bool("DEBUG", default=False)')


def test_the_toolbar_is_gone():
    if "debug_toolbar" in project().INSTALLED_APPS:
        fail('Take "debug_toolbar" out of INSTALLED_APPS in mewgram/settings.py: it counts SQL.')


def test_pages_say_what_they_cost():
    installed("strict_datastore")
    middleware = "strict_datastore.middleware.CostFooterMiddleware"
    if middleware not in project().MIDDLEWARE:
        fail(f'Add "{middleware}" to MIDDLEWARE in mewgram/settings.py, first of all')
    text_of("purr/management/commands/page_cost.py", "It is given: workshop start 6 lays it down.")


def test_the_emulator_answers():
    emulator_must_answer()


def test_the_timeline_is_on_datastore(visitor):
    purr = attribute("purr.models", "Purr", "It comes in step 3.")
    thread = purr.objects.create(author=luna(), text="Meow from Datastore")
    purr.objects.create(author=thread.author, text="Meow to you", thread=thread)
    where = "Look at home in purr/views.py."
    page = visitor.sees("/", "Meow from Datastore", where)
    visitor.sees("/", "Meow to you", where)
    if "datastore-cost" not in page.html:
        fail("The timeline does not say what it costs: templates/base.html has to end with </body>.")


def test_nobody_takes_the_address_of_another(database):
    from django.db import IntegrityError

    cat = luna()
    try:
        type(cat).objects.create(email=cat.email, display_name="Not Luna")
    except IntegrityError:
        return
    fail("Two cats can have one address: users/models.py needs its UniqueConstraint of step 2 again.")


def test_tests_run_in_namespaces_of_their_own():
    for name in ("purr/tests.py", "users/tests.py"):
        if "from strict_datastore.testing import TestCase" not in text_of(name):
            fail(f"{name} needs the line: from strict_datastore.testing import TestCase")
