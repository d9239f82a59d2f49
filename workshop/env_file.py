"""The file .env of an attendee's project: what keeps the project from running locally, here or in the terminal."""

import os
import re

import environ

NAME = ".env"
# What editors and file managers make of that name, and where it is put by mistake.
MISTAKEN_FOR_IT = (".env.txt", "env", "env.txt", "_env", "mewgram/.env")
# A line as django-environ understands it; it ignores others.
LINE = re.compile(r"(?:export )?([A-Za-z_0-9]+)=(.*)")
NEEDED = {"DEBUG": "1", "DATABASE": "datastore", "DATASTORE_EMULATOR_HOST": "127.0.0.1:8081"}
HOST_NAME = re.compile(r"[A-Za-z0-9.-]+|\*|\[[0-9A-Fa-f:]+\]")


def names_read(folder):
    """Return the names of the variables that the project's settings read, by way of .env; none before step 6."""
    path = folder / "mewgram/settings.py"
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    if "read_env(" not in text:
        return set()
    names = set(re.findall(r"""\benv(?:\.\w+)?\(\s*["'](\w+)["']""", text))
    return names | ({"DATASTORE_EMULATOR_HOST"} if "DATABASE" in names else set())


def problem(folder):
    """Return a sentence on what is wrong with .env for working on the project locally, or None."""
    names = names_read(folder)
    path = folder / NAME
    if not names:
        return None
    if not path.is_file():
        mistaken = [name for name in MISTAKEN_FOR_IT if (folder / name).is_file()]
        if mistaken:
            return f"There is no file .env beside manage.py, but {mistaken[0]}: rename it, or move it there."
        return f"There is no file .env beside manage.py. Write it: {', '.join(map(line, NEEDED))}, each in a line."
    return _of_lines(path) or _of_values(path, names)


def line(name):
    return f"{name}={NEEDED[name]}"


def values(folder):
    """Return what .env sets, as django-environ reads it."""

    class Env(environ.Env):
        ENVIRON = {}  # noqa: RUF012

    Env.read_env(folder / NAME)
    return Env.ENVIRON


def _of_lines(path):
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or text.startswith("\ufeff"):
        return ".env is not saved as plain UTF-8. Save the file again, with the encoding UTF-8."
    first = {}
    for number, each in enumerate(text.splitlines(), start=1):
        if not each.strip() or each.startswith("#"):
            continue
        # The line itself is not shown: it may hold a secret.
        found = LINE.fullmatch(each)
        if not found:
            return f".env, line {number}: write NAME=value, from the beginning of the line and without spaces around =."
        if found[2] != found[2].rstrip():
            return f".env, line {number}: delete the spaces at its end."
        if first.setdefault(found[1], number) != number:
            return f".env, line {number}: line {first[found[1]]} sets {found[1]} already, and counts. Delete one."
    return None


def _of_values(path, names):
    # Not at the top: it imports Google's libraries, for which early steps have no use.
    from strict_datastore.address import is_host_and_port

    found = values(path.parent)

    def wrong(name, reason):
        lines = path.read_text(encoding="utf-8").splitlines()
        number = next(
            at for at, each in enumerate(lines, start=1) if (LINE.fullmatch(each) or [0, 0])[1] == name
        )
        return f".env, line {number}: {reason}"

    if "DEBUG" in found and not environ.Env.parse_value(found["DEBUG"], bool):
        return wrong(
            "DEBUG", f"DEBUG={found['DEBUG']} is for production. To work on the project, write DEBUG=1"
        )
    if found.get("DATABASE", "datastore") != "datastore":
        return wrong("DATABASE", f"DATABASE={found['DATABASE']} means SQLite here. Write DATABASE=datastore")
    host = found.get("DATASTORE_EMULATOR_HOST")
    if host and not is_host_and_port(host):
        return wrong(
            "DATASTORE_EMULATOR_HOST",
            "write the host and the port alone, without http:// and without a path: "
            + line("DATASTORE_EMULATOR_HOST"),
        )
    hosts = found.get("ALLOWED_HOSTS", "").split(",")
    if any(each and not HOST_NAME.fullmatch(each) for each in hosts):
        return wrong(
            "ALLOWED_HOSTS",
            "write names alone, without spaces, http:// or ports: ALLOWED_HOSTS=localhost,127.0.0.1",
        )
    missing = [name for name in NEEDED if name in names and not found.get(name)]
    return f"The file .env beside manage.py needs the line {line(missing[0])}" if missing else None


def overridden(folder):
    """Return a sentence on variables of the terminal that the project obeys in place of .env, or None."""
    names = names_read(folder) | ({"DJANGO_SETTINGS_MODULE"} if (folder / "manage.py").is_file() else set())
    # Which project an emulator is asked for makes no difference, and Cloud Shell sets this one.
    names -= {"GOOGLE_CLOUD_PROJECT"}
    said = {"DJANGO_SETTINGS_MODULE": "mewgram.settings"}
    said |= values(folder) if (folder / NAME).is_file() and not _of_lines(folder / NAME) else {}
    found = sorted(name for name in names if name in os.environ and os.environ[name] != said.get(name))
    if not found:
        return None
    undo = "open a new one" if os.name == "nt" else f"unset {' '.join(found)}"
    return (
        f"This terminal has set {', '.join(found)}. Your project obeys that, whatever .env says; this check does not."
        f" To undo it: {undo}"
    )
