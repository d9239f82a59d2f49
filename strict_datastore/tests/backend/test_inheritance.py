"""Multi-table inheritance: each row and those of its parents are one entity, and answer as on SQLite."""

import uuid

import pytest
from django.db import connections, models
from django.db.models import CASCADE, PROTECT, SET_NULL
from django.test.utils import isolate_apps
from strict_datastore import checks
from strict_datastore.refusals import Refused

pytestmark = pytest.mark.emulator


@pytest.fixture
def isolated(db):
    with isolate_apps("backend") as isolated:
        yield isolated


def define(name, *bases, meta=None, **fields):
    """A model with a text of its own, which is called as the model in lower case."""
    fields |= {name.lower(): char(default=name)} if not (meta or {}).get("proxy") else {}
    body = {"__module__": "backend.models", "Meta": type("Meta", (), meta or {}), **fields}
    return type(name, bases or (models.Model,), body)


def char(**options):
    return models.CharField(max_length=20, **options)


def link(to, **options):
    return models.OneToOneField(to, CASCADE, parent_link=True, **options)


def two_levels():
    return define("Child", define("Parent"))


def three_levels():
    return define("Grandchild", two_levels())


def four_levels():
    return define("Last", three_levels())


def an_abstract_one_between():
    return define("Grandchild", define("Between", two_levels(), meta={"abstract": True}))


def a_proxy_of_a_child():
    return define("ByName", two_levels(), meta={"proxy": True})


def a_child_of_a_proxy():
    return define("Grandchild", a_proxy_of_a_child())


def named_links():
    parent = define("Parent")
    child = define("Child", parent, up=link(parent, db_column="above"))
    return define("Grandchild", child, further_up=link(child, primary_key=True, db_column="up_to"))


def text_keys():
    parent = define("Parent", key=char(primary_key=True, default=lambda: uuid.uuid4().hex[:20]))
    return define("Grandchild", define("Child", parent))


def uuid_keys():
    parent = define("Parent", id=models.UUIDField(primary_key=True, default=uuid.uuid4))
    return define("Grandchild", define("Child", parent))


def other_columns():
    return define("Child", define("Parent", own=char(default="x", db_column="x")), more=char(db_column="y"))


FAMILIES = [
    two_levels,
    three_levels,
    four_levels,
    an_abstract_one_between,
    a_proxy_of_a_child,
    a_child_of_a_proxy,
    named_links,
    text_keys,
    uuid_keys,
    other_columns,
]


def walk(model, alias):
    """Create, read, change and delete rows of the model; yield what comes of each step, at each level."""
    family = [model, *model._meta.get_parent_list()]
    rows = [each.objects.using(alias) for each in family]
    first, *_, last = texts_of(model)

    def values():
        return [sorted(each.values_list(*texts_of(each.model))) for each in rows]

    row = rows[0].create()
    yield values()
    yield [getattr(rows[0].get(pk=row.pk), name) for name in texts_of(model)]
    yield rows[0].update(**{first: "up"}), values()
    yield rows[0].filter(**{first: "up"}).update(**{last: "down"}), values()
    row = rows[0].get(**{last: "down"})
    setattr(row, first, "saved")
    row.save()
    yield values()
    top = rows[-1].get()
    setattr(top, first, "saved at the top")
    top.save()
    yield values()
    yield rows[0].filter(**{first: "saved"}).count(), rows[0].in_bulk([row.pk])[row.pk] == row
    row.delete(keep_parents=True)
    yield values()
    yield rows[0].create().delete(), values()


def texts_of(model):
    return [
        each.name for each in model._meta.fields if isinstance(each, models.CharField) and each.name != "key"
    ]


@pytest.mark.parametrize("define_family", FAMILIES, ids=lambda each: each.__name__)
def test_a_row_of_each_level_is_as_on_sqlite(isolated, sqlite, define_family):
    model = define_family()
    with connections[sqlite].schema_editor() as editor:
        for each in reversed([model, *model._meta.get_parent_list()]):
            if not each._meta.proxy:
                editor.create_model(each)
    assert list(walk(model, "default")) == list(walk(model, sqlite))
    assert checks.check_models(isolated.get_app_configs()) == []


# What cannot be one entity


def a_key_of_its_own():
    return define("Child", define("Parent"), code=char(primary_key=True, default="x"))


def a_number_of_its_own():
    parent = define("Parent")
    return define("Child", parent, number=models.AutoField(primary_key=True), up=link(parent))


def two_roots():
    one, two = define("One", a=models.AutoField(primary_key=True)), define("Two")
    return define("Child", one, two, first=link(one, primary_key=True), second=link(two))


def two_ways_to_one_root():
    root = define("Root")
    left, right = define("Left", root), define("Right", root)
    return define("Child", left, right, first=link(left, primary_key=True), second=link(right))


def a_column_of_the_parent():
    return define("Child", define("Parent"), more=char(db_column="parent", default="x"))


@pytest.mark.parametrize(
    ("define_family", "number"),
    [
        (a_key_of_its_own, "E010"),
        (a_number_of_its_own, "E010"),
        (two_roots, "E010"),
        (two_ways_to_one_root, "E010"),
        (a_column_of_the_parent, "E009"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_rows_that_cannot_be_one_entity_are_refused(isolated, define_family, number):
    model = define_family()
    (message,) = checks.check_models(isolated.get_app_configs())
    assert message.id == f"strict_datastore.{number}"
    with pytest.raises(Refused, match="one entity"):
        model.objects.create()


# Rows that refer to each level


def test_what_refers_to_each_level_follows_a_row_that_is_deleted(isolated, sqlite):
    parent = define("Parent")
    child = define("Child", parent)
    grandchild = define("Grandchild", child)
    referring = define(
        "Referring",
        to_parent=models.ForeignKey(parent, CASCADE, null=True),
        to_child=models.ForeignKey(child, SET_NULL, null=True),
        to_grandchild=models.ForeignKey(grandchild, PROTECT, null=True, related_name="protecting"),
    )
    with connections[sqlite].schema_editor() as editor:
        for model in (parent, child, grandchild, referring):
            editor.create_model(model)
    outcomes = []
    for alias in ("default", sqlite):
        rows = referring.objects.using(alias)
        row = grandchild.objects.using(alias).create()
        rows.create(referring="parent", to_parent=row)
        rows.create(referring="child", to_child=row)
        rows.create(referring="grandchild", to_grandchild=row)
        related = rows.select_related("to_child").prefetch_related("to_parent", "to_grandchild")
        seen = sorted(
            str([each.to_parent and each.to_parent.parent, each.to_child and each.to_child.child])
            for each in related
        )
        with pytest.raises(models.ProtectedError):
            row.delete()
        rows.filter(referring="grandchild").delete()
        outcomes.append((seen, row.delete()[0], list(rows.values_list("referring", "to_child"))))
    assert outcomes[0] == outcomes[1]
