"""Which index serves a query, in the words of `strict_datastore.indexes` and in those of the emulator."""

import os
from itertools import product

import pytest
from django.core.exceptions import ImproperlyConfigured
from google.cloud import datastore
from google.cloud.datastore.query import Or, PropertyFilter, _pb_from_query
from google.cloud.datastore_v1.types import Query, RunAggregationQueryRequest, RunQueryRequest
from strict_datastore.emulator import Emulator
from strict_datastore.index_file import Index, read_index_file
from strict_datastore.indexes import Shape, advice, project_indexes
from strict_datastore.meter import Call, meter

from . import emulator_indexes
from .models import Author

KEY = "__key__"


def query(
    equalities=(),
    ranges=(),
    orders=(),
    *,
    filters=(),
    projection=(),
    distinct=(),
    ancestor=False,
    kind="Kind",
):
    """Make the message of a query as Google's client does."""
    key = datastore.Key("Kind", 1, project=emulator_indexes.PROJECT)
    compared = [PropertyFilter(name, "=", key if name == KEY else 1) for name in equalities]
    compared += [PropertyFilter(name, ">", key if name == KEY else 1) for name in ranges]
    made = datastore.query.Query(
        client=None,  # only asked for when the query runs
        kind=kind,
        project=emulator_indexes.PROJECT,
        namespace="",
        filters=[*compared, *filters],
        order=orders,
        projection=projection,
        distinct_on=distinct,
        ancestor=key if ancestor else None,
    )
    return Query.pb(_pb_from_query(made))


def sort_orders(ranges, names, most):
    """All orders by some of the names that Datastore takes: what is compared with `>` has to be the first."""
    for count in range(most + 1):
        for chosen in product(names, repeat=count):
            if len(set(chosen)) == count and (not chosen or not ranges or chosen[0] in ranges):
                yield from (
                    [sign + name for sign, name in zip(signs, chosen, strict=True)]
                    for signs in product(["", "-"], repeat=count)
                )


def systematic_queries():
    """Comparisons and orders, by the key and by others; then projections; then ancestors."""
    equalities = ["m", "z", "a"]  # not as in the alphabet, in which the emulator writes them
    for count, ranges in product(range(4), [[], ["r"], [KEY]]):
        for orders in sort_orders(ranges, ["r", "b", KEY], most=2 if count < 2 and KEY not in ranges else 1):
            yield query(equalities[:count], ranges, orders)
    # Sorts that say nothing, behind others and before them.
    for orders in (
        ["b", "-m"],
        ["-b", "m", "r"],
        ["m", "-b"],
        ["b", "-b", "r"],
        ["-" + KEY, "b"],
        ["b", KEY, "r"],
    ):
        yield query(["m"], [], orders)
    # A property compared in two ways, or twice in one.
    yield query(["r", "m"], ["r"])
    yield query(["r"], ["r"], ["-r"])
    yield query(["m", "m"], [], ["b"])
    for ranges in ([], ["r"], [KEY]):
        yield query([KEY], ranges)
        yield query([KEY, "m"], ranges, ["-" + each for each in ranges])
    for ranges in ([], ["r"], [KEY]):
        for orders in sort_orders(ranges, ["r", KEY], most=1):
            yield query([], ranges, orders, projection=[KEY])
            yield query([], ranges, orders, projection=["r"])
            yield query(["m"], ranges, orders, projection=["s", "r", "c"])
            yield query(["m"], ranges, orders, ancestor=True)
            yield query([], ranges, orders, ancestor=True)
    for ranges in ([], ["r"]):
        for orders in sort_orders(ranges, ["r"], most=1):
            yield query([], ranges, orders, projection=["r"], distinct=["r"])
            yield query(["m"], ranges, orders, projection=["s", "r", "c"], distinct=["s", "r"])
    yield query(kind=None)
    yield query(ranges=[KEY], kind=None)


