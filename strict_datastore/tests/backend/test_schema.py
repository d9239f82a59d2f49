"""Migrations: after each operation, forwards and backwards, the rows are as they are on SQLite, or it is refused."""

import uuid

import pytest
from django.db import IntegrityError, connection, connections, migrations, models
from django.db.migrations.state import ProjectState
from django.db.models.functions import Lower
from strict_datastore.meter import meter
from strict_datastore.refusals import Refused

pytestmark = pytest.mark.emulator

APP = "backend"


class Project:
    """A project that grows by migrations, in one database."""

    def __init__(self, alias):
        self.alias = alias
        self.state = ProjectState()
        self.applied = []

    def migrate(self, *operations):
        for operation in operations:
            before, after = self.state, self.state.clone()
            operation.state_forwards(APP, after)
            # Django does not render a child's child again when a field of its grandparent changes.
            after.__dict__.pop("apps", None)
            with connections[self.alias].schema_editor() as editor:
                operation.database_forwards(APP, editor, before, after)
            self.applied.append((operation, before))
            self.state = after

    def migrate_back(self, count=1):
        for _ in range(count):
            operation, before = self.applied.pop()
            with connections[self.alias].schema_editor() as editor:
                operation.database_backwards(APP, editor, self.state, before)
            self.state = before

    def model(self, name):
        return self.state.apps.get_model(APP, name)

    def rows(self, name):
        return self.model(name)._base_manager.using(self.alias)

    def values(self, name):
        """What the rows of a model hold, keys and relations aside."""
        fields = [each for each in self.model(name)._meta.concrete_fields if not each.primary_key]
        names = [each.name for each in fields if not each.is_relation]
        return sorted(self.rows(name).values_list(*names), key=repr)

    def labels(self, field="tags", model="Book", of="slug"):
        """What the rows at the other end of a many-to-many field are called, for each row."""
        return sorted(
            sorted(getattr(each, of) for each in getattr(row, field).all()) for row in self.rows(model).all()
        )


@pytest.fixture(params=["sqlite", "strict"])
def project(request, db):
    """A project on each database in turn; what the test expects holds on both."""
    return Project("default" if request.param == "strict" else request.getfixturevalue("sqlite"))


@pytest.fixture
def strict(db):
    return Project("default")


def create(name, *fields, key=True, bases=(models.Model,), **options):
    own_key = [("id", models.BigAutoField(primary_key=True))] if key else []
    return migrations.CreateModel(name, [*own_key, *fields], options=options, bases=bases)


def char(**options):
    return models.CharField(max_length=20, **options)


def many(**options):
    return models.ManyToManyField("backend.Tag", **options)


def key_to(model, **options):
    return models.ForeignKey(f"backend.{model}", models.CASCADE, **options)


@pytest.fixture
def library(project):
    """One book with two tags."""
    return with_library(project)


def with_library(project):
    project.migrate(create("Tag", ("slug", char())), create("Book", ("name", char()), ("tags", many())))
    book = project.rows("Book").create(name="Emma")
    book.tags.add(*(project.rows("Tag").create(slug=slug) for slug in ("art", "cats")))
    return project


# Many-to-many fields


def test_a_renamed_many_to_many_field_keeps_its_relations(library):
    library.migrate(migrations.RenameField("book", "tags", "labels"))
    assert library.labels("labels") == [["art", "cats"]]
    library.migrate_back()
    assert library.labels() == [["art", "cats"]]


def test_a_many_to_many_field_that_comes_back_has_no_relations(library):
    library.migrate(migrations.RemoveField("book", "tags"), migrations.AddField("book", "tags", many()))
    assert library.labels() == [[]]


def test_to_take_back_the_removal_of_a_many_to_many_field_brings_no_relations_back(library):
    library.migrate(migrations.RemoveField("book", "tags"))
    library.migrate_back()
    assert library.labels() == [[]]


def test_to_take_back_a_many_to_many_field_deletes_its_relations(project):
    project.migrate(create("Tag", ("slug", char())), create("Book", ("name", char())))
    project.migrate(migrations.AddField("book", "tags", many()))
    project.rows("Book").create().tags.add(project.rows("Tag").create(slug="art"))
    project.migrate_back()
    project.migrate(migrations.AddField("book", "tags", many()))
    assert library_is_empty(project)


