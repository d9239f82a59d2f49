"""Step 9 is done when nothing that is forgotten opens the site, and a Dockerfile says how it is shipped."""

import runpy

from workshop.checking import FOLDER, command, fail, migrations_made, text_of, variables

KEY = "only-for-the-check-of-step-9-and-for-nothing-else-0123456789"


def settings_with(**values):
    """Return the settings as they are where the environment has these variables and no others of ours."""
    text_of("mewgram/settings.py")
    with variables(**values):
        return runpy.run_path(str(FOLDER / "mewgram/settings.py"))


def test_the_site_does_not_start_without_a_key():
    from django.core.exceptions import ImproperlyConfigured

    try:
        settings_with(DEBUG="0")
    except ImproperlyConfigured:
        return
    fail(
        "mewgram/settings.py starts without a SECRET_KEY where DEBUG is off: read it from the environment,"
        " with a default only if DEBUG."
    )


def test_it_answers_only_under_names_that_it_was_given():
    if settings_with(DEBUG="0", SECRET_KEY=KEY).get("ALLOWED_HOSTS"):
        fail("mewgram/settings.py answers under any name: the default of ALLOWED_HOSTS is [] without DEBUG.")
    if settings_with(DEBUG="0", SECRET_KEY=KEY, ALLOWED_HOSTS="a.example,b.example")["ALLOWED_HOSTS"] != [
        "a.example",
        "b.example",
    ]:
        fail('mewgram/settings.py: read ALLOWED_HOSTS with env.list("ALLOWED_HOSTS", ...)')


def test_it_runs_on_your_own_machine_without_one():
    if "localhost" not in settings_with(DEBUG="1").get("ALLOWED_HOSTS", ()):
        fail('mewgram/settings.py: ALLOWED_HOSTS has the default ["localhost", "127.0.0.1"] if DEBUG.')


def test_the_app_serves_its_static_files():
    settings = settings_with(DEBUG="0", SECRET_KEY=KEY)
    if "whitenoise.middleware.WhiteNoiseMiddleware" not in settings["MIDDLEWARE"]:
        fail(
            "mewgram/settings.py: without DEBUG, insert WhiteNoise into MIDDLEWARE, behind SecurityMiddleware."
        )
    if "Manifest" not in settings.get("STORAGES", {}).get("staticfiles", {}).get("BACKEND", ""):
        fail("mewgram/settings.py: without DEBUG, STORAGES needs WhiteNoise's storage for staticfiles.")


def test_django_finds_nothing_dangerous():
    status, output = command(
        "python manage.py check --deploy --fail-level WARNING",
        DEBUG="0",
        SECRET_KEY=KEY,
        ALLOWED_HOSTS="mewgram.example",
    )
    if status:
        problem = next((line for line in output.splitlines() if line.startswith("?: ")), output)
        fail(f"mewgram/settings.py: below `if not DEBUG:` something is missing. Django says: {problem}")


def test_its_migrations_are_made():
    migrations_made()


def test_the_dockerfile_makes_an_image_of_this_folder():
    lines = text_of("Dockerfile", "Write it, as the lesson shows.").splitlines()
    if next((line for line in lines if not line.startswith("#")), "") != "ARG APP=.":
        fail("Dockerfile begins with ARG APP=. because your project lies beside it.")
    if "USER 10001" not in lines:
        fail("Dockerfile: write USER 10001 before CMD, so that the site runs without rights.")
    if 'CMD ["gunicorn", "mewgram.wsgi"]' not in lines:
        fail('Dockerfile ends with CMD ["gunicorn", "mewgram.wsgi"]')
