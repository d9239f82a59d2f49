"""The system checks: each tells of a model or an admin class that cannot work, and not of one that can."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AbstractUser
from django.db import connections, models
from django.db.models.functions import Lower
from django.test.utils import isolate_apps
from strict_datastore import checks
from strict_datastore.admin import ModelAdmin

pytestmark = pytest.mark.emulator


@pytest.fixture
def isolated():
    with isolate_apps("backend", "django.contrib.auth", "django.contrib.contenttypes") as isolated:
        yield isolated


def define(label="Note", /, meta=None, **fields):
    body = {"__module__": __name__, "Meta": type("Meta", (), meta or {}), **fields}
    return type(label, (models.Model,), body)


@pytest.fixture
def topics(isolated):
    """Two models to relate to, one without an ordering and one with."""
    define("Topic", name=models.CharField(max_length=50))
    define("Sorted", meta={"ordering": ["name"]}, name=models.CharField(max_length=50))


def found(isolated):
    return checks.check_models(isolated.get_app_configs())


def ids(messages):
    return [message.id.removeprefix("strict_datastore.") for message in messages]


def char(**options):
    return models.CharField(max_length=50, **options)


def to(model="backend.Topic", on_delete=models.CASCADE, **options):
    return models.ForeignKey(model, on_delete, **options)


# Models: what cannot work, beside the like that can

WRONG = {
    "a CheckConstraint": (
        "E001",
        lambda: {
            "size": models.IntegerField(),
            "meta": {
                "constraints": [models.CheckConstraint(condition=models.Q(size__gt=0), name="positive")]
            },
        },
    ),
    "a conditional UniqueConstraint": (
        "E001",
        lambda: {
            "name": char(),
            "meta": {
                "constraints": [
                    models.UniqueConstraint(fields=["name"], condition=models.Q(name="a"), name="one_a")
                ]
            },
        },
    ),
    "a UniqueConstraint of an expression": (
        "E001",
        lambda: {
            "name": char(),
            "meta": {"constraints": [models.UniqueConstraint(Lower("name"), name="one_lower")]},
        },
    ),
    "a UniqueConstraint of which two NULLs are one too many": (
        "E001",
        lambda: {
            "name": char(null=True),
            "meta": {
                "constraints": [models.UniqueConstraint(fields=["name"], name="one", nulls_distinct=False)]
            },
        },
    ),
    "a UniqueConstraint that is checked at the end": (
        "E001",
        lambda: {
            "name": char(),
            "meta": {
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"], name="one", deferrable=models.Deferrable.DEFERRED
                    )
                ]
            },
        },
    ),
    "a unique TextField": ("E002", lambda: {"text": models.TextField(unique=True)}),
    "a TextField that is unique together": (
        "E002",
        lambda: {"text": models.TextField(), "name": char(), "meta": {"unique_together": [("name", "text")]}},
    ),
    "a TextField in a UniqueConstraint": (
        "E002",
        lambda: {
            "text": models.TextField(),
            "meta": {"constraints": [models.UniqueConstraint(fields=["text"], name="one_text")]},
        },
    ),
    "DO_NOTHING with a constraint": ("E003", lambda: {"topic": to(on_delete=models.DO_NOTHING)}),
    "an ordering by a TextField": (
        "E004",
        lambda: {"text": models.TextField(), "meta": {"ordering": ["text"]}},
    ),
    "an ordering by an expression": (
        "E004",
        lambda: {"name": char(), "meta": {"ordering": [Lower("name")]}},
    ),
    "get_latest_by a TextField": (
        "E004",
        lambda: {"text": models.TextField(), "meta": {"get_latest_by": "text"}},
    ),
    "get_latest_by a field of a relation": (
        "E004",
        lambda: {"topic": to(), "meta": {"get_latest_by": "topic__name"}},
    ),
    "db_default": ("E005", lambda: {"size": models.IntegerField(db_default=1)}),
    "a GeneratedField": (
        "E005",
        lambda: {
            "name": char(),
            "lower": models.GeneratedField(
                expression=Lower("name"), output_field=models.CharField(max_length=50), db_persist=True
            ),
        },
    ),
    "order_with_respect_to": ("E005", lambda: {"topic": to(), "meta": {"order_with_respect_to": "topic"}}),
    "a CompositePrimaryKey": (
        "E006",
        lambda: {
            "pk": models.CompositePrimaryKey("name", "size"),
            "name": char(),
            "size": models.IntegerField(),
        },
    ),
    "a SmallAutoField": ("E006", lambda: {"id": models.SmallAutoField(primary_key=True)}),
    "an ordering by a field of a relation": (
        "W001",
        lambda: {"topic": to(), "meta": {"ordering": ["topic__name"]}},
    ),
    "an ordering by a relation that has an ordering": (
        "W001",
        lambda: {"topic": to("backend.Sorted"), "meta": {"ordering": ["topic"]}},
    ),
    "a column in which gcloudc keeps the models of a row": (
        "E008",
        lambda: {"kind": char(db_column="class")},
    ),
    "a table that Datastore keeps for itself": (
        "E008",
        lambda: {"name": char(), "meta": {"db_table": "__kind__"}},
    ),
    "a collation": ("E016", lambda: {"name": char(db_collation="NOCASE")}),
    "a collation of a long text": ("E016", lambda: {"name": models.TextField(db_collation="NOCASE")}),
    "a collation of a key": ("E016", lambda: {"name": char(primary_key=True, db_collation="NOCASE")}),
    "unique_for_date": (
        "E017",
        lambda: {"name": char(unique_for_date="day"), "day": models.DateField(null=True)},
    ),
    "unique_for_month": (
        "E017",
        lambda: {"name": char(unique_for_month="day"), "day": models.DateField(null=True)},
    ),
    "a many-to-many field": ("W002", lambda: {"topics": models.ManyToManyField("backend.Topic")}),
}

RIGHT = {
    "fields without db_index": lambda: {"name": char(), "topic": to(), "slug": models.SlugField()},
    "a UniqueConstraint of fields": lambda: {
        "name": char(),
        "topic": to(),
        "meta": {"constraints": [models.UniqueConstraint(fields=["name", "topic"], name="one_name")]},
    },
    "a unique field, and fields unique together": lambda: {
        "name": char(unique=True),
        "size": models.IntegerField(),
        "topic": to(),
        "meta": {"unique_together": [("size", "topic")]},
    },
    "DO_NOTHING without a constraint": lambda: {
        "topic": to(on_delete=models.DO_NOTHING, db_constraint=False)
    },
    "an ordering by its own fields": lambda: {
        "name": char(),
        "size": models.IntegerField(),
        "meta": {"ordering": ["-name", models.F("size").desc()], "get_latest_by": ["size", "name"]},
    },
    "an ordering by a relation that has none": lambda: {"topic": to(), "meta": {"ordering": ["-topic"]}},
    "an ordering by a relation's key": lambda: {
        "topic": to("backend.Sorted"),
        "meta": {"ordering": ["topic_id"]},
    },
    "a key of ones own": lambda: {"key": char(primary_key=True)},
    "a default": lambda: {"size": models.IntegerField(default=1)},
    "names that look reserved and are not": lambda: {
        "name": char(db_column="__name"),
        "kind": char(db_column="Class"),
        "key": char(db_column="key__"),
        "order": char(db_column="a b/c"),
        "meta": {"db_table": "class"},
    },
    "unique_for_year": lambda: {
        "name": char(unique_for_year="day"),
        "day": models.DateField(null=True),
    },
    "comments and tablespaces": lambda: {
        "name": char(db_comment="what it is called", db_tablespace="fast"),
        "meta": {"db_table_comment": "notes", "db_tablespace": "fast"},
    },
    "options of constraints that change nothing": lambda: {
        "name": char(null=True),
        "size": models.IntegerField(),
        "meta": {
            "constraints": [
                models.UniqueConstraint(
                    fields=["name"], name="one", include=["size"], nulls_distinct=True, opclasses=["x"]
                )
            ]
        },
    },
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_work_is_told(isolated, topics, case):
    expected, attributes = WRONG[case]
    define(**attributes())
    assert ids(found(isolated)) == [expected]


@pytest.mark.parametrize("case", RIGHT)
def test_what_works_is_not_told(isolated, topics, case):
    define(**RIGHT[case]())
    assert found(isolated) == []


def test_each_message_says_what_to_do(isolated, topics):
    for number, (_id, attributes) in enumerate(WRONG.values()):
        define(f"Note{number}", **attributes())
    assert all(message.hint for message in found(isolated))


def test_what_a_model_inherits_from_django_is_not_told(isolated):
    type("Cat", (AbstractUser,), {"__module__": __name__})
    assert found(isolated) == []


def test_the_apps_of_django_are_not_told():
    assert not [each for each in checks.check_models() if each.obj.__module__.startswith("django.contrib.")]


def test_a_model_of_another_database_is_not_told(isolated, monkeypatch):
    define(text=models.TextField(unique=True))
    monkeypatch.setattr(connections["default"], "vendor", "another")
    assert found(isolated) == []


# Constraints that the project enforces in its own way


@pytest.fixture
def unenforced(settings):
    def unenforced(value):
        settings.STRICT_DATASTORE_UNENFORCED_CONSTRAINTS = value
        return checks.check_unenforced_constraints()

    return unenforced


def test_a_constraint_that_is_named_with_a_reason_is_not_told(isolated, settings):
    settings.STRICT_DATASTORE_UNENFORCED_CONSTRAINTS = {"positive": "the form sees to it"}
    constraint = models.CheckConstraint(condition=models.Q(size__gt=0), name="positive")
    define(size=models.IntegerField(), meta={"constraints": [constraint]})
    assert found(isolated) == []


def test_a_constraint_of_the_project_can_be_named(unenforced):
    assert unenforced({"one_active_lease_a_name": "the form sees to it"}) == []


def test_a_constraint_needs_a_reason(unenforced):
    (message,) = unenforced({"one_active_lease_a_name": ""})
    assert "without a reason" in message.msg


def test_a_constraint_that_no_model_has_cannot_be_named(unenforced):
    (message,) = unenforced({"long_gone": "it was"})
    assert "long_gone, which no model has" in message.msg


def test_the_setting_is_a_dict(unenforced):
    (message,) = unenforced(["one_active_lease_a_name"])
    assert "no dict" in message.msg


# The admin


@pytest.fixture
def note(isolated, topics):
    return define(
        name=char(),
        slug=char(unique=True),
        text=models.TextField(),
        size=models.IntegerField(),
        kind=char(choices=[("a", "A")]),
        pinned=models.BooleanField(default=False),
        written=models.DateTimeField(),
        topic=to(),
        sorted=to("backend.Sorted"),
        topics=models.ManyToManyField("backend.Topic", related_name="+"),
    )


@pytest.fixture
def found_in_admin(isolated, note, settings, tmp_path):
    """The messages for an admin class with these options, given these lines of index.yaml."""
    sites = []

    def found_in_admin(indexes="", base=admin.ModelAdmin, **options):
        settings.STRICT_DATASTORE_INDEX_FILE = tmp_path / "index.yaml"
        settings.STRICT_DATASTORE_INDEX_FILE.write_text(f"indexes:\n{indexes}")
        options = {"__module__": __name__, "show_full_result_count": False, "ordering": ["slug"]} | options
        site = admin.AdminSite()
        site.register(note, type("NoteAdmin", (base,), options))
        sites[:] = [site]  # Django holds it by a weak reference only.
        return checks.check_admin(isolated.get_app_configs())

    return found_in_admin


@pytest.mark.parametrize(
    ("expected", "options"),
    [
        ("E011", {"search_fields": ["name"]}),
        ("E011", {"search_fields": ["^name"]}),
        ("E011", {"search_fields": ["=name"]}),
        ("E011", {"search_fields": ["slug__exact", "topic__name__exact"]}),
        ("E011", {"search_fields": ["text__exact"]}),
        ("E011", {"search_fields": ["topics__name__exact"]}),
        ("E011", {"list_filter": ["topic__name"]}),
        ("E011", {"list_filter": ["topics__name"]}),
        ("E011", {"list_filter": ["name"]}),
        ("E011", {"list_filter": ["text"]}),
        ("E011", {"list_filter": ["written"]}),
        ("E011", {"ordering": ["topic__name"]}),
        ("E011", {"ordering": ["sorted"]}),
        ("E011", {"ordering": ["text"]}),
        ("E011", {"ordering": ["?"]}),
        ("E011", {"ordering": [Lower("name")]}),
        ("E011", {"list_display": ["sorted"]}),
        ("E011", {"list_display": ["text"]}),
        ("E013", {"date_hierarchy": "written"}),
        ("W011", {"show_full_result_count": True}),
        ("W013", {"filter_horizontal": ["topics"]}),
        ("W013", {"filter_vertical": ["topics"]}),
    ],
    ids=str,
)
def test_what_cannot_work_in_the_admin_is_told(found_in_admin, expected, options):
    messages = found_in_admin(**options)
    assert ids(messages) == [expected]
    assert messages[0].hint


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"search_fields": ["slug__exact"]},
        {"list_filter": ["topics"]},
        {"list_display": ["slug", "name", "topic"], "sortable_by": ["slug"]},
        {"list_display": ["slug", "text"], "sortable_by": []},
        {"list_filter": ["written"], "ordering": ["written"], "indexes": "- written"},
    ],
    ids=str,
)
def test_what_works_in_the_admin_is_not_told(found_in_admin, options):
    options = dict(options)
    if "indexes" in options:
        options["indexes"] = entry("written", "-__key__")
    assert found_in_admin(**options) == []


def entry(*properties):
    lines = ["- kind: backend_note", "  properties:"]
    for each in properties:
        lines.append(f"  - name: {each.lstrip('-')}")
        lines += ["    direction: desc"] * each.startswith("-")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("options", "indexes"),
    [
        ({"ordering": []}, [["-__key__"]]),
        ({"ordering": ["-written"]}, [["-written", "-__key__"]]),
        ({"list_filter": ["pinned"]}, [["pinned", "slug"]]),
        ({"list_filter": ["kind"]}, [["kind", "slug"]]),
        ({"list_filter": ["topic"]}, [["topic_id", "slug"]]),
        ({"list_filter": [("name", admin.EmptyFieldListFilter)]}, [["name", "slug"]]),
        ({"list_display": ["size"]}, [["size", "-__key__"], ["-size", "-__key__"]]),
        (
            {"list_display": ["size", "slug"], "sortable_by": ["size"]},
            [["size", "slug"], ["-size", "slug"]],
        ),
        (
            {"list_filter": ["pinned"], "list_display": ["slug"]},
            [["pinned", "slug"], ["pinned", "-slug"]],
        ),
    ],
    ids=str,
)
def test_an_index_that_a_list_needs_is_missed(found_in_admin, options, indexes):
    (message,) = found_in_admin(**options)
    assert message.id == "strict_datastore.E012"
    assert "".join(entry(*index) for index in indexes) in message.hint
    assert found_in_admin("".join(entry(*index) for index in indexes), **options) == []


@pytest.fixture(params=["named in the settings", "in its usual place"])
def found_without_index_file(request, isolated, found_in_admin, settings, tmp_path):
    """The messages for a list that needs an index, in a folder without the file."""
    found_in_admin(list_filter=["pinned"])
    settings.STRICT_DATASTORE_INDEX_FILE.unlink()
    if request.param == "in its usual place":
        del settings.STRICT_DATASTORE_INDEX_FILE
        settings.BASE_DIR = tmp_path
    return lambda: checks.check_admin(isolated.get_app_configs())


def test_in_production_no_index_is_missed_where_the_file_is_not_there(found_without_index_file):
    """Nothing but DEBUG tells a container, into which index.yaml was not copied, from a project without one."""
    assert found_without_index_file() == []


def test_in_development_a_project_without_an_index_file_is_told_what_it_needs(
    isolated, found_in_admin, settings, tmp_path
):
    found_in_admin(list_filter=["pinned"])
    del settings.STRICT_DATASTORE_INDEX_FILE
    settings.BASE_DIR, settings.DEBUG = tmp_path / "empty", True
    (message,) = checks.check_admin(isolated.get_app_configs())
    assert entry("pinned", "slug") in message.hint


def test_in_production_an_index_file_that_is_there_is_compared(found_in_admin):
    (message,) = found_in_admin(list_filter=["pinned"])
    assert message.id == "strict_datastore.E012"


def test_indexes_of_two_filters_are_merged(found_in_admin):
    indexes = entry("pinned", "slug") + entry("kind", "slug")
    assert found_in_admin(indexes, list_filter=["pinned", "kind"]) == []


def test_several_columns_to_sort_by_are_told(found_in_admin):
    messages = found_in_admin(list_display=["slug", "size"])
    assert "W012" in ids(messages)


def test_a_search_of_ones_own_is_not_told(found_in_admin):
    def get_search_results(self, request, queryset, search_term):
        raise AssertionError

    assert found_in_admin(search_fields=["name"], get_search_results=get_search_results) == []


def test_the_admin_classes_of_django_are_not_told(found_in_admin):
    found_in_admin()
    told = [each.obj for each in checks.check_admin()]
    assert not [each for each in told if each.__module__.startswith("django.contrib.")]


@pytest.mark.parametrize(
    "options",
    [
        {"list_display": ["slug", "size", "written"]},
        {"list_display": ["size"], "ordering": ["-size"]},
        {"search_fields": ["name"]},
    ],
    ids=str,
)
def test_our_own_admin_needs_no_index(found_in_admin, options):
    assert found_in_admin(base=ModelAdmin, **options) == []


def test_our_own_admin_needs_an_index_for_each_filter_and_column(found_in_admin):
    options = {
        "base": ModelAdmin,
        "list_display": ["slug"],
        "list_filter": ["pinned"],
        "search_fields": ["name"],
    }
    indexes = entry("pinned", "slug") + entry("pinned", "name") + entry("pinned", "-slug")
    (message,) = found_in_admin(**options)
    assert indexes in message.hint
    assert found_in_admin(indexes, **options) == []


@pytest.mark.parametrize("fields", [["name", "slug"], ["text"], ["^name"], ["topic__name"]])
def test_our_own_search_is_over_one_text(found_in_admin, fields):
    assert ids(found_in_admin(base=ModelAdmin, search_fields=fields)) == ["E015"]


def test_our_own_admin_needs_its_templates(found_in_admin, monkeypatch):
    installed = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda name: name != "strict_datastore" and installed(name))
    assert ids(found_in_admin(base=ModelAdmin)) == ["E014"]
