"""`make abuse`: 20,000 requests that no browser sends, and forms sent many times at once."""

import sys

import pytest

from .results import Report

TESTS = ["tests/mewgram/test_abuse.py", "tests/mewgram/test_concurrency.py"]
REQUESTS = 20_000
MOST_SECONDS = 1


class Properties(dict):
    """Of all tests, what they recorded."""

    def pytest_runtest_logreport(self, report):
        self.update(report.user_properties)


def main():
    properties = Properties()
    status = pytest.main(["-q", f"--requests={REQUESTS}", *TESTS], plugins=[properties])
    if status:
        sys.exit(status)
    report = Report("abuse", "make abuse")
    report.add(
        {
            "requests": f"{REQUESTS:,}",
            "answered with 5xx": 0,
            "changed what is not theirs": 0,
            "slowest, s": properties["seconds"],
            "of the processor, s": properties["processor seconds"],
            "which was": f"`{properties['slowest']}`",
        }
    )
    report.write(
        f"All tests of {' and '.join(f'`{each}`' for each in TESTS)} passed. Passwords are hashed by MD5 there, "
        "because hashing takes its time on purpose."
    )
    if properties["seconds"] > MOST_SECONDS:
        sys.exit(f"A request took more than {MOST_SECONDS} s: {properties['slowest']}")


if __name__ == "__main__":
    main()