# Entries of index.yaml, a query, and which of the entries serve it.
SERVED = {
    "directions before the order do not matter": (["-m,-z,b"], query(["z", "m"], orders=["b"]), [0]),
    "the order's direction matters": (["m,-b"], query(["m"], orders=["b"]), []),
    "the order of the sort matters": (["c,b"], query(orders=["b", "c"]), []),
    "without an order a range has no direction": (["m,-b"], query(["m"], ["b"]), [0]),
    "with an order a range has one": (["m,-b"], query(["m"], ["b"], ["b"]), []),
    "what is not compared must not stand before the order": (["m,z,b"], query(["m"], orders=["b"]), []),
    "nor behind it": (["m,b,c"], query(["m"], orders=["b"]), []),
    "what is compared has to be there": (["m,b"], query(["m", "z"], orders=["b"]), []),
    "entries that end alike are merged": (["m,b", "z,b"], query(["m", "z"], orders=["b"]), [0, 1]),
    "merged ones may overlap": (["m,a,b", "a,z,b"], query(["m", "a", "z"], orders=["b"]), [0, 1]),
    "what ends otherwise is not merged": (["m,b", "z,-b"], query(["m", "z"], orders=["b"]), []),
    "a built-in index is not merged with an entry": (["b,c"], query(["m"], orders=["b", "c"]), []),
    "one entry is better than two": (["m,b", "z,b", "z,m,b"], query(["m", "z"], orders=["b"]), [2]),
    "a needless entry is not named": (["a,b", "m,b", "z,b"], query(["m", "z"], orders=["b"]), [1, 2]),
    "ascending by key is said by saying nothing": (["m,b"], query(["m"], orders=["b", KEY]), [0]),
    "descending by key is not": (["m,b"], query(["m"], orders=["b", "-" + KEY]), []),
    "nor the other way round": (["m,b,-__key__"], query(["m"], orders=["b"]), []),
    "descending keys are merged too": (["m,-__key__", "z,-__key__"], query("mz", orders=["-" + KEY]), [0, 1]),
    "an ancestor needs an entry that says so": (["m,b"], query(["m"], orders=["b"], ancestor=True), []),
    "one of the merged that says so will do": (
        ["m,b", "HAS ANCESTOR,b"],
        query(["m"], orders=["b"], ancestor=True),
        [0, 1],
    ),
    "without an ancestor it is of no use": (["HAS ANCESTOR,m,b"], query(["m"], orders=["b"]), []),
    "a projection's properties come in any order": (["-s,r"], query(projection=["r", "s"]), [0]),
    "but behind the sort": (["s,r"], query(orders=["r"], projection=["r", "s"]), []),
    "and behind those that are distinct": (["s,r"], query(projection=["r", "s"], distinct=["r"]), []),
}


def indexes_of(name):
    """The entries of a case, for a kind of this name."""
    for entry in SERVED[name][0]:
        properties = entry.split(",")
        ancestor = properties[0] == "HAS ANCESTOR"
        yield Index(name, tuple(properties[ancestor:]), ancestor)


def request(query):
    return RunQueryRequest.pb(RunQueryRequest(project_id=emulator_indexes.PROJECT, query=query))


@pytest.fixture(scope="module")
def requests():
    return emulator_indexes.of_kinds_of_their_own(map(request, systematic_queries()))


@pytest.fixture(scope="module")
def needed(requests):
    return emulator_indexes.needed_for(requests)


@pytest.fixture(scope="module")
def emulator(needed, tmp_path_factory):
    """An emulator that knows the entries derived for the systematic queries, and those of `SERVED`."""
    indexes = [*needed.values(), *(index for name in SERVED for index in indexes_of(name))]
    index_file = emulator_indexes.write_index_file(tmp_path_factory.mktemp("indexes") / "index.yaml", indexes)
    with Emulator(index_file=index_file) as emulator:
        yield emulator


@pytest.mark.emulator
def test_the_entry_needed_is_the_one_that_the_emulator_writes(requests, needed, tmp_path):
    assert emulator_indexes.written_for(requests, tmp_path / "data") == needed


@pytest.mark.emulator
def test_with_the_entries_needed_no_query_is_refused(requests, emulator):
    assert emulator_indexes.refused(requests, emulator) == []


@pytest.mark.emulator
def test_without_them_those_that_need_one_are(requests, needed, emulator):
    without = {kind: emulator_indexes.of_kind("Unknown", each) for kind, each in requests.items()}
    assert emulator_indexes.refused(without, emulator) == list(needed)


