"""What a real browser sends, which a test client would not: the checks of the steps send the same."""

from urllib.parse import parse_qsl

import pytest
from django.template import Context, Template

from purr.forms import PurrForm
from users.forms import NameForm
from workshop.checking import as_sent

PAGE = Template(
    '<!doctype html><form method="post" action="https://mewgram.example/">{{ form }}<button>Send</button>'
)


@pytest.fixture
def send(browser):
    """Types into a form; the fields that the browser sends."""
    page = browser.new_page()
    page.route("https://mewgram.example/", lambda route: route.fulfill(body="Thank you."))

    def send(form, **typed):
        page.set_content(PAGE.render(Context({"form": form})))
        for name, text in typed.items():
            page.locator(f"[name={name}]").press_sequentially(text)
        with page.expect_request("https://mewgram.example/") as request:
            page.get_by_role("button").click()
        return dict(parse_qsl(request.value.post_data, keep_blank_values=True))

    yield send
    page.close()


def test_the_checks_of_the_steps_send_what_a_browser_sends(send):
    typed = {"text": " Meow,\n\nand meow again. \n"}
    sent = send(PurrForm(), **typed)
    assert sent["text"] == as_sent(typed)["text"]


@pytest.mark.parametrize(
    "text", ["🐈" * 140, "\n" + "🐈" * 138 + "\n🐈", "e\u0301" * 70, " " + "a" * 140 + " "]
)
def test_a_purr_of_140_characters_can_be_typed_and_is_taken(send, text):
    """The browser would count an emoji as two, and what it sends has two characters for a line break."""
    form = PurrForm(send(PurrForm(), text=text))
    assert form.is_valid()
    assert form.cleaned_data["text"] == text.strip()


def test_a_name_of_50_emoji_can_be_typed(send):
    assert send(NameForm(), display_name="🐈" * 50) == {"display_name": "🐈" * 50}
