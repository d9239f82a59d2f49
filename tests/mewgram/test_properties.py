"""What holds for any text and any time, tried with those that Hypothesis makes up."""

import uuid
from datetime import UTC, datetime

import pytest
from django.test import RequestFactory
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.provisional import domains

from mewgram.paging import BeforeTheBeginning, paginate, read_cursor
from purr.forms import PurrForm
from purr.models import Purr
from users.forms import SignUpForm
from users.models import User
from users.throttle import Attempts

pytestmark = pytest.mark.django_db

# The examples of one test share its database, so each makes rows of its own.
on_database = settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

any_character = st.characters(exclude_categories=())
times = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC))


@on_database
@given(st.text(any_character, max_size=150))
def test_text_that_the_form_takes_is_what_the_database_gives_back(cat, text):
    form = PurrForm({"text": text, "key": uuid.uuid4()})
    if form.is_valid():
        purr = form.save(cat)
        assert Purr.objects.get(pk=purr.pk).text == text.strip().replace("\r\n", "\n")


@on_database
@given(st.text(any_character, max_size=150))
def test_any_text_posted_gets_a_page(client, cat, text):
    client.force_login(cat)
    # Browsers cannot send half of a surrogate pair.
    text = text.encode(errors="replace").decode()
    assert client.post(reverse("post"), {"text": text, "key": uuid.uuid4()}).status_code in {200, 302}


@on_database
@given(st.text(any_character, max_size=60), st.emails(domains=domains(max_length=60)))
def test_sign_up_form_takes_a_user_whom_the_database_gives_back(db, rf, name, email):
    password, attempts = "nine-lives", Attempts("sign up", rf.get("/"))
    data = {"email": email, "display_name": name, "password1": password, "password2": password}
    form = SignUpForm(data, attempts=attempts)
    if form.is_valid():
        form.save()
        user = User.objects.get_by_natural_key(email)
        assert (user.name, user.email) == (name.strip(), email.lower())
        assert SignUpForm(data, attempts=attempts).errors["email"]


def walk(queryset, direction, query=""):
    """The pages from the one that the query string asks for, one after the other."""
    while True:
        try:
            page = paginate(queryset, "-position", read_cursor(RequestFactory().get("/" + query)))
        except BeforeTheBeginning:
            return
        yield page
        query = getattr(page, direction)
        if not query:
            return


@on_database
@given(st.lists(times, min_size=1, max_size=6))
def test_pages_show_every_purr_once_and_in_order(create_cat, create_purr, monkeypatch, posted):
    """Both ways, and though every time is shared by two purrs."""
    monkeypatch.setattr("mewgram.paging.PAGE_SIZE", 3)
    cat = create_cat()
    purrs = [create_purr(cat, posted=time) for time in posted * 2]
    expected = sorted(purrs, key=lambda purr: purr.position, reverse=True)

    onward = list(walk(Purr.objects.by(cat), "next"))
    assert [purr for page in onward for purr in page.rows] == expected

    last = onward[-1]
    if last.previous:
        back = list(walk(Purr.objects.by(cat), "previous", last.previous))
        assert [purr for page in reversed(back) for purr in page.rows] + last.rows == expected