def library_is_empty(project):
    return (
        project.labels() == [[]]
        and not project.model("Book").tags.through._base_manager.using(project.alias).exists()
    )


def test_a_many_to_many_field_takes_no_place_in_the_rows(strict):
    strict.migrate(create("Tag", ("slug", char())), create("Book", ("name", char())))
    strict.rows("Book").create()
    with meter() as counts:
        strict.migrate(migrations.AddField("book", "tags", many()))
    assert counts.total_rpcs == 0


@pytest.mark.parametrize("options", [{"db_table": "shelfmarks"}, {"blank": True, "related_name": "volumes"}])
def test_an_altered_many_to_many_field_keeps_its_relations(library, options):
    library.migrate(migrations.AlterField("book", "tags", many(**options)))
    assert library.labels() == [["art", "cats"]]
    library.migrate_back()
    assert library.labels() == [["art", "cats"]]


def test_a_many_to_many_field_to_another_model_keeps_the_keys(library):
    library.migrate(create("Label", ("slug", char())))
    for tag in library.rows("Tag").all():
        library.rows("Label").create(pk=tag.pk, slug=f"label {tag.slug}")
    library.migrate(migrations.AlterField("book", "tags", models.ManyToManyField("backend.Label")))
    assert library.labels() == [["label art", "label cats"]]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("tags", many(through="backend.Tagging")),
        ("tags", key_to("Tag", null=True)),
        ("name", many(related_name="+")),
    ],
    ids=["another model between", "to a foreign key", "from a text"],
)
def test_what_django_cannot_alter_is_an_error(library, name, field):
    library.migrate(create("Tagging", ("book", key_to("Book")), ("tag", key_to("Tag"))))
    with pytest.raises(ValueError, match="not compatible types"):
        library.migrate(migrations.AlterField("book", name, field))


def test_the_model_between_becomes_one_of_the_project(library):
    tagging = create(
        "Tagging", ("book", key_to("Book")), ("tag", key_to("Tag")), db_table="backend_book_tags"
    )
    through = migrations.AlterField("book", "tags", many(through="backend.Tagging"))
    library.migrate(migrations.SeparateDatabaseAndState(state_operations=[tagging, through]))
    assert library.labels() == [["art", "cats"]]
    library.migrate(migrations.RenameModel("Tagging", "Shelfmark"))
    library.migrate(migrations.RemoveField("book", "tags"))
    assert library.rows("Shelfmark").count() == 2


def test_friends_stay_friends(project):
    project.migrate(create("Cat", ("name", char()), ("friends", models.ManyToManyField("self"))))
    ada, tom = (project.rows("Cat").create(name=name) for name in ("Ada", "Tom"))
    ada.friends.add(tom)
    project.migrate(migrations.RenameField("cat", "friends", "pals"), migrations.RenameModel("Cat", "Feline"))
    assert project.labels("pals", "Feline", of="name") == [["Ada"], ["Tom"]]


# Models


@pytest.mark.parametrize(
    ("operation", "book"),
    [
        (migrations.RenameModel("Book", "Volume"), "Volume"),
        (migrations.RenameModel("Tag", "Label"), "Book"),
        (migrations.AlterModelTable("book", "shelf"), "Book"),
        (migrations.AlterModelTable("tag", "shelf"), "Book"),
    ],
    ids=["a model renamed", "its target renamed", "another table", "another table of its target"],
)
def test_a_renamed_model_keeps_its_rows_and_relations(library, operation, book):
    library.migrate(operation)
    assert (library.values(book), library.labels(model=book)) == ([("Emma",)], [["art", "cats"]])
    library.migrate_back()
    assert (library.values("Book"), library.labels()) == ([("Emma",)], [["art", "cats"]])


@pytest.mark.parametrize("name", ["Book", "Tag"])
def test_a_model_whose_table_is_named_can_get_another_name(library, name):
    library.migrate(migrations.AlterModelTable(name, f"backend_{name.lower()}"))
    library.migrate(migrations.RenameModel(name, "Other"))
    assert library.labels(model="Other" if name == "Book" else "Book") == [["art", "cats"]]


def test_a_foreign_key_follows_a_renamed_model(library):
    library.migrate(create("Chapter", ("book", key_to("Book"))))
    library.rows("Chapter").create(book=library.rows("Book").get())
    library.migrate(migrations.RenameModel("Book", "Volume"))
    assert [chapter.book.name for chapter in library.rows("Chapter").all()] == ["Emma"]


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RenameField("chapter", "book", "volume"),
        migrations.AlterField("chapter", "book", key_to("Book", db_column="volume")),
    ],
    ids=["renamed", "in another column"],
)
def test_a_renamed_foreign_key_keeps_what_it_holds(library, operation):
    library.migrate(create("Chapter", ("book", key_to("Book"))))
    library.rows("Chapter").create(book=library.rows("Book").get())
    library.migrate(operation)
    keys = library.rows("Chapter").values_list(library.model("Chapter")._meta.fields[1].attname, flat=True)
    assert list(keys) == [library.rows("Book").get().pk]
    library.migrate_back()
    assert [chapter.book.name for chapter in library.rows("Chapter").all()] == ["Emma"]


def test_a_deleted_model_leaves_no_rows(library):
    library.migrate(migrations.DeleteModel("Book"))
    library.migrate_back()
    assert library.values("Book") == []
    library.rows("Book").create(name="Persuasion")
    assert library_is_empty(library)


def test_a_proxy_has_no_rows_of_its_own(library):
    library.migrate(create("ByName", key=False, bases=("backend.book",), proxy=True))
    library.migrate(migrations.RenameModel("ByName", "Sorted"), migrations.DeleteModel("Sorted"))
    assert library.values("Book") == [("Emma",)]


def test_a_model_that_is_not_managed_keeps_its_rows(strict):
    strict.migrate(create("Note", ("text", char()), managed=False))
    strict.rows("Note").create(text="kept")
    strict.migrate(migrations.DeleteModel("Note"))
    strict.migrate_back()
    assert strict.values("Note") == [("kept",)]


def test_an_order_with_respect_to_another_model_comes_and_goes(library):
    library.migrate(create("Chapter", ("name", char()), ("book", key_to("Book"))))
    library.rows("Chapter").create(name="one", book=library.rows("Book").get())
    library.migrate(migrations.AlterOrderWithRespectTo("chapter", "book"))
    assert library.values("Chapter") == [("one", 0)]
    library.migrate_back()
    assert library.values("Chapter") == [("one",)]


def test_long_rows_move_in_several_transactions(strict):
    strict.migrate(create("Note", ("text", models.TextField())))
    for _ in range(2):
        strict.rows("Note").bulk_create(strict.model("Note")(text="x" * 900_000) for _ in range(3))
    with meter() as counts:
        strict.migrate(migrations.RenameModel("Note", "Memo"))
    commits = [call for call in counts.calls if call.method == "Commit"]
    assert (len(commits), strict.rows("Memo").count()) == (2, 6)


@pytest.mark.parametrize(
    ("operation", "kept"),
    [(migrations.RenameModel("Note", "Memo"), 3), (migrations.DeleteModel("Note"), 0)],
    ids=["renamed", "deleted"],
)
def test_a_migration_that_was_cut_short_can_run_again(strict, monkeypatch, operation, kept):
    strict.migrate(create("Note", ("text", char())))
    for text in "abc":
        strict.rows("Note").create(text=text)
    delete, deleted = connection.connection.delete, []

    def delete_one(key):
        if deleted:
            raise KeyboardInterrupt
        deleted.append(key)
        delete(key)

    with monkeypatch.context() as patch:
        patch.setattr("strict_datastore.batches.ROWS_A_TRANSACTION", 1)
        patch.setattr(connection.connection, "delete", delete_one)
        with pytest.raises(KeyboardInterrupt):
            strict.migrate(operation)
    assert strict.rows("Note").count() == 2
    strict.migrate(operation)
    kinds = connection.connection._client
    left = [entity for kind in ("backend_note", "backend_memo") for entity in kinds.query(kind=kind).fetch()]
    assert sorted(entity["text"] for entity in left) == list("abc")[:kept]


def test_a_row_that_moves_is_not_checked_again(strict):
    """What it refers to may be gone; and nobody pays for a look."""
    strict.migrate(create("Hotel", ("name", char())), create("Stay", ("hotel", key_to("Hotel"))))
    strict.rows("Stay").create(hotel=strict.rows("Hotel").create(name="Ritz"))
    strict.rows("Hotel").all()._raw_delete("default")
    with meter() as counts:
        strict.migrate(migrations.RenameModel("Stay", "Night"))  # which there is today, too
    assert [call.method for call in counts.calls] == ["RunQuery", "BeginTransaction", "Lookup", "Commit"]
    assert (counts.writes, counts.deletes, strict.rows("Night").count()) == (1, 1, 1)


