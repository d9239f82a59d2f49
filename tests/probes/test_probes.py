"""The same answer as SQLite, or a clear error: each probe, and the record of what they gave."""

import json
from collections import Counter

import pytest

from .engines import engines
from .run import CLEAR, COMPATIBILITY, SAME, Comparison, header
from .table import PROBES

STALE = "compatibility.json is stale: make compatibility"


@pytest.fixture(scope="module")
def started(django_db_blocker):
    with django_db_blocker.unblock(), engines() as started:
        yield started


@pytest.fixture(scope="module")
def recorded():
    return json.loads(COMPATIBILITY.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def entries(recorded):
    return {entry["probe"]: entry for entry in recorded["probes"]}


@pytest.mark.emulator
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_probe_is_same_or_clear_error(probe, started, entries):
    """On strict_datastore; and the record says what the probe gives on each engine now."""
    comparison = Comparison(probe, started)
    assert comparison.outcomes["strict"] in (SAME, CLEAR), str(comparison)
    assert comparison.entry == entries.get(probe.name), STALE


def test_there_are_enough_probes():
    assert len(PROBES) >= 250


def test_names_are_unique():
    assert [name for name, count in Counter(probe.name for probe in PROBES).items() if count > 1] == []


def test_record_is_of_these_probes_and_versions(recorded):
    names = [entry["probe"] for entry in recorded["probes"]]
    assert (recorded["versions"], names) == (header(), [probe.name for probe in PROBES]), STALE
