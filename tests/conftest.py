# A project of its own, with its own settings and tests: backend/test_plain_project.py runs them.
collect_ignore = ["plain_project"]
