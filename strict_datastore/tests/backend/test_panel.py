"""The panel of django-debug-toolbar, as its history shows it: from what the toolbar has stored as JSON."""

import re

import html5lib
import pytest
from strict_datastore.index_file import Index

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


@pytest.fixture
def visit(settings, client, tmp_path):
    """A page with the toolbar, in a project that has no index.yaml of its own."""
    settings.DEBUG = True
    settings.BASE_DIR = tmp_path
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "debug_toolbar"]
    settings.MIDDLEWARE = ["debug_toolbar.middleware.DebugToolbarMiddleware"]
    settings.ROOT_URLCONF = "backend.debug_urls"
    settings.INTERNAL_IPS = ["127.0.0.1"]
    settings.DEBUG_TOOLBAR_PANELS = ["strict_datastore.panels.DatastorePanel"]
    return client.get("/")


@pytest.fixture
def panel(visit, client):
    request_id = re.search(r'data-request-id="([^"]+)"', visit.content.decode())[1]
    asked = {"request_id": request_id, "panel_id": "DatastorePanel"}
    return client.get("/__debug__/render_panel/", asked).json()["content"]


@pytest.fixture
def rows(panel):
    """The cells of each call, as text."""
    table = html5lib.parse(panel, namespaceHTMLElements=False).find(".//tbody")
    return [["".join(cell.itertext()).strip() for cell in row] for row in table]


def test_the_side_bar_has_the_totals(visit):
    assert re.search(r"Datastore\s*<br><small>3 RPCs, 3 reads in [\d.]+ ms</small>", visit.content.decode())


def test_the_panel_begins_with_the_cost(panel):
    assert "3 RPCs, 3 reads, 0 writes · 1,000 such views cost $0.0018 · 16,666 a day are free" in panel


def test_each_call_has_a_row(rows):
    assert [row[:4] for row in rows] == [
        ["Lookup", "backend_book", "", ""],
        ["RunQuery: FAILED_PRECONDITION", "backend_book", "title = '<Notes>'", "-pages"],
        ["RunQuery", "backend_book", "", "-title"],
    ]


def test_a_row_names_the_index_or_the_entry_that_is_missing(rows):
    assert [row[4] for row in rows] == [
        "",
        f"missing:\n{Index('backend_book', ('title', '-pages')).as_yaml()}".strip(),
        "built-in: backend_book.title desc",
    ]


def test_only_what_is_missing_stands_out(panel):
    assert panel.count("<mark>") == 1


def test_a_row_has_entities_bytes_and_time(rows):
    assert [row[5] for row in rows] == ["0", "0", "0"]
    assert all(int(row[6]) > 0 and re.fullmatch(r"[\d.]+ ms", row[7]) for row in rows)


def test_the_panel_is_valid_html(panel):
    html5lib.HTMLParser(strict=True).parseFragment(panel)
