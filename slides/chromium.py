"""Finds Chromium, or one of the browsers that are made of it."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
ON_MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find_chromium():
    """Return the path of the browser's program, or None."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        with sync_playwright() as playwright:
            own = playwright.chromium.executable_path
        found = next((path for path in (ON_MACOS, own) if Path(path).exists()), None)
    return found
