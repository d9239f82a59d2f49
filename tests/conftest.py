import os
import sys

import pytest
from faulty_proxy import proxy  # noqa: F401 - a fixture
from playwright.sync_api import sync_playwright

from slides.chromium import find_chromium

from .warm_python import warm_python as start_warm_python

NO_CHROMIUM = "No Chromium found; install it: sudo apt-get install chromium (or any Chrome, see README.md)"


@pytest.fixture(scope="session")
def warm_python():
    """The path of a Python that does not have to start, for tests that start many programs."""
    with start_warm_python() as executable:
        yield executable


@pytest.fixture
def warm_programs(warm_python, monkeypatch):
    """What the workshop starts in this test is run by the warm Python."""
    monkeypatch.setattr(sys, "executable", warm_python)


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
