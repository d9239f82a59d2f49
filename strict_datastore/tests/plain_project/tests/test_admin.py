"""django.contrib.admin: its pages, with the indexes that index.yaml lists and no other."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from notes.models import Note, Topic

pytestmark = pytest.mark.django_db

LIST = "/admin/notes/note/"


@pytest.fixture
def root(client):
    root = User.objects.create_superuser("root", password="a secret")
    client.force_login(root)
    return root


@pytest.fixture
def topic():
    return Topic.objects.create(name="Cats")


@pytest.fixture
def notes(topic):
    """More than a page of them, the last written first."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Note.objects.create(
            topic=topic, title=f"Day {day}", written=start + timedelta(days=day), pinned=day % 2 == 0
        )
        for day in (6, 5, 4, 3, 2, 1, 0)
    ]


def form(topic, **changes):
    return {
        "topic": topic.pk,
        "title": "A note",
        "body": "Long " * 1000,
        "written_0": "2026-01-01",
        "written_1": "12:00:00",
    } | changes


def titles(response):
    assert response.status_code == 200
    return [note.title for note in response.context["cl"].result_list]


def test_log_in_by_its_form(client):
    User.objects.create_superuser("root", password="a secret")
    login = {"username": "root", "password": "a secret", "next": "/admin/"}
    response = client.post("/admin/login/", login, follow=True)
    assert response.context["user"].is_superuser


def test_the_front_page_lists_what_you_did_last(client, root, topic):
    client.post(f"{LIST}add/", form(topic))
    assert "A note" in client.get("/admin/").text


def test_the_list_shows_the_newest_first(client, root, notes):
    assert titles(client.get(LIST)) == [note.title for note in notes[:5]]


def test_the_second_page_of_the_list(client, root, notes):
    assert titles(client.get(f"{LIST}?p=2")) == [note.title for note in notes[5:]]


def test_the_list_by_a_column(client, root, notes):
    assert titles(client.get(f"{LIST}?o=4"))[:2] == ["Day 0", "Day 1"]


def test_the_list_by_a_filter(client, root, notes):
    pinned = [note.title for note in notes if note.pinned]
    assert titles(client.get(f"{LIST}?pinned__exact=1")) == pinned
    assert titles(client.get(f"{LIST}?pinned__exact=1&o=4")) == pinned[::-1]


def test_a_note_is_added(client, root, topic):
    response = client.post(f"{LIST}add/", form(topic), follow=True)
    assert "was added successfully" in response.text
    assert Note.objects.get().body.strip() == ("Long " * 1000).strip()


def test_a_note_is_changed(client, root, topic, notes):
    response = client.post(f"{LIST}{notes[0].pk}/change/", form(topic, title="New"), follow=True)
    assert "was changed successfully" in response.text
    assert Note.objects.get(pk=notes[0].pk).title == "New"


def test_the_form_lists_the_topics(client, root, topic, notes):
    assert "Cats" in client.get(f"{LIST}{notes[0].pk}/change/").text


def test_a_name_that_is_taken_is_an_error_of_the_form(client, root, topic):
    response = client.post("/admin/notes/topic/add/", {"name": "Cats"})
    assert "Topic with this Name already exists" in response.text


def test_a_note_is_deleted(client, root, notes):
    path = f"{LIST}{notes[0].pk}/delete/"
    assert "Are you sure" in client.get(path).text
    response = client.post(path, {"post": "yes"}, follow=True)
    assert "was deleted successfully" in response.text
    assert not Note.objects.filter(pk=notes[0].pk).exists()


def test_a_topic_is_deleted_with_its_notes(client, root, topic, notes):
    client.post(f"/admin/notes/topic/{topic.pk}/delete/", {"post": "yes"})
    assert not Topic.objects.exists()
    assert not Note.objects.exists()


def test_marked_notes_are_deleted(client, root, notes):
    marked = {"action": "delete_selected", "_selected_action": [note.pk for note in notes[:3]]}
    assert "Are you sure" in client.post(LIST, marked).text
    client.post(LIST, marked | {"post": "yes"})
    assert Note.objects.count() == len(notes) - 3


def test_what_was_done_is_logged(client, root, topic):
    client.post(f"{LIST}add/", form(topic))
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_edited_object()) == (root, Note.objects.get())


def test_staff_see_what_they_may(client, notes, permissions):
    editor = User.objects.create_user("editor", is_staff=True)
    editor.user_permissions.add(permissions["view_note"])
    client.force_login(editor)
    assert client.get(LIST).status_code == 200
    assert client.get("/admin/notes/topic/").status_code == 403


@pytest.mark.parametrize("path", ["auth/user/", "auth/group/", "auth/user/add/", "auth/group/add/"])
def test_the_pages_of_auth(client, root, permissions, path):
    assert client.get(f"/admin/{path}").status_code == 200


def test_a_user_is_given_groups_and_permissions(client, root, permissions):
    readers = Group.objects.create(name="readers")
    path = f"/admin/auth/user/{root.pk}/change/"
    fields = client.get(path).context["adminform"].form.initial
    response = client.post(
        path,
        {
            "username": "root",
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
            "date_joined_0": fields["date_joined"].date(),
            "date_joined_1": fields["date_joined"].time(),
            "groups": [readers.pk],
            "user_permissions": [permissions["view_note"].pk],
        },
        follow=True,
    )
    assert "was changed successfully" in response.text
    assert list(root.groups.all()) == [readers]
    assert list(root.user_permissions.all()) == [permissions["view_note"]]


def test_a_user_is_added(client, root):
    passwords = {"usable_password": "true", "password1": "long and secret", "password2": "long and secret"}
    response = client.post("/admin/auth/user/add/", {"username": "ada"} | passwords, follow=True)
    assert "was added successfully" in response.text
    assert User.objects.get(username="ada").check_password("long and secret")
