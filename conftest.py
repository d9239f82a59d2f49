"""What all tests of the repository share."""

from collections import Counter

from django.conf import settings


def pytest_addoption(parser):
    parser.addoption(
        "--requests", type=int, default=1000, help="how many requests tests/mewgram/test_abuse.py makes up"
    )


def pytest_runtest_setup(item):
    from tests.conftest import skip_or_fail

    is_on_datastore = settings.DATABASES["default"]["ENGINE"] == "strict_datastore"
    if item.get_closest_marker("emulator") and not is_on_datastore:
        skip_or_fail("this run is on SQLite (DATABASE=sqlite)")


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
