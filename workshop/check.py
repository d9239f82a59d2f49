"""Runs the check of a step on a folder, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

CONFIGURATION = Path(__file__).with_name("check.ini")


def check(step, folder, variables=None):
    """Return whether the check passes, and what it says."""
    command = [
        *(sys.executable, "-m", "pytest", "-x", "--assert=plain", "--import-mode=importlib"),
        *(
            "-p",
            "workshop.checking",
            "-p",
            "workshop.check_report",
            "-p",
            "no:terminal",
            "-p",
            "no:cacheprovider",
        ),
        *("-c", CONFIGURATION, "--rootdir", folder, "--confcutdir", step.folder, step.check),
    ]
    result = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environment(folder) | (variables or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    return result.returncode == 0, result.stdout


# What the project reads: the check looks at its code and its .env, not at what a terminal happens to have set.
OF_THE_PROJECT = (
    *("ALLOWED_HOSTS", "DATABASE", "DATASTORE_", "DEBUG", "DJANGO_", "GOOGLE_CLOUD_PROJECT", "K_SERVICE"),
    *("SECRET_KEY", "SERVER_TIMING"),
)


def environment(folder):
    """The attendee's environment, without what is the project's, and what would change how Python and pytest run."""
    others = (*OF_THE_PROJECT, "PYTEST_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    return kept | {
        "WORKSHOP_FOLDER": str(folder),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }
