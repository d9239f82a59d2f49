"""What is said of an attendee's .env, and of variables that their terminal has set in its place."""

import pytest

from workshop import env_file

SETTINGS = """
env = environ.Env()
env.read_env(BASE_DIR / ".env")
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env(
    'SECRET_KEY', default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if env("DATABASE", default="sqlite") == "datastore":
    PROJECT = env("GOOGLE_CLOUD_PROJECT", default="mewgram")
"""
ENV = "DEBUG=1\nDATABASE=datastore\nDATASTORE_EMULATOR_HOST=127.0.0.1:8081\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mewgram").mkdir()
    (tmp_path / "mewgram/settings.py").write_text(SETTINGS)
    (tmp_path / "manage.py").touch()
    (tmp_path / ".env").write_text(ENV)
    return tmp_path


def test_the_names_are_those_that_the_settings_read(folder):
    assert env_file.names_read(folder) == {
        *(
            "ALLOWED_HOSTS",
            "DATABASE",
            "DATASTORE_EMULATOR_HOST",
            "DEBUG",
            "GOOGLE_CLOUD_PROJECT",
            "SECRET_KEY",
        )
    }


@pytest.mark.parametrize(
    "text",
    [
        ENV,
        ENV.replace("\n", "\r\n"),
        f"# Mine.\n\n{ENV}",
        ENV.replace("DEBUG=1", "export DEBUG=True"),
        ENV.replace("=datastore", '="datastore"'),
        ENV.replace("127.0.0.1", "localhost"),
        ENV.replace("127.0.0.1", "[::1]"),
        f"{ENV}ALLOWED_HOSTS=localhost,127.0.0.1,.example.org,[::1],*\nSECRET_KEY=$%:/ x\n",
    ],
)
def test_nothing_is_said_of_an_env_for_local_work(folder, text):
    (folder / ".env").write_text(text, newline="")
    assert env_file.problem(folder) is None


@pytest.mark.parametrize("name", ["DEBUG", "DATABASE", "DATASTORE_EMULATOR_HOST"])
def test_a_line_that_is_missing_is_said(folder, name):
    (folder / ".env").write_text("".join(each for each in ENV.splitlines(True) if not each.startswith(name)))
    assert env_file.problem(folder) == f"The file .env beside manage.py needs the line {env_file.line(name)}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("DEBUG=1", "DEBUG=0", "line 1: DEBUG=0 is for production. To work on the project, write DEBUG=1"),
        ("DEBUG=1", "DEBUG=1 # errors", "line 1: DEBUG=1 # errors is for production."),
        ("DEBUG=1", "DEBUG=", "line 1: DEBUG= is for production."),
        (
            "DEBUG=1",
            "DEBUG = 1",
            "line 1: write NAME=value, from the beginning of the line and without spaces",
        ),
        ("DEBUG=1", " DEBUG=1", "line 1: write NAME=value"),
        ("DEBUG=1", "+DEBUG=1", "line 1: write NAME=value"),
        ("DEBUG=1", "DEBUG: 1", "line 1: write NAME=value"),
        ("DEBUG=1", "```\nDEBUG=1", "line 1: write NAME=value"),
        ("DEBUG=1", "DEBUG=0\nDEBUG=1", "line 2: line 1 sets DEBUG already, and counts. Delete one."),
        ("=datastore", "=postgres", "line 2: DATABASE=postgres means SQLite here. Write DATABASE=datastore"),
        ("=datastore", "=Datastore", "line 2: DATABASE=Datastore means SQLite here."),
        ("=datastore", "=datastore ", "line 2: delete the spaces at its end."),
        (
            "127.",
            "http://127.",
            "line 3: write the host and the port alone, without http:// and without a path: DATASTORE",
        ),
        (":8081", "", "line 3: write the host and the port alone"),
        (":8081", ":8081/", "line 3: write the host and the port alone"),
        (
            "DEBUG",
            "ALLOWED_HOSTS=localhost, 127.0.0.1\nDEBUG",
            "line 1: write names alone, without spaces, http:// or",
        ),
        ("DEBUG", "ALLOWED_HOSTS=http://localhost\nDEBUG", "line 1: write names alone"),
        ("DEBUG", "ALLOWED_HOSTS=localhost:8000\nDEBUG", "line 1: write names alone"),
        ("DEBUG", "ALLOWED_HOSTS=['localhost']\nDEBUG", "line 1: write names alone"),
    ],
)
def test_a_line_that_keeps_the_project_from_running_locally_is_said(folder, old, new, said):
    assert ENV.count(old) == 1
    (folder / ".env").write_text(ENV.replace(old, new))
    assert env_file.problem(folder).startswith(f".env, {said}")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_another_encoding_is_said(folder, encoding):
    (folder / ".env").write_text(ENV, encoding=encoding)
    assert env_file.problem(folder) == (
        ".env is not saved as plain UTF-8. Save the file again, with the encoding UTF-8."
    )


def test_a_secret_is_never_shown(folder):
    (folder / ".env").write_text(f"{ENV}SECRET_KEY = nine-lives\n")
    assert "nine-lives" not in env_file.problem(folder)


@pytest.mark.parametrize("name", env_file.MISTAKEN_FOR_IT)
def test_a_file_that_is_mistaken_for_it_is_said(folder, name):
    (folder / ".env").rename(folder / name)
    assert env_file.problem(folder) == (
        f"There is no file .env beside manage.py, but {name}: rename it, or move it there."
    )


def test_no_file_is_said_with_its_lines(folder):
    (folder / ".env").unlink()
    assert env_file.problem(folder) == (
        "There is no file .env beside manage.py. Write it: DEBUG=1, DATABASE=datastore,"
        " DATASTORE_EMULATOR_HOST=127.0.0.1:8081, each in a line."
    )


def test_before_the_settings_read_it_nothing_is_said(folder):
    (folder / "mewgram/settings.py").write_text("DEBUG = True\n")
    (folder / ".env").write_text("what ever\n")
    assert env_file.problem(folder) is None
    (folder / "mewgram/settings.py").unlink()
    assert env_file.problem(folder) is None


@pytest.mark.parametrize(
    "name", ["DEBUG", "DATABASE", "DATASTORE_EMULATOR_HOST", "SECRET_KEY", "ALLOWED_HOSTS"]
)
def test_a_variable_that_the_terminal_sets_otherwise_is_said(folder, monkeypatch, name):
    monkeypatch.setenv(name, "elsewhere")
    others = {"DEBUG", "DATABASE", "DATASTORE_EMULATOR_HOST", "DJANGO_SETTINGS_MODULE"} - {name}
    for other in others:
        monkeypatch.delenv(other, raising=False)
    said = env_file.overridden(folder)
    assert said.startswith(f"This terminal has set {name}. Your project obeys that, whatever .env says;")
    assert "elsewhere" not in said


def test_a_variable_that_says_the_same_as_env_is_not(folder, monkeypatch):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    for name, value in env_file.values(folder).items():
        monkeypatch.setenv(name, value)
    assert env_file.overridden(folder) is None


def test_in_each_step_other_settings_than_the_projects_are_said(folder, monkeypatch):
    (folder / "mewgram/settings.py").write_text("DEBUG = True\n")
    monkeypatch.setenv("DEBUG", "0")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "elsewhere.settings")
    assert env_file.overridden(folder).startswith("This terminal has set DJANGO_SETTINGS_MODULE. ")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "mewgram.settings")
    assert env_file.overridden(folder) is None
    (folder / "manage.py").unlink()
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "elsewhere.settings")
    assert env_file.overridden(folder) is None
