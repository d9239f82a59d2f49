"""`make picture`: screenshot.png, a thread of the sample cats with what the page cost at its foot."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from strict_datastore.emulator import Emulator, free_port

from slides.chromium import find_chromium
from workshop.run import SOLUTION, Project
from workshop.server import served

PICTURE = Path(__file__).parents[2] / "screenshot.png"
SIZE = {"width": 800, "height": 640}


def main():
    port = free_port()
    with Emulator(index_file=SOLUTION / "index.yaml") as emulator:
        project = Project(SOLUTION, {"DATABASE": "datastore", "DATASTORE_EMULATOR_HOST": emulator.host})
        project.manage("migrate", "--verbosity=0")
        project.manage("sample_cats")
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
        with served(command, SOLUTION, project.environment, port), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium())
            page = browser.new_page(viewport=SIZE, device_scale_factor=1.5)
            page.goto(f"http://127.0.0.1:{port}/")
            page.get_by_role("link", name="minutes ago").nth(1).click()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=PICTURE)
            browser.close()


main()
