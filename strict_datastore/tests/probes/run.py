"""Asks each probe of each engine and says how the answers compare."""

import faulthandler
import json
import logging
import warnings
from importlib.metadata import version
from pathlib import Path

import django
from django.db import NotSupportedError
from strict_datastore.refusals import Refused

from .probe import UNSET, names_for, plain
from .table import PROBES

COMPATIBILITY = Path(__file__).parents[2] / "compatibility.json"

SAME = "same"
CLEAR = "clear error"
UNCLEAR = "unclear error"
DIFFERENT = "different"

SECONDS_AT_MOST = 60


class Raised:
    """An exception as an answer: the same as another of its class."""

    def __init__(self, error):
        self.error = error

    def __repr__(self):
        return type(self.error).__qualname__


def answer(probe, engine):
    """Return the plain answer of one engine, or what it raised."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return plain(probe.call(names_for(engine.alias)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        engine.reconnect()
        return Raised(error)
    finally:
        if probe.writes:
            engine.restore()


# Where Django itself asks a feature flag, and refuses before the backend could: its own words are all there is.
WORDS_OF_DJANGO = (
    "Prefetching from a limited queryset is only supported on backends that support window functions.",
    "This database backend does not support updating conflicts.",
)


def is_clear(name, raised):
    """Whether an error says what cannot be done: on strict_datastore also why, and what to write instead."""
    if name == "strict" and str(raised.error) not in WORDS_OF_DJANGO:
        return isinstance(raised.error, Refused)
    return isinstance(raised.error, NotSupportedError)


def outcome(name, reference, given):
    if repr(given) == repr(reference):
        return SAME
    if isinstance(given, Raised):
        return CLEAR if is_clear(name, given) else UNCLEAR
    return DIFFERENT


class Comparison:
    """A probe's answers by engine, and their outcomes against SQLite or what Django documents."""

    def __init__(self, probe, engines):
        self.probe = probe
        logging.disable(logging.WARNING)
        # A probe that hangs ends the run and shows where.
        faulthandler.dump_traceback_later(SECONDS_AT_MOST, exit=True)
        try:
            self.answers = {name: answer(probe, engine) for name, engine in engines.items()}
        finally:
            faulthandler.cancel_dump_traceback_later()
            logging.disable(logging.NOTSET)
        self.reference = self.answers["sqlite"] if probe.expected is UNSET else probe.expected
        self.outcomes = {
            name: outcome(name, self.reference, given)
            for name, given in self.answers.items()
            if name != "sqlite"
        }

    def __str__(self):
        lines = [self.probe.name, f"expected: {self.reference!r}"]
        for name, given in self.answers.items():
            said = f": {given.error}" if isinstance(given, Raised) else ""
            lines.append(f"{name} ({self.outcomes.get(name, 'the reference')}): {given!r}{said}")
        return "\n".join(lines)

    @property
    def entry(self):
        """What compatibility.json says of the probe."""
        entry = {"probe": self.probe.name, "group": self.probe.group, **self.outcomes}
        given = self.answers["strict"]
        if isinstance(given, Raised) and self.outcomes["strict"] != SAME:
            entry["message"] = str(given.error).partition("\n")[0]
            entry["alternative"] = getattr(given.error, "instead", "")
        return entry


def compare(engines):
    """Return a `Comparison` for each probe of the table."""
    return [Comparison(probe, engines) for probe in PROBES]


def header():
    return {"django": django.__version__, "django-gcloud-connectors": version("django-gcloud-connectors")}


def as_json(comparisons):
    content = {"versions": header(), "probes": [each.entry for each in comparisons]}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
