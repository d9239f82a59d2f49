"""Makes HTML and PDF of the deck, by Marp and the Chromium that is installed."""

import base64
import mimetypes
import os
import re
import shutil
import subprocess

from . import FOLDER, ROOT
from .chromium import find_chromium

MARP = ROOT / "node_modules" / "@marp-team" / "marp-cli" / "marp-cli.js"
NO_NODE = (
    "The slides are made by Node 20 or newer: https://nodejs.org (on Debian: sudo apt-get install nodejs npm)"
)
NO_MARP = "Marp is not installed yet: make node_modules/ready"
NO_CHROMIUM = "The PDF is made by Chromium or Chrome: sudo apt-get install chromium"
PICTURE = re.compile(r'(?<=<img src=")([^":]+)(?=")')


class CannotBuild(Exception):
    """Something is missing, or Marp failed; the message says what to do, or what Marp said."""


def build(deck, folder):
    """Write the deck as HTML and as PDF with its notes into the folder; return both paths. Raises CannotBuild."""
    for is_there, missing in (
        (shutil.which("node"), NO_NODE),
        (MARP.exists(), NO_MARP),
        (find_chromium(), NO_CHROMIUM),
    ):
        if not is_there:
            raise CannotBuild(missing)
    folder.mkdir(parents=True, exist_ok=True)
    html, pdf = folder / f"{deck.stem}.html", folder / f"{deck.stem}.pdf"
    marp(deck, "--output", html)
    html.write_text(with_pictures(html.read_text(encoding="utf-8"), deck.parent), encoding="utf-8")
    marp(deck, "--output", pdf, "--pdf", "--pdf-notes", "--pdf-outlines")
    return html, pdf


def marp(*arguments):
    command = ["node", MARP, "--config", FOLDER / "marp.yml", "--no-stdin", *arguments]
    environment = os.environ | {"CHROME_PATH": find_chromium(), "CHROME_NO_SANDBOX": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise CannotBuild(f"Marp failed:\n{done.stdout}{done.stderr}")


def with_pictures(html, folder):
    """Put the pictures, which Marp leaves beside the page, into it."""

    def carried(found):
        path = folder / found[1]
        content = base64.b64encode(path.read_bytes()).decode()
        return f"data:{mimetypes.guess_type(path.name)[0]};base64,{content}"

    return PICTURE.sub(carried, html)
