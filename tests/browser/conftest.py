"""A real browser against a live server, each page checked for accessibility and validity."""

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe


class Visitor:
    """Somebody in front of a page. Each page they come to is checked."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.problems = []
        page.on("console", self.check_console)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", self.check_request)
        page.on("response", self.check_response)

    def check_console(self, message):
        if "404 (Not Found)" not in message.text:  # Chromium's own line about a page that is meant not to be
            self.problems.append(f"console: {message.text}")

    def check_request(self, request):
        if not request.url.startswith(self.address):
            self.problems.append(f"asks another host: {request.url}")

    def check_response(self, response):
        if response.request.is_navigation_request() and response.status < 300:
            self.problems += [
                f"{response.url} is not valid HTML: {error}" for error in html_errors(response.body())
            ]

    def go(self, path):
        self.page.goto(self.address + path)
        self.check()

    def follow(self, name, exact=False):
        self.page.get_by_role("link", name=name, exact=exact).first.click()
        self.check()

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.check()

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)

    def check(self):
        """No violation of accessibility, nothing wider than the window."""
        self.page.wait_for_load_state()
        violations = Axe().run(self.page).response["violations"]
        self.problems += [
            f"{self.page.url}: axe {each['id']}: {each['nodes'][0]['html']}" for each in violations
        ]
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if pixels := self.page.evaluate(overflow):
            self.problems.append(f"{self.page.url}: {pixels} pixels wider than the window")

    def sees(self, text):
        return self.page.get_by_text(text).first.is_visible()


def html_errors(body):
    parser = html5lib.HTMLParser()
    parser.parse(body)
    return [f"{code} at {position}" for position, code, _ in parser.errors]


@pytest.fixture(params=["light", "dark"])
def color_scheme(request):
    return request.param


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def width(request):
    return request.param


@pytest.fixture
def visitor(browser, live_server, color_scheme, width):
    """A `Visitor` with a new browser profile; what was wrong on any page fails the test at its end."""
    context = browser.new_context(color_scheme=color_scheme, viewport={"width": width, "height": 800})
    context.set_default_timeout(20_000)
    visitor = Visitor(context.new_page(), live_server.url)
    yield visitor
    context.close()
    assert visitor.problems == []
