"""The deck as it is shown: HTML in a browser, and PDF."""

import re
import zlib

import pytest
from axe_playwright_python.sync_playwright import Axe

from slides.deck import DECK, read
from slides.marp import CannotBuild, build
from tests.conftest import skip_or_fail

SMALLEST_TYPE = 22
# The frame in which Marp shows slides has no landmarks, and the number of the page stands outside of it.
MARPS_OWN = {"region", "landmark-one-main"}
# Marp shows one slide and hides all others: for looking at them they stand one below the other.
ALL_AT_ONCE = """
svg[data-marpit-svg] {
  display: block !important; position: static !important; visibility: visible !important; opacity: 1 !important;
  content-visibility: visible !important; width: 1280px !important; height: 720px !important; z-index: 0 !important;
}
html, body, body > div { display: block !important; position: static !important; height: auto !important;
  overflow: visible !important; }
"""
CUT_OFF = """[...document.querySelectorAll("section, section pre, section td")].filter(
    box => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1
).map(box => box.innerText)"""
BELOW_THE_EDGE = """[...document.querySelectorAll("section > *")].filter(
    box => box.getBoundingClientRect().bottom > box.parentElement.getBoundingClientRect().bottom
).map(box => box.innerText || box.innerHTML)"""
SIZES = """[...document.querySelectorAll("section, section *")].filter(
    box => [...box.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
).map(box => [parseFloat(getComputedStyle(box).fontSize), box.innerText])"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    try:
        return build(DECK, tmp_path_factory.mktemp("deck"))
    except CannotBuild as error:
        if str(error).startswith("Marp failed"):
            raise
        skip_or_fail(str(error))


@pytest.fixture(scope="module")
def html(built):
    return built[0]


@pytest.fixture(scope="module")
def requests():
    return []


@pytest.fixture(scope="module")
def page(browser, html, requests):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.on("request", lambda request: requests.append(request.url))
    page.goto(html.as_uri())
    page.add_style_tag(content=ALL_AT_ONCE)
    page.wait_for_load_state("networkidle")
    yield page
    page.close()


def test_html_has_every_slide(page):
    assert page.locator("section").count() == len(read())


def test_nothing_else_is_asked_for(page, html, requests):
    assert [url for url in requests if url != html.as_uri() and not url.startswith("data:")] == []


def test_every_picture_is_shown(page):
    assert (
        page.evaluate("[...document.images].filter(image => !image.naturalWidth).map(image => image.alt)")
        == []
    )


def test_no_slide_overflows(page):
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(BELOW_THE_EDGE) == []


def test_type_is_large(page):
    assert [text for size, text in page.evaluate(SIZES) if size < SMALLEST_TYPE] == []


def test_it_is_mewgrams_theme(page):
    ground = page.evaluate("getComputedStyle(document.querySelector('section')).backgroundColor")
    assert ground == "rgb(253, 246, 239)"


def test_no_barrier_for_anybody(page):
    """By axe, apart from what Marp's own frame lacks."""
    violations = Axe().run(page).response["violations"]
    found = [(each["id"], node["html"]) for each in violations for node in each["nodes"]]
    assert [(name, where) for name, where in found if name not in MARPS_OWN] == []


def test_pdf_has_every_slide(built):
    content = built[1].read_bytes()
    streams = re.findall(rb"(?s)stream\r?\n(.*?)endstream", content)
    unpacked = [zlib.decompress(each) for each in streams if each[:1] == b"x" and b"/Type" not in each[:20]]
    assert sum(len(re.findall(rb"/Type\s*/Page\b", each)) for each in unpacked) == len(read())
