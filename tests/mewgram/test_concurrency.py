"""Many visitors at the same moment."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.urls import reverse

from purr.models import Purr
from users.avatars import drawn
from users.models import EMAIL_TAKEN, User

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]

VISITORS = 50


def at_once(visit, visitors=VISITORS):
    """Let all visitors do the same at the same time; what each of them got."""
    start = Barrier(visitors)

    def run(number):
        start.wait()
        try:
            return visit(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(visitors) as pool:
        return list(pool.map(run, range(visitors)))


def sign_up(email):
    data = {"email": email, "display_name": "Luna", "password1": "nine-lives", "password2": "nine-lives"}
    return Client().post(reverse("sign_up"), data)


def test_sign_ups_with_one_address():
    """One of them gets the account, all others are told why not."""
    responses = at_once(lambda number: sign_up("luna@example.com"))
    refused = [response for response in responses if response.status_code == 200]
    assert len(refused) == VISITORS - 1
    assert all(response.context["form"].errors["email"] == [EMAIL_TAKEN] for response in refused)
    assert len(User.objects.all()) == 1


def test_sign_ups_with_different_addresses():
    """Nobody has to wait for anybody, or is sent away."""
    responses = at_once(lambda number: sign_up(f"cat{number}@example.com"))
    assert {response.status_code for response in responses} == {302}
    assert len(User.objects.all()) == VISITORS


def test_one_form_sent_many_times(client, cat):
    """However often a form arrives, and however close together, it makes one purr."""
    client.force_login(cat)
    data = {"text": "Meow", "key": uuid.uuid4()}

    def post(number):
        visitor = Client()
        visitor.cookies = client.cookies
        return visitor.post(reverse("post"), data)

    assert {response.status_code for response in at_once(post)} == {302}
    assert len(Purr.objects.all()) == 1


@pytest.mark.parametrize("path", ["/purrs/new/", "/purrs/{}/reply/"])
def test_a_form_whose_answer_was_lost_makes_one_purr(client, cat, create_purr, proxy, path):
    """The commit was made, and nobody said so: it is made again under the same key, which changes nothing."""
    thread = create_purr(cat)
    client.force_login(cat)
    with proxy.losing_answers("Commit", times=1):
        answer = client.post(path.format(thread.pk), {"text": "Meow, once", "key": uuid.uuid4()})
    assert answer.status_code == 302
    assert Purr.objects.filter(text="Meow, once").count() == 1


def test_a_deletion_whose_answer_was_lost_is_made_once_more(client, cat, create_purr, proxy):
    purr = create_purr(cat)
    client.force_login(cat)
    with proxy.losing_answers("Commit", times=1):
        assert client.post(f"/purrs/{purr.pk}/delete/").status_code == 302
    assert Purr.objects.get().deleted


def test_a_deletion_sent_many_times(client, cat, create_purr):
    purr = create_purr(cat)
    client.force_login(cat)

    def delete(number):
        visitor = Client()
        visitor.cookies = client.cookies
        return visitor.post(f"/purrs/{purr.pk}/delete/")

    # One entity, which all of them write, one after the other: nobody clicks more often than this.
    assert {response.status_code for response in at_once(delete, visitors=20)} == {302}


@pytest.fixture
def while_hashing(monkeypatch):
    """Calls a function while another thread sends a form and is about to hash a password; the answer to the form."""
    started, go_on = Event(), Event()
    encode = MD5PasswordHasher.encode

    def wait_and_encode(*arguments):
        started.set()
        assert go_on.wait(timeout=60)
        return encode(*arguments)

    def while_hashing(send, act):
        monkeypatch.setattr(MD5PasswordHasher, "encode", wait_and_encode)
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(lambda: (send(), connection.close())[0])
            assert started.wait(timeout=60)
            act()
            go_on.set()
            return answer.result()

    return while_hashing


def password_form():
    return {
        "old_password": "nine-lives-each",
        "new_password1": "ten-lives-each",
        "new_password2": "ten-lives-each",
    }


def test_a_superuser_who_changes_passwords_while_dismissed_stays_dismissed(create_cat, while_hashing):
    ContentType.objects.get_for_models(User, Purr)
    luna = create_cat(password="nine-lives-each", is_staff=True, is_superuser=True)
    hers, boss = Client(), Client()
    hers.force_login(luna)
    boss.force_login(create_cat(is_staff=True, is_superuser=True))
    rights = {
        "is_active": "on",
        "initial-is_active": "True",
        "initial-is_staff": "on",
        "initial-is_superuser": "on",
    }
    form = {"email": luna.email, "initial-email": luna.email, "display_name": luna.display_name}

    def dismiss():
        boss.post(f"/admin/users/user/{luna.pk}/change/", form | rights)

    while_hashing(lambda: hers.post("/settings/password/", password_form()), dismiss)
    luna.refresh_from_db()
    assert (luna.is_staff, luna.is_superuser) == (False, False)
    assert hers.get("/admin/users/user/").status_code == 302


def test_an_account_deleted_in_another_tab_stays_deleted(create_cat, while_hashing):
    luna = create_cat(password="nine-lives-each")
    tab, other_tab = Client(), Client()
    tab.force_login(luna)
    other_tab.force_login(luna)
    answer = while_hashing(
        lambda: tab.post("/settings/password/", password_form()),
        lambda: other_tab.post("/settings/delete-account/"),
    )
    assert answer["Location"] == "/log-in/?next=/settings/password/"
    luna.refresh_from_db()
    assert (luna.is_active, luna.email) == (False, f"{luna.pk}@former.invalid")
    assert not luna.has_usable_password()


def test_of_two_superusers_who_dismiss_each_other_one_stays(create_cat):
    ContentType.objects.get_for_models(User, Purr)
    bosses = [create_cat(is_staff=True, is_superuser=True) for _ in range(2)]
    clients = [Client(), Client()]
    for client, boss in zip(clients, bosses, strict=True):
        client.force_login(boss)

    def dismiss_the_other(number):
        other = bosses[1 - number]
        shown = {"initial-email": other.email, "initial-is_active": "True", "initial-is_superuser": "on"}
        form = {"email": other.email, "display_name": other.display_name, "is_active": "on"} | shown
        return clients[number].post(f"/admin/users/user/{other.pk}/change/", form)

    at_once(dismiss_the_other, visitors=2)
    assert User.objects.filter(is_superuser=True).count() == 1


def test_cat_is_drawn_once(cat, monkeypatch):
    """Who asks for a cat while it is being drawn waits for the same bytes."""
    drawings = []
    monkeypatch.setattr("users.avatars.compress", lambda picture: drawings.append(picture) or b"cat")
    drawn.clear()
    pictures = at_once(lambda number: Client().get(cat.avatar_url).content)
    drawn.clear()
    assert set(pictures) == {b"cat"}
    assert len(drawings) == 1
