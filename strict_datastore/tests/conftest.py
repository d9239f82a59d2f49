"""What all tests of the backend share."""

from faulty_proxy import proxy  # noqa: F401 - a fixture

# A project of its own, with its own settings and tests: backend/test_plain_project.py runs them.
collect_ignore = ["plain_project"]
