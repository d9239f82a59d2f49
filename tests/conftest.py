import os

import pytest
from playwright.sync_api import sync_playwright

from slides.chromium import find_chromium

from .faulty_proxy import FaultyProxy

NO_CHROMIUM = "No Chromium found; install it: sudo apt-get install chromium (or any Chrome, see README.md)"

# A project of its own, with its own settings and tests: backend/test_plain_project.py runs them.
collect_ignore = ["plain_project"]


@pytest.fixture
def proxy(monkeypatch):
    """A `FaultyProxy` between the program and the emulator; without a fault it changes nothing."""
    proxy = FaultyProxy(os.environ["DATASTORE_EMULATOR_HOST"])
    proxy.start()
    monkeypatch.setenv("DATASTORE_EMULATOR_HOST", proxy.host)
    yield proxy
    proxy.close()


def skip_or_fail(reason):
    """Skip, and say why; where CI is set nothing is skipped."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser():
    path = find_chromium()
    if path is None:
        skip_or_fail(NO_CHROMIUM)
    arguments = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if hasattr(os, "getuid") and os.getuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to run as root with it
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, and Django would refuse to read rows beside one. Both end
        # with the module: the asynchronous probes need a thread without a loop.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
