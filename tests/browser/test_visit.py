"""What a person does on mewgram, in a real browser."""

import pytest

from purr.models import Purr
from users.models import User


def sign_up(visitor, email="luna@example.com", name="Luna"):
    visitor.go("/sign-up/")
    visitor.fill(email=email, display_name=name, password1="a long purr", password2="a long purr")
    visitor.press("Sign up")


def test_a_visit_from_sign_up_to_log_out(visitor):
    visitor.go("/")
    assert visitor.sees("Not a purr yet")

    sign_up(visitor)
    assert visitor.sees("Welcome, Luna!")

    visitor.fill(text="Hello, cats! 🐈")
    visitor.press("Purr")
    assert visitor.sees("Hello, cats! 🐈")

    visitor.follow("Reply to Luna")
    visitor.fill(text="Hello, myself.")
    visitor.press("Purr")
    assert visitor.sees("Hello, myself.")

    visitor.go("/")
    visitor.follow("Delete “Hello, myself.”")
    visitor.press("Delete")
    assert visitor.sees("This purr was deleted.")

    visitor.press("Log out")
    assert visitor.page.get_by_role("link", name="Log in").is_visible()


def test_every_page_of_a_member(visitor):
    sign_up(visitor)
    luna = User.objects.get(email="luna@example.com")
    purr = Purr.objects.create(author=luna, text="Meow")
    for path in (
        "/cats/",
        luna.get_absolute_url(),
        purr.get_absolute_url(),
        "/purrs/new/",
        "/settings/",
        "/settings/password/",
        "/settings/delete-account/",
        "/no/such/page/",
    ):
        visitor.go(path)


one_look = pytest.mark.parametrize(("color_scheme", "width"), [("light", 390)])


@one_look
def test_the_keyboard_alone_reaches_the_content(visitor):
    visitor.go("/")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/#main")


@one_look
def test_a_refused_form_says_why_and_keeps_what_was_typed(visitor):
    sign_up(visitor)
    visitor.fill(text="x" * 141)
    visitor.press("Purr")
    assert visitor.sees("at most 140 characters")
    assert visitor.page.locator("[name=text]").input_value() == "x" * 141


@one_look
@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_what_a_user_writes_runs_nowhere(visitor, payload):
    """No script, and nothing that the Content-Security-Policy had to stop: the console would say so."""
    opened = []
    visitor.page.on("dialog", lambda dialog: opened.append(dialog) or dialog.dismiss())
    sign_up(visitor, name=payload)
    visitor.fill(text=payload)
    visitor.press("Purr")
    luna = User.objects.get()
    for path in ("/", "/cats/", luna.get_absolute_url(), Purr.objects.get().get_absolute_url(), "/settings/"):
        visitor.go(path)
    assert opened == []