def test_a_table_of_special_indexes_keeps_its_name(strict, monkeypatch):
    from gcloudc.db.backends.common import indexing

    strict.migrate(create("Note", ("text", char())))
    monkeypatch.setitem(indexing._project_special_indexes, "backend_note", {"text": ["contains"]})
    with pytest.raises(Refused, match=r"djangaeidx\.yaml.* db_table"):
        strict.migrate(migrations.RenameModel("Note", "Memo"))


# Models that inherit from others


def parent_link(model, **options):
    return models.OneToOneField(
        f"backend.{model}", models.CASCADE, parent_link=True, primary_key=True, serialize=False, **options
    )


@pytest.fixture
def family(project):
    """A row of each of four models: a parent, its child, the child's child, and another child."""
    project.migrate(
        create("A", ("a", char(default="a"))),
        create("B", ("a_ptr", parent_link("A")), ("b", char(default="b")), key=False, bases=("backend.a",)),
        create("C", ("b_ptr", parent_link("B")), ("c", char(default="c")), key=False, bases=("backend.b",)),
        create("D", ("a_ptr", parent_link("A")), ("d", char(default="d")), key=False, bases=("backend.a",)),
    )
    for number, name in enumerate("ABCD"):
        project.rows(name).create(a=str(number))
    return project


def all_of(project, names="ABCD"):
    return [project.values(name) for name in names]


WHOLE = [
    [("0",), ("1",), ("2",), ("3",)],
    [("1", "b"), ("2", "b")],
    [("2", "b", "c")],
    [("3", "d")],
]


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        (migrations.RenameField("a", "a", "x"), "ABCD"),
        (migrations.RenameField("b", "b", "x"), "ABCD"),
        (migrations.RenameField("c", "c", "x"), "ABCD"),
        (migrations.RenameModel("C", "X"), "ABXD"),
        (migrations.AlterModelTable("a", "x"), "ABCD"),
        (migrations.AlterModelTable("b", "x"), "ABCD"),
        (migrations.AlterModelTable("c", "x"), "ABCD"),
    ],
    ids=repr,
)
def test_a_renamed_part_of_a_family_keeps_its_rows(family, operation, names):
    family.migrate(operation)
    assert all_of(family, names) == WHOLE
    family.migrate_back()
    assert all_of(family) == WHOLE


@pytest.mark.parametrize(("name", "rows"), [("a", 4), ("b", 2), ("c", 1), ("d", 1)])
def test_a_new_field_is_filled_in_the_rows_of_its_model(family, name, rows):
    family.migrate(migrations.AddField(name, "x", models.IntegerField(default=7)))
    assert family.rows(name.upper()).filter(x=7).count() == rows
    family.migrate_back()
    assert all_of(family) == WHOLE


def test_a_deleted_child_leaves_the_rows_of_its_parents(family):
    family.migrate(migrations.DeleteModel("C"), migrations.DeleteModel("B"))
    assert all_of(family, "AD") == [WHOLE[0], WHOLE[3]]
    family.migrate_back(2)
    assert all_of(family) == [WHOLE[0], [], [], WHOLE[3]]


def test_what_a_child_has_unindexed_stays_so_when_its_parent_changes(strict):
    """Datastore would refuse to index a text of that length."""
    strict.migrate(
        create("A", ("a", char())),
        create("B", ("a_ptr", parent_link("A")), ("b", models.TextField()), key=False, bases=("backend.a",)),
    )
    strict.rows("B").create(a="old", b="x" * 2000)
    strict.rows("A").update(a="new")
    assert strict.values("B") == [("new", "x" * 2000)]


def test_the_link_to_a_parent_gets_another_column(strict):
    strict.migrate(
        create("A", ("a", char(default="a"))),
        create("B", ("a_ptr", parent_link("A")), key=False, bases=("backend.a",)),
    )
    row = strict.rows("B").create()
    strict.migrate(migrations.AlterField("b", "a_ptr", parent_link("A", db_column="x")))
    entity = connections["default"].connection._client
    (stored,) = entity.query(kind="backend_a").fetch()
    assert (stored["x"], "a_ptr_id" in stored) == (row.pk, False)


# Fields, keys, constraints and indexes


