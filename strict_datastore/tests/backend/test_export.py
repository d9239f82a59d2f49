"""manage.py export_entities and import_entities: everything out and in again, counted, and safe to interrupt."""

import json
from io import StringIO

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from probes.models import Thing
from strict_datastore import export
from strict_datastore.creation import forget_cached_rows
from strict_datastore.management.commands import export_entities, import_entities
from strict_datastore.meter import meter

from .models import Author, Book, Ticket

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]

# The inherited models of the probes cannot be exported; the rest of this project can.
MODELS = [Book, Author, Ticket, Thing, User, LogEntry]


@pytest.fixture(autouse=True)
def models(monkeypatch):
    for module in (export, export_entities, import_entities):
        monkeypatch.setattr(module, "all_models", lambda: MODELS)


def run(command, *arguments):
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def begin_with_nothing():
    connection.creation.use_fresh_namespace()
    forget_cached_rows()


@pytest.fixture
def books(db):
    ada = Author.objects.create(name="Ada")
    return [Book.objects.create(author=ada, title=f"Book {number}", pages=number) for number in range(5)]


def test_everything_comes_back_as_it_was(books, tmp_path):
    before = sorted(Book.objects.values_list())
    run("export_entities", tmp_path / "out")
    begin_with_nothing()
    run("import_entities", tmp_path / "out")
    assert sorted(Book.objects.values_list()) == before
    assert Book.objects.first().author.name == "Ada"


def test_what_refers_to_a_content_type_says_its_name(tmp_path):
    user = User.objects.create_user("ada")
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        action_flag=CHANGE,
    )
    run("export_entities", tmp_path / "out")
    begin_with_nothing()
    ContentType.objects.get_for_model(User)
    run("import_entities", tmp_path / "out")
    assert LogEntry.objects.get().get_edited_object() == user


def test_it_counts(books, tmp_path):
    assert "backend.Book [####################] 5 of 5" in run("export_entities", tmp_path / "out")
    begin_with_nothing()
    assert "All 6 rows" in run("import_entities", tmp_path / "out")


def test_an_export_goes_on_where_it_was_interrupted(books, tmp_path, monkeypatch):
    monkeypatch.setattr(export_entities, "BATCH", 2)
    seen = []

    def interrupted(row):
        seen.append(row)
        if len(seen) == 4:
            raise KeyboardInterrupt
        return export.as_record(row)

    monkeypatch.setattr(export_entities, "as_record", interrupted)
    with pytest.raises(CommandError, match="Interrupted"):
        run("export_entities", tmp_path / "out")
    with (tmp_path / "out" / "backend.Book.jsonl").open("a") as file:
        file.write('{"half a li')
    run("export_entities", tmp_path / "out")
    lines = (tmp_path / "out" / "backend.Book.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["pk"] for line in lines) == sorted(book.pk for book in books)
    assert len(seen) == 4 + 2 + 1  # the two books that were not written yet, and their author


def test_an_import_can_be_run_again(books, tmp_path):
    run("export_entities", tmp_path / "out")
    begin_with_nothing()
    run("import_entities", tmp_path / "out")
    with meter() as counts:
        assert "0 of them new" in run("import_entities", tmp_path / "out")
    assert counts.writes == 0
    assert Book.objects.count() == 5


def test_long_rows_come_back_in_several_transactions(db, tmp_path):
    for _ in range(2):
        Thing.objects.bulk_create(Thing(name="long", text="x" * 900_000) for _ in range(3))
    run("export_entities", tmp_path / "out")
    begin_with_nothing()
    run("import_entities", tmp_path / "out")
    assert [len(thing.text) for thing in Thing.objects.all()] == [900_000] * 6


def test_a_batch_of_new_rows_is_three_requests(books, tmp_path):
    run("export_entities", tmp_path / "out")
    begin_with_nothing()
    with meter() as counts:
        run("import_entities", tmp_path / "out")
    asked = [call.method for call in counts.calls if call.kind == "backend_book"]
    assert asked == ["Lookup", "Commit", "RunQuery"]
    assert counts.rpcs["BeginTransaction"] == 2


def test_a_row_with_other_values_is_not_overwritten(books, tmp_path):
    run("export_entities", tmp_path / "out")
    Book.objects.filter(pk=books[0].pk).update(title="Mine")
    with pytest.raises(CommandError, match=r"with other values\. Nothing is overwritten"):
        run("import_entities", tmp_path / "out")
    assert Book.objects.get(pk=books[0].pk).title == "Mine"


def test_another_folder_is_left_alone(db, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(CommandError, match="has other files"):
        run("export_entities", tmp_path)


def test_a_complete_export_is_left_alone(books, tmp_path):
    run("export_entities", tmp_path / "out")
    with pytest.raises(CommandError, match="complete export already"):
        run("export_entities", tmp_path / "out")


def test_a_file_in_place_of_the_folder(db, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        run("export_entities", tmp_path / "out")


def test_a_folder_that_is_no_export(db, tmp_path):
    with pytest.raises(CommandError, match="is no export"):
        run("import_entities", tmp_path)


def test_an_export_that_is_not_complete(books, tmp_path):
    folder = export.Export(tmp_path / "out")
    folder.begin()
    with pytest.raises(CommandError, match="not complete"):
        run("import_entities", tmp_path / "out")


def test_a_file_that_was_changed(books, tmp_path):
    run("export_entities", tmp_path / "out")
    with (tmp_path / "out" / "backend.Book.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(CommandError, match="was changed since the export"):
        run("import_entities", tmp_path / "out")


def test_a_manifest_that_is_none(db, tmp_path):
    (tmp_path / "manifest.json").write_text('{"models": 1}')
    with pytest.raises(CommandError, match="not a manifest"):
        run("import_entities", tmp_path)


def test_a_model_that_the_project_has_not(books, tmp_path, monkeypatch):
    run("export_entities", tmp_path / "out")
    monkeypatch.setattr(export, "all_models", lambda: [Author])
    with pytest.raises(CommandError, match="which this project has not"):
        run("import_entities", tmp_path / "out")
