"""What a check says of an attendee's project: one sentence with the file and the next thing to do."""

import textwrap
from types import SimpleNamespace

import pytest
from strict_datastore.emulator import Emulator

from workshop.check import check

PROJECT = {
    "manage.py": "",
    "mewgram/__init__.py": "",
    "mewgram/settings.py": """
        from pathlib import Path

        import environ

        BASE_DIR = Path(__file__).resolve().parent.parent
        env = environ.Env()
        env.read_env(BASE_DIR / ".env")
        SECRET_KEY = "cat"
        DEBUG = True
        INSTALLED_APPS = ["purr"]
        ROOT_URLCONF = "mewgram.urls"
        TEMPLATES = [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [BASE_DIR / "templates"],
                "OPTIONS": {},
            }
        ]
        DATABASES = {"default": env.db(default="sqlite:///" + str(BASE_DIR / "db.sqlite3"))}
        """,
    "mewgram/urls.py": """
        from django.urls import path

        from purr.views import home

        urlpatterns = [path("", home)]
        """,
    "purr/__init__.py": "",
    "purr/models.py": """
        from django.db import models

        class Purr(models.Model):
            id = models.AutoField(primary_key=True)
            text = models.CharField(max_length=20)
        """,
    "purr/migrations/__init__.py": "",
    "purr/migrations/0001_initial.py": """
        from django.db import migrations, models

        class Migration(migrations.Migration):
            initial = True
            operations = [
                migrations.CreateModel(
                    "Purr",
                    [
                        ("id", models.AutoField(primary_key=True, serialize=False)),
                        ("text", models.CharField(max_length=20)),
                    ],
                )
            ]
        """,
    "purr/views.py": """
        from django.shortcuts import render

        from .models import Purr

        def home(request):
            return render(request, "home.html", {"purrs": Purr.objects.all()})
        """,
    "templates/home.html": "<p>{% for purr in purrs %}{{ purr.text }}{% empty %}Not a purr yet{% endfor %}</p>",
}
FULL = """
from workshop.checking import *


def test_the_project_is_well(visitor):
    installed("purr")
    system_checks()
    migrations_made()
    Purr = attribute("purr.models", "Purr", "Write it.")
    field(Purr, "text", "Add it.")
    Purr.objects.create(text="Meow & more")
    visitor.sees("/", "Meow & more", "Loop over the purrs in templates/home.html")


def test_each_check_finds_an_empty_database(visitor):
    visitor.sees("/", "Not a purr yet", "")
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "my-mewgram"
    for name, text in PROJECT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"))
    return folder


@pytest.fixture
def said(folder, tmp_path):
    """Runs a check.py on the project and returns the last that it says, in one line."""

    def said(text=FULL):
        place = tmp_path / "step"
        place.mkdir(exist_ok=True)
        (place / "check.py").write_text(text)
        passes, output = check(SimpleNamespace(folder=place, check=place / "check.py"), folder)
        assert passes == (output.strip().splitlines()[-1].startswith("  ok  "))
        return output.strip("\n").rpartition("\n\n")[2]

    return said


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_what_holds_is_said_in_words(said):
    assert said() == "  ok  the project is well\n  ok  each check finds an empty database"


def test_the_attendees_database_is_not_touched(said, folder):
    said()
    assert not (folder / "db.sqlite3").exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("mewgram/settings.py", '["purr"]', "[]", 'Add "purr" to INSTALLED_APPS in mewgram/settings.py'),
        (
            "mewgram/settings.py",
            '["purr"]',
            '["purr", "toys"]',
            'INSTALLED_APPS in mewgram/settings.py names "toys", but there is no such app.',
        ),
        (
            "mewgram/settings.py",
            '["purr"]',
            '["purr"',
            "mewgram/settings.py, line 10: SyntaxError: '[' was never closed",
        ),
        (
            "mewgram/settings.py",
            "import environ",
            "import enviro",
            "mewgram/settings.py, line 3: ModuleNotFoundError: No module named 'enviro'",
        ),
        (
            "purr/models.py",
            "models.CharField",
            "xyz.CharField",
            "purr/models.py, line 5: NameError: name 'xyz' is not defined",
        ),
        (
            "purr/models.py",
            "text =",
            "txt =",
            "A migration is missing (Remove field text from purr, Add field txt to purr):"
            " python manage.py makemigrations",
        ),
        (
            "purr/models.py",
            "class Purr",
            "class Meow",
            "purr/views.py, line 3: ImportError: cannot import name 'Purr' from 'purr.models' (purr/models.py)",
        ),
        (
            "purr/models.py",
            "max_length=20",
            'max_length="20"',
            "python manage.py check says: purr.Purr.text 'max_length' must be a positive integer. (fields.E121)",
        ),
        (
            "purr/views.py",
            "Purr.objects.all()",
            "Purr.cats.all()",
            "purr/views.py, line 6: AttributeError: type object 'Purr' has no attribute 'cats'",
        ),
        (
            "purr/views.py",
            '"home.html"',
            '"house.html"',
            "purr/views.py, line 6: TemplateDoesNotExist: house.html",
        ),
        (
            "mewgram/urls.py",
            '"", home',
            '"home/", home',
            "The page / answers 404. Loop over the purrs in templates/home.html",
        ),
        (
            "templates/home.html",
            "{{ purr.text }}",
            "{{ purr.txt }}",
            'The page / does not show "Meow & more". Loop over the purrs in templates/home.html',
        ),
        (
            "templates/home.html",
            "{% empty %}",
            "{% emty %}",
            "templates/home.html, line 1: TemplateSyntaxError: Invalid block tag on line 1: 'emty', expected"
            " 'empty' or 'endfor'. Did you forget to register or load this tag?",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(said, folder, name, old, new, sentence):
    change(folder, name, old, new)
    assert said() == sentence


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "manage.py",
            "There is no file manage.py yet. Make the project: django-admin startproject mewgram .",
        ),
        ("mewgram/settings.py", "There is no file mewgram/settings.py yet."),
        ("purr/models.py", "purr/views.py, line 3: ModuleNotFoundError: No module named 'purr.models'"),
    ],
)
def test_a_missing_file_is_said(said, folder, name, sentence):
    (folder / name).unlink()
    assert said() == sentence


def test_an_app_that_is_not_there_is_said(said):
    text = 'from workshop.checking import installed\n\ndef test_app():\n    installed("toys")\n'
    assert said(text) == "There is no app toys yet: python manage.py startapp toys"


def test_a_name_or_a_field_that_is_not_there_is_said(said):
    text = "from workshop.checking import *\n\ndef test_a():\n    "
    assert (
        said(text + 'attribute("purr.models", "Meow", "Write it.")')
        == "purr/models.py has no Meow yet. Write it."
    )
    assert said(text + 'field(attribute("purr.models", "Purr", ""), "author", "Add it.")') == (
        "purr/models.py: the model Purr has no field author. Add it."
    )


def test_the_first_failure_ends_the_check(said):
    text = (
        "from workshop.checking import fail\n\ndef test_one():\n    pass\n\n"
        'def test_two():\n    fail("Do this.")\n\ndef test_three():\n    fail("Do that.")\n'
    )
    assert said(text) == "Do this."


def test_what_the_project_prints_is_not_shown(said, folder):
    change(folder, "purr/views.py", "def home(request):\n", "def home(request):\n    print('debugging')\n")
    assert "debugging" not in said()


def test_a_file_that_must_not_be_there_is_said(said, folder):
    (folder / "db.sqlite3").touch()
    text = 'from workshop.checking import no_file\n\ndef test_a():\n    no_file("db.sqlite3", "Delete db.sqlite3.")\n'
    assert said(text) == "Delete db.sqlite3."


def test_a_command_runs_in_the_folder_with_more_in_its_environment(said, folder):
    (folder / "tell.py").write_text("import os\nprint(os.environ['CAT'])\n")
    text = (
        "from workshop.checking import command, fail\n\ndef test_a():\n"
        '    status, output = command("python tell.py", CAT="Luna")\n'
        '    fail(f"{status} {output.strip()}")\n'
    )
    assert said(text) == "0 Luna"


DATASTORE = """
from workshop.checking import attribute, needed_indexes


