"""The system checks of index.yaml: of a file that cannot be read, and of entries that look misspelt."""

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from strict_datastore.index_checks import check_index_file
from strict_datastore.index_file import Index

pytestmark = pytest.mark.emulator


@pytest.fixture
def index_file(settings, tmp_path):
    settings.STRICT_DATASTORE_INDEX_FILE = tmp_path / "index.yaml"
    return settings.STRICT_DATASTORE_INDEX_FILE


def write(index_file, *indexes):
    index_file.write_text("indexes:\n" + "".join(each.as_yaml() for each in indexes))


def messages():
    return [(each.id.removeprefix("strict_datastore."), each.msg) for each in check_index_file()]


def test_a_malformed_file_fails_the_check_with_its_line(index_file):
    index_file.write_text("indexes:\n- kind: Cat\n")
    ((identifier, message),) = messages()
    assert identifier == "E021"
    assert message.startswith(f"{index_file}, line 2: this entry has no `properties:`.")


def test_manage_py_check_says_it_once_and_no_traceback(index_file):
    index_file.write_text("indexes:\n- kind: Cat\n")
    with pytest.raises(CommandError) as raised:
        call_command("check")
    assert str(raised.value).count("line 2: this entry has no `properties:`.") == 1
    assert "E012" not in str(raised.value)


def test_a_file_that_the_settings_name_has_to_be_there_in_development(index_file, settings):
    assert messages() == []
    settings.DEBUG = True
    assert messages() == [("E021", f"STRICT_DATASTORE_INDEX_FILE: there is no file {index_file}.")]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (Index("backend_author", ("nmae",)), "backend_author has no property nmae. Is name meant?"),
        (
            Index("backend_book", ("author", "title")),
            "backend_book has no property author. Is author_id meant?",
        ),
        (
            Index("backend_boook", ("author_id",)),
            "no model has the table backend_boook. Is backend_book meant?",
        ),
        (
            Index("backend_book", ("title", "-id")),
            "in an index the primary key of backend_book is called __key__, not id.",
        ),
    ],
)
def test_a_name_that_looks_misspelt_is_a_warning_with_the_line(index_file, entry, reason):
    write(index_file, Index("backend_book", ("author_id", "-title", "__key__")), entry)
    assert messages() == [("W021", f"{index_file}, line 8: {reason}")]


def test_a_repeated_entry_is_a_warning_with_both_lines(index_file):
    entry = Index("backend_book", ("author_id", "-title"))
    write(index_file, entry, Index("backend_book", ("author_id", "title")), entry)
    assert messages() == [("W021", f"{index_file}, line 11: the entry is in line 2 already.")]


@pytest.mark.parametrize(
    "entry",
    [
        Index("Cat", ("colour", "-age")),
        Index("backend_book", ("isbn", "title")),
        Index("backend_restaurant", ("name", "class")),
        Index("django_session", ("expire_date", "-__key__")),
    ],
    ids=str,
)
def test_a_name_that_is_like_none_may_be_another_programs(index_file, entry):
    write(index_file, entry)
    assert messages() == []


def test_on_another_database_nobody_asks_for_the_file(index_file, monkeypatch):
    index_file.write_text("no index file")
    monkeypatch.setattr("strict_datastore.index_checks.connections.all", list)
    assert messages() == []


def test_the_checks_are_those_of_manage_py_check():
    assert check_index_file in checks.registry.registry.get_checks()
