"""Pytest's plugin for `workshop check`: a line for each check that holds, and one sentence for what does not."""

import os
import sys
import traceback
from pathlib import Path

import pytest

from workshop.checking import FOLDER, NotYet


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.excinfo and not call.excinfo.errisinstance(pytest.skip.Exception):
        say(item.config, f"\n{sentence(call.excinfo.value)}")
    elif call.when == "call":
        say(item.config, f"  ok  {spoken(item)}")
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.failed:
        say(collector.config, str(report.longrepr))
    return report


def say(config, text):
    with config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(text, flush=True)


def spoken(item):
    return item.name.removeprefix("test_").replace("_", " ")


def sentence(error):
    """What went wrong, for the attendee: where in their code, and Python's own words."""
    if isinstance(error, NotYet):
        return str(error)
    if words := of_an_index(error):
        return words
    what = in_words(error)
    if isinstance(error, SyntaxError) and error.filename and own(error.filename):
        return f"{shown(error.filename)}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    template = getattr(error, "template_debug", None)
    if template and own(template["name"]):
        return f"{shown(template['name'])}, line {template['line']}: {what}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if own(frame.filename):
            return f"{shown(frame.filename)}, line {frame.lineno}: {what}"
    return what


def of_an_index(error):
    """What the backend says of index.yaml, if that is why the error came: then no line of the project is to blame."""
    backend = sys.modules.get("strict_datastore.errors")
    while backend and error:
        if isinstance(error, backend.InvalidIndexFile):
            return without_folder(str(error))
        if isinstance(error, backend.MissingIndex):
            return without_folder(f"{error.message}\nIts command is: workshop emulator")
        error = error.__cause__
    return None


def in_words(error):
    """Python's own words, with the name that it suggests."""
    summary = traceback.TracebackException.from_exception(error)
    words = "".join(list(summary.format_exception_only())[-1:]).strip()
    words = words.removeprefix(f"{type(error).__module__}.")
    return without_folder(words)


def without_folder(words):
    return words.replace(f"{FOLDER}{os.sep}", "")


def own(filename):
    """Whether a file is the attendee's."""
    return Path(filename).resolve().is_relative_to(FOLDER) and "strict_datastore" not in Path(filename).parts


def shown(filename):
    return Path(filename).resolve().relative_to(FOLDER).as_posix()
