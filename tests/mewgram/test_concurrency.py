"""Many visitors at the same moment."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
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


def test_cat_is_drawn_once(cat, monkeypatch):
    """Who asks for a cat while it is being drawn waits for the same bytes."""
    drawings = []
    monkeypatch.setattr("users.avatars.compress", lambda picture: drawings.append(picture) or b"cat")
    drawn.clear()
    pictures = at_once(lambda number: Client().get(cat.avatar_url).content)
    drawn.clear()
    assert set(pictures) == {b"cat"}
    assert len(drawings) == 1