def test_a(visitor):
    Purr = attribute("purr.models", "Purr", "")
    Purr.objects.create(text="Meow")
    purrs = needed_indexes(lambda: list(Purr.objects.filter(text="Meow").order_by("-pk")))
    assert len(purrs) == 1
"""


def use_datastore(folder, host):
    change(
        folder,
        "mewgram/settings.py",
        'env.db(default="sqlite:///" + str(BASE_DIR / "db.sqlite3"))',
        '{"ENGINE": "strict_datastore", "PROJECT": "mewgram"}',
    )
    (folder / ".env").write_text(f"DATASTORE_EMULATOR_HOST={host}\n")


def test_without_an_emulator_it_is_said_how_to_start_one(said, folder):
    use_datastore(folder, "127.0.0.1:1")
    assert said(DATASTORE) == (
        "No emulator answers at 127.0.0.1:1, which .env names. Start it in a terminal of its own: workshop emulator"
    )


def test_an_emulator_that_is_not_named_is_said(said, folder):
    use_datastore(folder, "")
    assert said(DATASTORE) == (
        "The file .env beside manage.py needs the line DATASTORE_EMULATOR_HOST=127.0.0.1:8081"
    )


def test_what_is_wrong_with_env_is_said_before_any_code_is_judged(said, folder):
    (folder / ".env").write_text("DEBUG = 1\n")
    change(folder, "mewgram/settings.py", "DEBUG = True", 'DEBUG = env.bool("DEBUG", default=False)')
    (folder / "purr/views.py").unlink()
    assert said().startswith(".env, line 1: write NAME=value")


def test_what_is_wrong_with_index_yaml_is_said_before_any_code_is_judged(said, folder):
    (folder / "index.yaml").write_text("indexes:\n- kind: Cat\n  properties: age\n")
    (folder / "purr/views.py").unlink()
    assert said().startswith("index.yaml, line 3: below `properties:` each property begins with `- name:`.")


def test_a_file_in_another_encoding_is_said(said, folder):
    (folder / "templates/home.html").write_text("Meow", encoding="utf-16")
    text = 'from workshop.checking import text_of\n\ndef test_a():\n    text_of("templates/home.html")\n'
    assert said(text) == (
        "templates/home.html is not saved as UTF-8. Save the file again, with the encoding UTF-8."
    )


def test_code_can_be_judged_whatever_env_and_the_terminal_say(said, folder, monkeypatch):
    (folder / ".env").write_text("SECRET_KEY=of-env\nCAT=Luna\n")
    monkeypatch.setenv("SECRET_KEY", "of-the-terminal")
    text = (
        "import os, runpy\nfrom workshop.checking import *\n\ndef test_a():\n    project()\n"
        '    with variables(DEBUG="0"):\n        runpy.run_path(str(FOLDER / "mewgram/settings.py"))\n'
        '        fail(f\'{os.environ.get("SECRET_KEY")} {os.environ["DEBUG"]}\')\n'
    )
    assert said(text) == "None 0"


@pytest.mark.emulator
def test_a_composite_index_that_is_missing_is_said(said, folder):
    with Emulator() as emulator:
        use_datastore(folder, emulator.host)
        (folder / "index.yaml").write_text("indexes:\n")
        assert said(DATASTORE) == (
            "index.yaml lacks a composite index of the kind purr_purr. Add this, then stop the emulator and start it"
            " again:\n- kind: purr_purr\n  properties:\n  - name: text\n  - name: __key__\n    direction: desc"
        )


@pytest.mark.emulator
def test_an_emulator_that_has_not_read_the_entry_is_said_and_no_line_of_code(said, folder):
    index_file = folder / "index.yaml"
    index_file.write_text("indexes:\n")
    with Emulator(index_file=index_file) as emulator:
        use_datastore(folder, emulator.host)
        change(folder, "purr/views.py", "all()", 'filter(text="Meow").order_by("-pk")')
        entry = "- kind: purr_purr\n  properties:\n  - name: text\n  - name: __key__\n    direction: desc"
        assert f"\nAdd this to index.yaml:\n{entry}\nThen stop the emulator" in said(FULL)
        index_file.write_text(f"indexes:\n{entry}\n")
        assert said(FULL) == (
            "This query requires a composite index that is not defined.\nindex.yaml has the entry for it already, in"
            " line 2. But the emulator reads the file only when it starts: stop the emulator (Ctrl-C in the terminal"
            " where it runs) and start it again.\nIts command is: workshop emulator"
        )
