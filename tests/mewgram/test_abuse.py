"""Requests that no browser sends: no view fails, and nobody changes what is somebody else's.

`make abuse` makes more of them.
"""

import re
import time
import uuid
from itertools import product
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import get_resolver
from django.urls.resolvers import RoutePattern
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from purr.models import Purr
from users.models import User

from .crawler import PASSWORD

ROLES = ("stranger", "member", "member", "staff", "superuser")
# Stand for keys that differ from run to run: of a cat and its purrs, whom nobody may touch, and of the visitor.
VICTIM, PURR, REPLY, OWN = "VICTIM", "PURR", "REPLY", "OWN"
# What a URL's variable parts are filled in with.
VARIABLES = {
    "app_label": ["users", "purr", "sessions"],
    "content_type_id": ["1", "0", "99999999999999999999", "x"],
    "from_url": ["x"],
    "id": [VICTIM, OWN, "x", "%00"],
    "key": [PURR, PURR, REPLY, VICTIM, OWN, str(uuid.UUID(int=0))],
    "object_id": [PURR, REPLY, VICTIM, OWN, "x", "_5F__", "%00", "a" * 2000],
    "signature": ["x", "-", "%00", "a" * 500],
    "url": ["users/", "nothing"],
}
# All that a form of the site could ask for, and all that it must not take.
SITE_FORM = {
    "text": "Meow", "key": PURR, "email": "mitzi@example.com", "display_name": "Mitzi", "password1": PASSWORD,
    "password2": PASSWORD, "username": "victim@example.com", "password": PASSWORD, "old_password": PASSWORD,
    "new_password1": PASSWORD, "new_password2": PASSWORD, "next": "//evil.example", "is_staff": "on",
    "is_superuser": "on", "author": VICTIM, "thread": PURR, "deleted": "on", "id": PURR,
}  # fmt: skip
SITE_QUERY = ["before", "after", "next"]
ADMIN_FORM = {
    "email": "mitzi@example.com", "display_name": "Mitzi", "password1": PASSWORD, "password2": PASSWORD,
    "usable_password": "true", "is_staff": "on", "is_superuser": "on", "is_active": "on",
    "username": "victim@example.com", "password": PASSWORD, "action": "delete_selected", "_selected_action": PURR,
    "select_across": "1", "post": "yes",
    "index": "0", "_save": "Save", "_continue": "1", "_addanother": "1", "_saveasnew": "1", "_popup": "1",
    "_to_field": "id", "author": VICTIM, "text": "Meow", "old_password": PASSWORD, "new_password1": PASSWORD,
}  # fmt: skip
ADMIN_QUERY = [
    "o", "p", "q", "all", "e", "is_staff__exact", "is_staff__gt", "email__startswith", "author__email", "_popup",
    "_changelist_filters", "_facets", "_to_field", "term", "app_label", "model_name", "field_name", "next",
]  # fmt: skip
# Not Content-Length: gunicorn refuses one that is no number, see tests/deploy/test_container.py.
HEADERS = [
    "Accept", "Accept-Encoding", "Accept-Language", "Cookie", "Forwarded", "Host", "If-Match",
    "If-Modified-Since", "If-None-Match", "Origin", "Range", "Referer", "Transfer-Encoding", "User-Agent",
    "X-Csrftoken", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Http-Method-Override",
    "X-Requested-With",
]  # fmt: skip
METHODS = [
    "GET",
    "POST",
    "POST",
    "POST",
    "HEAD",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "MEOW",
]
CONTENT_TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "application/json",
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 300, "text/plain",
    "", "nonsense", MULTIPART_CONTENT,
]  # fmt: skip
NASTY = [
    "", " ", "\x00", "a\x00b", "\x1b[0m", "\u202e", "e\u0301" * 80, "\ufffe", "🐈" * 141, "'; --", "<script>", "../..",
    "-1", "1e309", "9" * 400, "2026-13-45", "true", "on", "None", "[]", "%s", "{{ 7 }}", "//evil.example", "x" * 3000,
    "delete_selected", "~", "__key__", "é" * 2000,
]  # fmt: skip


