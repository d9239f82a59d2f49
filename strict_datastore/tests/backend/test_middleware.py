"""What a response cost: Server-Timing in DEBUG or by the environment, the foot of the page in DEBUG."""

import gzip
import re

import html5lib
import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.common import CommonMiddleware
from strict_datastore.middleware import CostFooterMiddleware, ServerTimingMiddleware

from .models import Author

PAGE = b"<!DOCTYPE html><html lang=en><title>Cats</title><body><p>Purr</p></body></html>"


@pytest.fixture
def debug(settings):
    settings.DEBUG = True


def view(request):
    Author.objects.create(name="Ada")
    return HttpResponse(list(Author.objects.all()))


@pytest.mark.emulator
@pytest.mark.django_db
def test_the_header_tells_what_the_response_cost(debug, rf):
    response = ServerTimingMiddleware(view)(rf.get("/"))
    assert re.fullmatch(
        r"total;dur=[\d.]+, datastore;dur=[\d.]+;"
        r'desc="3 RPCs, 1 read, 1 write, 0 deletes"',
        response["Server-Timing"],
    )


def test_it_is_off_outside_debug(settings):
    settings.DEBUG = False
    with pytest.raises(MiddlewareNotUsed):
        ServerTimingMiddleware(view)


def test_the_environment_turns_it_on(settings, monkeypatch):
    settings.DEBUG = False
    monkeypatch.setenv("SERVER_TIMING", "1")
    ServerTimingMiddleware(view)


def footed(response, rf, inner=lambda view: view):
    """The response of a view when it has gone through the middleware, another one inside it."""
    return CostFooterMiddleware(inner(lambda request: response))(rf.get("/"))


@pytest.mark.emulator
@pytest.mark.django_db
def test_the_foot_of_a_page_tells_what_it_cost(debug, rf):
    def page(request):
        view(request)
        return HttpResponse(PAGE)

    content = CostFooterMiddleware(page)(rf.get("/")).content.decode()
    assert content.endswith(
        '<aside class="datastore-cost" aria-label="Cost in Datastore">'
        "3 RPCs, 1 read, 1 write · 1,000 such views cost $0.0024 · 20,000 a day are free"
        "</aside>\n</body></html>"
    )


@pytest.mark.emulator
@pytest.mark.django_db
def test_deletes_are_told_where_there_are_any(debug, rf):
    def page(request):
        view(request)
        Author.objects.all().delete()
        return HttpResponse(PAGE)

    assert b" 1 write, 1 delete " in CostFooterMiddleware(page)(rf.get("/")).content


@pytest.mark.emulator
def test_a_page_that_asks_nothing_costs_nothing(debug, rf):
    assert (
        "0 RPCs, 0 reads, 0 writes · such views cost nothing<"
        in footed(HttpResponse(PAGE), rf).content.decode()
    )


@pytest.mark.emulator
def test_a_page_stays_valid(debug, rf):
    html5lib.HTMLParser(strict=True).parse(footed(HttpResponse(PAGE), rf).content)


@pytest.mark.emulator
def test_the_foot_is_before_the_last_end_of_the_body(debug, rf):
    quoting = PAGE.replace(b"Purr", b"<!-- </body> -->")
    assert footed(HttpResponse(quoting), rf).content.startswith(quoting.removesuffix(b"</body></html>"))


@pytest.mark.emulator
def test_the_content_length_is_that_of_the_whole(debug, rf):
    response = footed(HttpResponse(PAGE), rf, inner=CommonMiddleware)
    assert int(response["Content-Length"]) == len(response.content) > len(PAGE)


@pytest.mark.emulator
@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(PAGE, content_type="text/plain"),
        HttpResponse(PAGE, content_type="application/json"),
        HttpResponse(PAGE, content_type="text/html; charset=latin-1"),
        HttpResponse(gzip.compress(PAGE, compresslevel=0), headers={"Content-Encoding": "gzip"}),
        HttpResponse(b"<p>A piece of a page</p>"),
        HttpResponse(),
    ],
    ids=["text", "json", "latin-1", "compressed", "fragment", "empty"],
)
def test_other_answers_stay_as_they_are(debug, rf, response):
    before = response.content
    assert footed(response, rf).content == before


@pytest.mark.emulator
@pytest.mark.django_db
def test_in_the_admin_the_foot_is_inside_the_frame(debug, settings, client):
    """Behind it, it would lie under a long list."""
    settings.MIDDLEWARE = ["strict_datastore.middleware.CostFooterMiddleware", *settings.MIDDLEWARE]
    before, after = client.get("/admin/login/").content.split(b'<aside class="datastore-cost"')
    assert b"<!-- END Container -->" not in before
    assert b"<!-- END Container -->" in after


@pytest.mark.emulator
def test_a_stream_stays_as_it_is(debug, rf):
    assert b"".join(footed(StreamingHttpResponse([PAGE]), rf)) == PAGE


def test_there_is_no_foot_outside_debug(settings):
    settings.DEBUG = False
    with pytest.raises(MiddlewareNotUsed):
        CostFooterMiddleware(view)


def test_there_is_no_foot_where_no_database_is_datastore(debug, monkeypatch):
    monkeypatch.setattr(connections["default"], "vendor", "sqlite")
    with pytest.raises(MiddlewareNotUsed):
        CostFooterMiddleware(view)
