"""Whatever a visitor sends gets a page. An exception in a view fails these tests by itself."""

import uuid

import pytest
from django.core import signing
from django.urls import reverse

NASTY = [
    "\x00",
    "a\x00b",
    "\x1b[0m",
    "\ufffe",
    "x" * 5000,
    "🐈" * 2000,
    "'; --",
    "<script>",
    "__x__",
    "../..",
    "-1",
]
# Bytes that are not UTF-8, halves of a surrogate pair among them, and percent signs that start nothing.
BROKEN_QUERIES = ["%ED%A0%80", "%ff%fe", "%", "%zz", "%00", "=", "&&&", "before=%ED%A0%80", "after=%00"]
LISTS = ["/", "/cats/", "/cats/{cat}/", "/purrs/{purr}/"]
PAGES = [*LISTS, "/log-in/", "/sign-up/", "/settings/", "/settings/password/", "/settings/delete-account/"]
PAGES += ["/purrs/new/", "/purrs/{purr}/reply/", "/purrs/{purr}/delete/"]
FORMS = {
    "/log-in/": ["username", "password", "next"],
    "/sign-up/": ["email", "display_name", "password1", "password2"],
    "/settings/": ["display_name"],
    "/settings/password/": ["old_password", "new_password1", "new_password2"],
    "/purrs/new/": ["text", "key"],
    "/purrs/{purr}/reply/": ["text", "key"],
}


@pytest.fixture
def purr(cat, create_purr):
    return create_purr(cat)


@pytest.fixture
def fill(cat, purr):
    """The URL with the keys of a cat and a purr that exist."""
    return lambda url: url.format(cat=cat.pk, purr=purr.pk)


@pytest.fixture(params=[False, True], ids=["stranger", "member"])
def visitor(request, client, cat):
    if request.param:
        client.force_login(cat)
    return client


@pytest.mark.parametrize("url", LISTS)
def test_pages_that_begin_nowhere(visitor, fill, url):
    for name in ("before", "after"):
        for value in NASTY:
            assert visitor.get(fill(url), {name: value}).status_code in {200, 302, 404}


@pytest.mark.parametrize("url", PAGES)
def test_query_strings_that_are_none(visitor, fill, url):
    for query in BROKEN_QUERIES:
        assert visitor.get(fill(url), QUERY_STRING=query).status_code in {200, 302, 404}


@pytest.mark.parametrize("url", FORMS)
def test_values_that_no_form_offers(client, cat, fill, url):
    for field in FORMS[url]:
        for value in NASTY:
            if url not in {"/log-in/", "/sign-up/"}:
                client.force_login(cat)
            data = dict.fromkeys(FORMS[url], "x") | {"key": uuid.uuid4(), field: value}
            assert client.post(fill(url), data).status_code in {200, 302}


@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "nonsense",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x; charset=base64",
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=nonsense",
    ],
)
def test_bodies_that_are_no_form(client, cat, fill, url, content_type):
    client.force_login(cat)
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\x00\r\n--x--\r\n'
    assert client.generic("POST", fill(url), body, content_type).status_code in {200, 302, 400}


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "MEOW"])
def test_methods_that_no_page_has(visitor, fill, url, method):
    assert visitor.generic(method, fill(url)).status_code in {200, 302, 405}


@pytest.mark.parametrize("url", PAGES)
def test_head(visitor, fill, url):
    assert visitor.head(fill(url)).content == b""


@pytest.mark.parametrize("url", ["/cats/{}/", "/purrs/{}/", "/purrs/{}/reply/", "/purrs/{}/delete/"])
@pytest.mark.parametrize("key", ["x", "%00", "00000000-0000-0000-0000-000000000000", "__key__"])
def test_keys_of_nothing(client, cat, url, key):
    client.force_login(cat)
    assert client.get(url.format(key)).status_code == 404


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages"])
@pytest.mark.parametrize("value", ["__reserved__", "x" * 2000, "ü" * 40, "a b;c", '"', "\x00" * 40])
def test_cookies_that_we_never_set(client, db, name, value):
    client.cookies[name] = value
    assert client.get(reverse("settings")).status_code == 302


def test_signed_messages_cookie_of_nonsense(client, db):
    client.cookies["messages"] = signing.dumps("nonsense", salt="django.contrib.messages")
    assert client.get("/").status_code == 200
