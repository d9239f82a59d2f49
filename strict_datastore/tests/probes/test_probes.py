"""The same answer as SQLite, or a clear error: each probe, and the record of what they gave."""

import json
from collections import Counter

import pytest
from backend import emulator_indexes
from strict_datastore.emulator import Emulator
from strict_datastore.meter import meter

from .engines import engines
from .run import CLEAR, COMPATIBILITY, SAME, Comparison, header
from .table import PROBES

STALE = "compatibility.json is stale: make compatibility"


@pytest.fixture(scope="module")
def started(django_db_blocker):
    with django_db_blocker.unblock(), engines() as started:
        yield started


@pytest.fixture(scope="module", autouse=True)
def counts():
    """All that the probes ask of Datastore through strict_datastore."""
    with meter(everywhere=True) as counts:
        yield counts


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


@pytest.mark.emulator
def test_each_query_of_theirs_needs_the_index_that_the_advisor_names(counts, started, tmp_path):
    """What the emulator writes down and what it refuses, against what strict_datastore.indexes derives."""
    sent = [call.request for call in counts.calls if call.method == "RunQuery"]
    requests = emulator_indexes.of_kinds_of_their_own(sent)
    needed = emulator_indexes.needed_for(requests)
    assert emulator_indexes.written_for(requests, tmp_path / "data") == needed
    index_file = emulator_indexes.write_index_file(tmp_path / "index.yaml", needed.values())
    with Emulator(index_file=index_file) as emulator:
        assert emulator_indexes.refused(requests, emulator) == []


def test_there_are_enough_probes():
    assert len(PROBES) >= 250


def test_names_are_unique():
    assert [name for name, count in Counter(probe.name for probe in PROBES).items() if count > 1] == []


def test_record_is_of_these_probes_and_versions(recorded):
    names = [entry["probe"] for entry in recorded["probes"]]
    assert (recorded["versions"], names) == (header(), [probe.name for probe in PROBES]), STALE
