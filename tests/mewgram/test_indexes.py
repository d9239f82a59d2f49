"""solution/index.yaml holds what mewgram's pages need, and nothing else."""

from collections import defaultdict
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.cache import cache
from django.core.management import call_command
from google.api_core.exceptions import FailedPrecondition
from strict_datastore import client as datastore
from strict_datastore.emulator import Emulator
from strict_datastore.meter import meter

INDEX_FILE = Path(__file__).parents[2] / "solution" / "index.yaml"
INDEXES = yaml.safe_load(INDEX_FILE.read_text())["indexes"]


def as_line(index):
    properties = (
        ("-" if each.get("direction") == "desc" else "") + each["name"] for each in index["properties"]
    )
    return f"{index['kind']}({', '.join(properties)})"


@pytest.fixture
def queries(client, create_cat, create_purr):
    """The requests for queries that mewgram's pages make, by kind."""
    luna = create_cat(is_staff=True, is_superuser=True)
    for number in range(21):
        thread = create_purr(luna, text=f"Purr {number}")
        create_cat()
    for number in range(21):
        create_purr(luna, thread, text=f"Reply {number}")
    client.force_login(luna)

    pages = ["/admin/", "/admin/purr/purr/", "/admin/users/user/"]
    for path in ("/", "/cats/", luna.get_absolute_url(), thread.get_absolute_url()):
        pages += [path, f"{path}?before=zzz", f"{path}?after=0"]

    with meter() as counts:
        for page in pages:
            cache.clear()
            assert client.get(page).status_code == 200
        call_command("migrate", stdout=StringIO())

    queries = defaultdict(list)
    for call in counts.calls:
        if call.method == "RunQuery":
            queries[call.kind].append(call.request)
    return queries


@pytest.fixture(scope="module")
def emulator_without(tmp_path_factory):
    """An emulator that, for each index, knows a kind `KIND without N` with all indexes but that one.

    So one emulator serves for all of them, where each would take seconds to start.
    """
    variants = [
        {"kind": f"{each['kind']} without {number}", "properties": other["properties"]}
        for number, each in enumerate(INDEXES)
        for other in INDEXES
        if other["kind"] == each["kind"] and other is not each
    ]
    index_file = tmp_path_factory.mktemp("indexes") / "index.yaml"
    index_file.write_text(yaml.safe_dump({"indexes": variants}))
    with Emulator(index_file=index_file) as emulator:
        yield emulator


@pytest.mark.emulator
def test_each_index_is_needed_by_a_page(queries, emulator_without, monkeypatch):
    """Each query of the pages is asked again of a kind that lacks one index: one of them has to fail."""
    monkeypatch.setenv("DATASTORE_EMULATOR_HOST", emulator_without.host)
    stub = datastore.datastore_stub("mewgram", None)

    def fails(request, kind):
        again = type(request)()
        again.CopyFrom(request)
        again.query.kind[0].name = kind
        again.ClearField("read_options")  # the transaction it was part of is over
        try:
            stub.run_query(again)
        except FailedPrecondition:
            return True
        return False

    needless = [
        as_line(index)
        for number, index in enumerate(INDEXES)
        if not any(fails(request, f"{index['kind']} without {number}") for request in queries[index["kind"]])
    ]
    assert needless == []
