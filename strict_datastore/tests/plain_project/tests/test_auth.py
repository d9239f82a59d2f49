"""django.contrib.auth with its own users, groups and permissions."""

import io

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordResetForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import IntegrityError

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return User.objects.create_user("editor", password="a secret", is_staff=True)


def fresh(user):
    """The user without the permissions it remembers."""
    return User.objects.get(pk=user.pk)


def test_a_user_logs_in_with_the_password_it_was_created_with(client):
    user = User.objects.create_user("ada", "ada@example.com", "a secret")
    assert authenticate(username="ada", password="a secret") == user
    assert authenticate(username="ada", password="another") is None
    assert client.login(username="ada", password="a secret")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_log_out_ends_the_session(client, editor):
    client.force_login(editor)
    client.logout()
    assert "_auth_user_id" not in client.session


def test_a_user_name_is_unique(editor):
    with pytest.raises(IntegrityError):
        User.objects.create_user("editor")


def test_a_superuser_may_do_everything(permissions):
    root = User.objects.create_superuser("root", password="a secret")
    assert root.has_perm("notes.delete_note")
    assert "notes.delete_note" in root.get_all_permissions()


def test_staff_without_permissions_may_do_nothing(permissions, editor):
    assert editor.get_all_permissions() == set()
    assert not editor.has_perm("notes.view_note")
    assert not editor.has_module_perms("notes")


def test_a_permission_given_to_a_user(permissions, editor):
    editor.user_permissions.add(permissions["change_note"])
    assert fresh(editor).get_all_permissions() == {"notes.change_note"}
    assert fresh(editor).get_user_permissions() == {"notes.change_note"}
    assert fresh(editor).has_perm("notes.change_note")
    assert not fresh(editor).has_perm("notes.delete_note")
    assert fresh(editor).has_module_perms("notes")


def test_a_permission_taken_from_a_user(permissions, editor):
    editor.user_permissions.set([permissions["change_note"], permissions["view_note"]])
    editor.user_permissions.remove(permissions["change_note"])
    assert fresh(editor).get_all_permissions() == {"notes.view_note"}
    editor.user_permissions.clear()
    assert fresh(editor).get_all_permissions() == set()


def test_a_permission_given_to_a_group(permissions, editor):
    editors, readers = (Group.objects.create(name=name) for name in ("editors", "readers"))
    editors.permissions.set([permissions["change_note"], permissions["view_note"]])
    readers.permissions.set([permissions["view_note"]])
    editor.groups.add(editors, readers)
    assert fresh(editor).get_group_permissions() == {"notes.change_note", "notes.view_note"}
    assert fresh(editor).has_perm("notes.change_note")


def test_the_groups_of_a_user(editor):
    groups = [Group.objects.create(name=name) for name in ("editors", "readers")]
    editor.groups.set(groups)
    assert set(editor.groups.all()) == set(groups)
    editor.groups.remove(groups[0])
    assert list(fresh(editor).groups.all()) == [groups[1]]


def test_the_users_of_a_group(editor):
    readers = Group.objects.create(name="readers")
    readers.user_set.add(editor)
    assert list(readers.user_set.all()) == [editor]


def test_a_group_is_deleted_with_its_memberships(editor):
    readers = Group.objects.create(name="readers")
    editor.groups.add(readers)
    readers.delete()
    assert list(editor.groups.all()) == []


def test_a_user_is_deleted_with_all_that_hangs_on_it(permissions, editor):
    editor.user_permissions.add(permissions["change_note"])
    editor.groups.add(Group.objects.create(name="readers"))
    editor.delete()
    assert not User.objects.exists()
    assert not User.groups.through.objects.exists()
    assert not User.user_permissions.through.objects.exists()


def test_a_forgotten_password_is_found_by_its_address_in_any_case():
    """By the special index of djangaeidx.yaml, as is the name of a new user."""
    user = User.objects.create_user("ada", "Ada@example.com", "a secret")
    assert list(PasswordResetForm().get_users("ada@EXAMPLE.com")) == [user]


def test_a_name_is_taken_in_any_case(editor):
    form = UserCreationForm(
        {"username": "EDITOR", "password1": "long and secret", "password2": "long and secret"}
    )
    assert "username" in form.errors


def test_createsuperuser(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a secret")
    call_command("createsuperuser", "--noinput", "--username=root", "--email=root@example.com", verbosity=0)
    assert authenticate(username="root", password="a secret").is_superuser


def test_createsuperuser_tells_of_a_name_that_is_taken(monkeypatch, editor):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a secret")
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", "--noinput", "--username=editor", "--email=e@example.com")


def test_changepassword(monkeypatch, editor):
    monkeypatch.setattr("getpass.getpass", lambda prompt: "another secret")
    call_command("changepassword", "editor", stdout=io.StringIO())
    assert authenticate(username="editor", password="another secret") == editor