def test_what_a_removed_field_had_left_unindexed_stays_so(strict):
    """The model of today has no such field, and would let Datastore index it, which takes no long texts."""
    strict.migrate(create("Note", ("text", models.TextField())))
    strict.rows("Note").create(text="x" * 2000)
    strict.migrate(migrations.AddField("note", "size", models.IntegerField(default=1)))
    assert strict.rows("Note").filter(size=1).count() == 1


@pytest.mark.parametrize(
    ("operation", "refusal"),
    [
        (migrations.AlterField("note", "text", models.IntegerField()), "AddField with another name"),
        (migrations.AlterField("note", "id", models.UUIDField(primary_key=True)), "AddField with another"),
        (migrations.AlterField("note", "text", char(primary_key=True)), "the keys of the rows"),
        (migrations.AddField("note", "key", char(primary_key=True, default="x")), "the keys of the rows"),
        (migrations.RemoveField("note", "id"), "the keys of the rows"),
    ],
    ids=["a text to a number", "another type of key", "a field to a key", "a new key", "no key"],
)
def test_what_rows_cannot_follow_is_refused_when_there_are_rows(strict, operation, refusal):
    """A new database has none, and all migrations of a project have to run there."""
    strict.migrate(create("Note", ("text", char())))
    strict.migrate(operation)
    strict.migrate_back()
    strict.rows("Note").create(text="x")
    with pytest.raises(Refused, match=refusal):
        strict.migrate(operation)


def test_constraints_and_indexes_come_and_go(project):
    unique = models.UniqueConstraint(fields=["name"], name="one_name")
    descending = models.Index(fields=["-name"], name="down")
    lower = models.Index(Lower("name"), name="lower")
    project.migrate(create("Note", ("name", char()), constraints=[unique], indexes=[descending]))
    project.migrate(migrations.AddIndex("note", lower))
    project.rows("Note").create(name="a")
    project.migrate(
        migrations.RemoveConstraint("note", "one_name"),
        migrations.RenameIndex("note", old_name="down", new_name="descending"),
        migrations.RemoveIndex("note", "descending"),
        migrations.RemoveIndex("note", "lower"),
        migrations.AlterUniqueTogether("note", [("name", "id")]),
        migrations.AlterModelTableComment("note", "texts"),
    )
    project.rows("Note").create(name="a")
    assert project.values("Note") == [("a",), ("a",)]


UNIQUE = {
    "AlterField": migrations.AlterField("note", "name", char(unique=True, null=True)),
    "AlterUniqueTogether": migrations.AlterUniqueTogether("note", [("name", "size")]),
    "AddConstraint": migrations.AddConstraint(
        "note", models.UniqueConstraint(fields=["name", "size"], name="one")
    ),
    "AddField": migrations.AddField("note", "code", char(unique=True, default="x")),
}


@pytest.mark.parametrize("operation", UNIQUE)
def test_rows_that_are_alike_forbid_a_unique_constraint(project, operation):
    project.migrate(create("Note", ("name", char(null=True)), ("size", models.IntegerField(default=1))))
    for _ in range(2):
        project.rows("Note").create(name="a")
    with pytest.raises(IntegrityError):
        project.migrate(UNIQUE[operation])


@pytest.mark.parametrize("operation", [name for name in UNIQUE if name != "AddField"])
def test_rows_with_null_are_not_alike(project, operation):
    project.migrate(create("Note", ("name", char(null=True)), ("size", models.IntegerField(default=1))))
    for name in (None, None, "a", "b"):
        project.rows("Note").create(name=name)
    project.migrate(UNIQUE[operation])
    assert project.rows("Note").count() == 4


def test_the_models_of_a_migration_keep_their_own_constraints(project):
    """Whatever today's models say of the table, as in a RunPython before a rename."""
    project.migrate(
        create("Note", ("name", char(unique=True)), ("key", models.UUIDField(default=uuid.uuid4)))
    )
    project.rows("Note").create(name="a")
    with pytest.raises(IntegrityError, match=r"UNIQUE constraint failed: backend_note\.name"):
        project.rows("Note").create(name="a")


def test_sql_is_refused(strict):
    strict.migrate(migrations.RunSQL(migrations.RunSQL.noop))
    with pytest.raises(Refused, match="SQL"):
        strict.migrate(migrations.RunSQL("DROP TABLE backend_note"))
