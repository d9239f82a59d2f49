"""What all tests of the repository share."""

from collections import Counter

import pytest
from django.conf import settings
from strict_datastore.pytest_plugin import emulator_key

from tests.class_archive import use_class_archive


def pytest_addoption(parser):
    parser.addoption(
        "--requests", type=int, default=1000, help="how many requests tests/mewgram/test_abuse.py makes up"
    )


def pytest_configure(config):
    # Before the plugin of strict_datastore, which starts the first emulator.
    is_worker = hasattr(config, "workerinput")
    if not is_worker and hasattr(config, "cache") and not config.option.collectonly:
        use_class_archive(config.cache.mkdir("emulator"))


def pytest_runtest_setup(item):
    from tests.conftest import skip_or_fail

    is_on_datastore = settings.DATABASES["default"]["ENGINE"] == "strict_datastore"
    if item.get_closest_marker("emulator") and not is_on_datastore:
        skip_or_fail("this run is on SQLite (DATABASE=sqlite)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Empty the run's emulator after each file of tests: a query looks through all namespaces that it holds."""
    yield
    emulator = item.config.stash.get(emulator_key, None)
    if emulator and nextitem and nextitem.path != item.path:
        emulator.reset()


def pytest_terminal_summary(terminalreporter):
    """Say how the lessons' blocks were carried out, and how many lines each has typed."""
    properties = [each for report in terminalreporter.getreports("passed") for each in report.user_properties]
    blocks = Counter()
    for name, value in properties:
        if name == "blocks":
            blocks.update(value)
    typed = sorted(value for name, value in properties if name == "typed lines")
    if blocks:
        terminalreporter.section("lessons")
        ways = (f"{times} {way}" for way, times in sorted(blocks.items()))
        terminalreporter.line(f"blocks by how they were carried out: {', '.join(ways)}")
        lines = (f"{number}: {count}" for number, count in typed)
        terminalreporter.line(f"lines typed in each step: {', '.join(lines)}")