def routes(resolver=None, beginning="/"):
    """The URLs of the project, their variable parts as `<name>`."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = str(pattern.pattern)
        if isinstance(pattern.pattern, RoutePattern):
            route = re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", route)
        else:
            route = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route).strip("^$")
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern, beginning + route)
        else:
            yield beginning + route


ROUTES = sorted(set(routes()))
ADMIN = [route for route in ROUTES if route.startswith("/admin/")]
SITE = [route for route in ROUTES if route not in ADMIN]

any_text = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=200), st.text(st.characters(exclude_categories=()))
)
sent_text = any_text.map(lambda text: text.encode(errors="replace").decode())
values = st.one_of(st.sampled_from([VICTIM, PURR, REPLY, OWN, PASSWORD, "cat@example.com"]), sent_text)


def forms(complete):
    """A form with all fields, some of them with values that no page offers, and some left out."""
    changes = st.dictionaries(st.sampled_from(sorted(complete)), st.one_of(st.none(), values), max_size=5)
    return changes.map(
        lambda changed: {name: each for name, each in (complete | changed).items() if each is not None}
    )


header_values = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60),
    st.sampled_from(
        ["bytes=0-", "*", "x" * 9000, "sessionid=" + "a" * 32, "messages=x", "-1", "gzip", 'W/"x"']
    ),
)
strange_bodies = st.one_of(
    st.tuples(st.binary(max_size=200), st.sampled_from(CONTENT_TYPES)),
    st.sampled_from(
        [
            (b"a=1&" * 1500, "application/x-www-form-urlencoded"),
            (b"text=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
            (b'{"text": ' + b"[" * 5000, "application/json"),
            (
                b"--x\r\nContent-Disposition: form-data; name=text; filename=a\r\n\r\n\xff\r\n--x--",
                f"{CONTENT_TYPES[3]}; boundary=x",
            ),
        ]
    ),
)


def bodies(form):
    return st.one_of(
        forms(form).map(lambda fields: (urlencode(fields).encode(), "application/x-www-form-urlencoded")),
        forms(form).map(lambda fields: (encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT)),
        strange_bodies,
    )


@st.composite
def requests(draw):
    """(method, path, query string, body, content type, headers)"""
    routes, form, names = draw(
        st.sampled_from([(SITE, SITE_FORM, SITE_QUERY), (ADMIN, ADMIN_FORM, ADMIN_QUERY)])
    )
    path = draw(st.sampled_from(routes))
    for name in re.findall(r"<(\w+)>", path):
        path = path.replace(f"<{name}>", draw(st.sampled_from(VARIABLES[name])), 1)
    if draw(st.integers(0, 19)) == 0:
        path += quote(draw(sent_text), safe="/")
    asked = st.dictionaries(st.sampled_from(names), values, max_size=3).map(urlencode)
    query = draw(st.one_of(st.just(""), asked, st.sampled_from(["%ff%fe", "%", "&&=", "before=%ED%A0%80"])))
    body, content_type = draw(bodies(form))
    headers = draw(st.dictionaries(st.sampled_from(HEADERS), header_values, max_size=1))
    return draw(st.sampled_from(METHODS)), path, query, body, content_type, headers


class Site:
    """Somebody with purrs whom nobody else may touch; and for each role a visitor.

    slowest: of all requests sent, the seconds of the slowest, those of the processor among them, and what it was.
    """

    def __init__(self):
        ContentType.objects.get_for_models(User, Purr)
        self.victim = User.objects.create_user("victim@example.com", display_name="Victim")
        self.number = 0
        self.visitors = {}
        self.slowest = (0, 0, "")
        # As last seen; only those who may change them make it worth a second look.
        self.known_rows = None
        self.post_as_victim()

    def post_as_victim(self):
        self.purr = Purr.objects.create(author=self.victim, text="Mine")
        position = self.purr.position
        self.reply = Purr.objects.create(
            author=self.victim, text="Mine too", thread=self.purr, thread_position=position
        )

    def visitor(self, role):
        """A client and its user; another one when the last has logged out or is gone."""
        client, user = self.visitors.get(role, (Client(), None))
        if role != "stranger" and not ("sessionid" in client.cookies and client.cookies["sessionid"].value):
            self.number += 1
            rights = {"is_staff": role in ("staff", "superuser"), "is_superuser": role == "superuser"}
            user = User.objects.create_user(
                f"{role}{self.number}@example.com", PASSWORD, display_name=role, **rights
            )
            client.force_login(user)
        elif role == "stranger":
            client = Client()
        self.visitors[role] = client, user
        return client, user

    def send(self, role, method, path, query, body, content_type, headers):
        """Send a request; the keys of what changed that should not have."""
        client, user = self.visitor(role)
        own = user.pk if user else uuid.UUID(int=1)
        for name, key in ((VICTIM, self.victim.pk), (PURR, self.purr.pk), (REPLY, self.reply.pk), (OWN, own)):
            path, query = path.replace(name, str(key)), query.replace(name, str(key))
            body = body.replace(name.encode(), str(key).encode())
        may_change_all = role in ("staff", "superuser")
        before = {} if may_change_all else self.known_rows or self.rows()
        started, processor = time.perf_counter(), time.process_time()
        response = client.generic(
            method, path, body, content_type or "text/plain", QUERY_STRING=query, headers=headers
        )
        took = time.perf_counter() - started, time.process_time() - processor
        self.slowest = max(self.slowest, (*took, f"{role} {method} {path[:100]}"))
        assert response.status_code < 500
        assert "evil.example" not in urlsplit(response.get("Location", "")).netloc
        if may_change_all:
            self.known_rows = None
            # In the admin they may delete the purr; the next visitor finds one all the same.
            if not Purr.objects.filter(pk=self.purr.pk, deleted=False).exists():
                self.post_as_victim()
            return []
        self.known_rows = after = self.rows()
        return [key for key in before | after if before.get(key) != after.get(key)]

    def rows(self):
        """The victim, its purrs, and who is staff."""
        rows = [
            *User.objects.filter(pk=self.victim.pk),
            *Purr.objects.by(self.victim),
            *User.objects.filter(is_staff=True),
        ]
        return {
            row.pk: {each.attname: getattr(row, each.attname) for each in row._meta.fields} for row in rows
        }


def filled_in(route):
    """The URLs of a route, with each of the values for each of its variable parts."""
    names = re.findall(r"<(\w+)>", route)
    for chosen in product(*(VARIABLES[name] for name in names)):
        url = route
        for name, value in zip(names, chosen, strict=True):
            url = url.replace(f"<{name}>", value, 1)
        yield url


@pytest.mark.parametrize("role", ["stranger", "member"])
def test_a_form_with_everything_sent_to_every_url_changes_nothing_that_is_not_ours(db, role):
    site = Site()
    for route in ROUTES:
        form = ADMIN_FORM if route in ADMIN else SITE_FORM
        for url in dict.fromkeys(filled_in(route)):
            body = urlencode(form).encode()
            sent = ("POST", url, "", body, "application/x-www-form-urlencoded", {})
            assert site.send(role, *sent) == [], url


def test_no_request_breaks_a_view_or_changes_what_is_not_ours(db, request, record_property):
    cache.clear()
    site = Site()
    number = request.config.getoption("requests")

    @settings(
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=number,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(ROLES), requests())
    def visit(role, sent):
        assert site.send(role, *sent) == []

    visit()
    seconds, processor_seconds, slowest = site.slowest
    record_property("slowest", slowest)
    record_property("seconds", round(seconds, 2))
    record_property("processor seconds", round(processor_seconds, 2))
