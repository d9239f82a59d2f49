"""`workshop doctor`: what this machine lacks for the workshop, and how to get it."""

import importlib.util
import shutil
import sys
import tempfile
import webbrowser
from pathlib import Path

from strict_datastore.emulator import Emulator, EmulatorError, find_emulator, google_cloud_sdk, port_in_use

from workshop.ports import NAMED

OLDEST_PYTHON = (3, 11)
PACKAGES = ["django", "gcloudc", "gunicorn", "PIL", "pytest", "robohash", "watchfiles", "whitenoise"]


def findings():
    """Yield (what, is it well, what to do, step from which it is needed) for all that is looked at."""
    yield python()
    yield packages()
    yield browser()
    yield from ports()
    yield emulator()
    yield gcloud()


def python():
    version = ".".join(map(str, sys.version_info[:3]))
    well = sys.version_info >= OLDEST_PYTHON
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return f"Python {version}", well, f"Install Python {oldest} or newer: https://www.python.org/downloads", 1


def packages():
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    advice = f"Delete {sys.prefix} and make it anew, as the README says. Missing: {', '.join(missing)}"
    return f"Python packages in {sys.prefix}", not missing, advice, 1


def browser():
    advice = "Install one, or, where this machine has no screen, forward port 8000 to yours: ssh -L 8000:127.0.0.1:8000"
    try:
        webbrowser.get()
    except webbrowser.Error:
        found = any(map(shutil.which, ("chromium", "google-chrome", "firefox")))
        return "Web browser", found, advice, 1
    return "Web browser", True, advice, 1


def ports():
    needed = {8000: ("Django's server", 1), 8080: ("gunicorn", 9), 8081: ("the emulator", 6)}
    for port in NAMED:
        program, step = needed[port]
        advice = f"Stop what uses it. {program[0].upper()}{program[1:]} wants it"
        yield f"Port {port} for {program}", not port_in_use(port), advice, step


def emulator():
    """Start it, because a Java that is too old shows only then."""
    try:
        find_emulator()
        with tempfile.TemporaryDirectory() as place:
            index_file = Path(place) / "index.yaml"
            index_file.write_text("indexes:\n")
            with Emulator(index_file=index_file):
                pass
    except EmulatorError as error:
        return "Java and Google's Datastore emulator", False, str(error), 6
    return "Java and Google's Datastore emulator", True, "", 6


def gcloud():
    advice = "Install it: https://cloud.google.com/sdk/docs/install"
    return "gcloud, the Google Cloud CLI", bool(shutil.which("gcloud") or google_cloud_sdk()), advice, 10