@pytest.mark.emulator
@pytest.mark.parametrize("name", SERVED)
def test_entries_serve(name, emulator):
    """As `served_by` says, and as the emulator does."""
    _, query, serving = SERVED[name]
    indexes = list(indexes_of(name))
    asked = emulator_indexes.of_kind(name, request(query))
    assert Shape.of(asked.query).served_by(indexes) == [indexes[number] for number in serving]
    assert emulator_indexes.refused({name: asked}, emulator) == ([] if serving else [name])


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (query(), "built-in: Kind.__key__"),
        (query(kind=None), "built-in: any kind.__key__"),
        (query(orders=["-b"]), "built-in: Kind.b desc"),
        (query(["m"]), "built-in: Kind.m"),
        (query(["m"], [KEY], [KEY]), "built-in: Kind.m"),
        (query(["m"], orders=["-m"]), "built-in: Kind.m"),
        (query([], ["r"]), "built-in: Kind.r"),
        (query(projection=["r"]), "built-in: Kind.r"),
        (query([KEY], orders=["b"]), "built-in: Kind.__key__"),
        (query(["z", "m"]), "merged: Kind.m + Kind.z"),
        (query(["m"], orders=["-b"]), "composite: Kind(m, -b)"),
        (query(["m", "z"], orders=["-b"]), "merged: Kind(m, -b) + Kind(z, -b)"),
        (
            query(["m"], orders=["b"]),
            "missing:\n- kind: Kind\n  properties:\n  - name: m\n  - name: b\n",
        ),
        (
            query(orders=["-b"], ancestor=True),
            "missing:\n- kind: Kind\n  ancestor: true\n  properties:\n  - name: b\n    direction: desc\n",
        ),
    ],
)
def test_advice(query, text):
    assert advice(query, [Index("Kind", ("m", "-b")), Index("Kind", ("z", "-b"))]) == text


def test_in_is_an_equality_and_not_equal_a_range():
    """As Google documents it; the emulator knows neither."""
    asked = query(filters=[PropertyFilter("r", "!=", 1), PropertyFilter("m", "IN", [1, 2])])
    assert Shape.of(asked).needed == Index("Kind", ("m", "r"))


def test_a_query_with_or_has_no_index_of_its_own():
    either = Or([PropertyFilter("m", "=", 1), PropertyFilter("z", "=", 1)])
    assert advice(query(filters=[either]), []).startswith("unknown: ")


def test_an_entry_is_ready_to_paste(tmp_path):
    index = Index("Kind", ("m", "-b", KEY), ancestor=True)
    (tmp_path / "index.yaml").write_text("indexes:\n" + index.as_yaml())
    assert read_index_file(tmp_path / "index.yaml") == (index,)


def test_the_indexes_of_a_project_lie_in_its_base_directory(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    settings.DEBUG = True
    assert project_indexes() == ()
    (tmp_path / "index.yaml").write_text("indexes:\n" + Index("Kind", ("m", "b")).as_yaml())
    assert project_indexes() == (Index("Kind", ("m", "b")),)


@pytest.fixture
def index_file(settings, tmp_path):
    settings.STRICT_DATASTORE_INDEX_FILE = tmp_path / "other.yaml"
    return settings.STRICT_DATASTORE_INDEX_FILE


def test_the_settings_may_name_another_file(index_file):
    index_file.write_text("indexes:\n- kind: Kind\n  properties: [{name: m}, {name: b, direction: desc}]\n")
    assert project_indexes() == (Index("Kind", ("m", "-b")),)


def test_a_changed_file_is_read_again(index_file):
    index_file.write_text("indexes:\n")
    assert project_indexes() == ()
    index_file.write_text(f"indexes:\n{Index('Kind', ('m', 'b')).as_yaml()}")
    os.utime(index_file, ns=(0, 0))  # a clock may be too coarse to tell the two apart
    assert project_indexes() == (Index("Kind", ("m", "b")),)


def test_in_development_a_file_named_in_the_settings_has_to_be_there(index_file, settings):
    settings.DEBUG = True
    with pytest.raises(ImproperlyConfigured, match=r"there is no file .*other\.yaml"):
        project_indexes()


def test_in_production_a_file_that_is_not_there_leaves_it_open_which_index_is_missing(index_file):
    assert project_indexes() is None
    assert advice(query(["m"], orders=["b"])) == "unknown: needs Kind(m, b), and index.yaml is not here"
    assert advice(query(["m"])) == "built-in: Kind.m"


@pytest.mark.emulator
@pytest.mark.django_db
def test_a_call_names_its_index():
    with meter() as counts:
        list(Author.objects.order_by("-name"))
    assert counts.calls[0].index == "built-in: backend_author.name desc"


@pytest.mark.emulator
@pytest.mark.django_db
def test_a_call_without_a_query_needs_no_index():
    with meter() as counts:
        Author.objects.in_bulk([1, 2])
    assert [(call.method, call.index) for call in counts.calls] == [("Lookup", None)]


def test_a_count_needs_the_index_of_what_it_counts():
    """The emulator does not know aggregations, so the call is made here."""
    request = RunAggregationQueryRequest.pb(RunAggregationQueryRequest())
    request.aggregation_query.nested_query.CopyFrom(query(["m"]))
    assert Call("RunAggregationQuery", request, results=1, seconds=0).index == "built-in: Kind.m"
