"""What an attacker tries, one fact each. SECURITY.md says of each what stops it."""

import json
import os
import subprocess
import sys
import uuid

import html5lib
import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from strict_datastore.meter import meter

from purr.models import Purr
from users import avatars
from users.models import User

from .crawler import PASSWORD
from .test_security import PRODUCTION, SOLUTION

pytestmark = pytest.mark.django_db

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7|add:7 }}",
]


@pytest.fixture
def luna(create_cat):
    return create_cat(display_name="Luna", password=PASSWORD)


def log_in(client, email="luna@example.com", password=PASSWORD, **data):
    return client.post("/log-in/", {"username": email, "password": password} | data)


# Sessions and cookies


def test_the_key_of_the_session_is_a_new_one_after_log_in(client, luna):
    client.force_login(luna)
    before = client.cookies["sessionid"].value
    log_in(Client())
    client.post("/log-out/")
    log_in(client)
    assert client.cookies["sessionid"].value != before


def test_a_session_is_worthless_after_log_out(client, luna):
    log_in(client)
    stolen = client.cookies["sessionid"].value
    client.post("/log-out/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/settings/").status_code == 302


def test_a_new_password_ends_the_other_sessions(client, luna):
    thief = Client()
    log_in(thief)
    log_in(client)
    new = {"old_password": PASSWORD, "new_password1": "brand-new-lives", "new_password2": "brand-new-lives"}
    client.post("/settings/password/", new)
    assert client.get("/settings/").status_code == 200
    assert thief.get("/settings/").status_code == 302


def test_a_user_who_is_deactivated_is_out(client, luna):
    log_in(client)
    User.objects.deactivate(luna)
    assert client.get("/settings/").status_code == 302


def test_a_session_that_the_visitor_made_up_is_not_taken(client, luna):
    client.cookies["sessionid"] = "a" * 32
    log_in(client)
    assert client.cookies["sessionid"].value != "a" * 32


# Forms


@pytest.mark.parametrize(
    "path",
    ["/log-in/", "/log-out/", "/sign-up/", "/settings/", "/settings/password/", "/settings/delete-account/",
     "/purrs/new/", "/purrs/{purr}/reply/", "/purrs/{purr}/delete/", "/admin/login/", "/admin/logout/",
     "/admin/users/user/add/", "/admin/purr/purr/{purr}/delete/"],
)  # fmt: skip
def test_a_form_from_elsewhere_is_refused(create_cat, create_purr, path):
    boss = create_cat(is_staff=True, is_superuser=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss)
    answer = client.post(path.format(purr=create_purr(boss).pk), {"post": "yes", "text": "Meow"})
    assert answer.status_code == 403


def test_a_form_takes_only_its_own_fields(client, luna, create_cat, create_purr):
    """Who writes, and who is staff, is not for the form to say."""
    other = create_cat()
    thread = create_purr(other)
    more = {"author": other.pk, "deleted": "on", "thread": thread.pk, "id": thread.pk, "position": "~"}
    client.force_login(luna)
    client.post("/purrs/new/", {"text": "Meow", "key": uuid.uuid4()} | more)
    purr = Purr.objects.get(text="Meow", author=luna)
    assert (purr.thread_id, purr.deleted) == (None, False)
    client.post(
        "/settings/", {"display_name": "Selene", "is_staff": "on", "is_superuser": "on", "email": "x@y.org"}
    )
    luna.refresh_from_db()
    assert (luna.name, luna.is_staff, luna.is_superuser, luna.email) == (
        "Selene",
        False,
        False,
        "luna@example.com",
    )


def test_a_sign_up_makes_no_staff(client):
    data = {"email": "new@example.com", "display_name": "New", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/sign-up/", data | {"is_staff": "on", "is_superuser": "on", "id": uuid.uuid4()})
    user = User.objects.get(email="new@example.com")
    assert (user.is_staff, user.is_superuser) == (False, False)


def test_the_key_of_a_form_does_not_overwrite_another_cats_purr(client, luna, create_cat, create_purr):
    purr = create_purr(create_cat(), text="Mine")
    client.force_login(luna)
    answer = client.post("/purrs/new/", {"text": "Yours", "key": purr.pk})
    assert "This form was used before" in answer.text
    assert Purr.objects.get(pk=purr.pk).text == "Mine"


# Where one is sent


@pytest.mark.parametrize(
    "url",
    ["//evil.example", "https://evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
     "https:evil.example", "http:///evil.example", "\t//evil.example", "javascript:alert(1)", "//evil.example/%2f..",
     "https://testserver@evil.example", "https://testserver.evil.example", "\x00//evil.example"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/log-in/", "/sign-up/"])
def test_nobody_is_sent_to_another_site(luna, path, url):
    data = {"username": "luna@example.com", "password": PASSWORD, "next": url}
    data |= {"email": "new@example.com", "display_name": "New", "password1": PASSWORD, "password2": PASSWORD}
    answer = Client().post(path, data, query_params={"next": url})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_a_host_that_is_not_ours_stands_in_no_page(client, header):
    answer = client.get("/settings/", headers={header: "evil.example"})
    assert "evil.example" not in answer.get("Location", "") + answer.text


# Who has an account


def test_a_log_in_that_fails_is_the_same_for_every_reason(luna, create_cat, monkeypatch):
    """Nobody can tell who has an account: the page, the work with passwords and the queries are the same."""
    gone = create_cat(display_name="Gone", password=PASSWORD)
    gone.is_active = False
    gone.save()
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *arguments: hashed.append(1) or encode(*arguments)
    )
    seen = set()
    for email, password in (
        ("luna@example.com", "wrong"), ("nobody@example.com", "wrong"), ("gone@example.com", PASSWORD)
    ):  # fmt: skip
        hashed.clear()
        with meter() as counts:
            answer = log_in(Client(), email, password)
        page = answer.content.replace(email.encode(), b"")
        page = b"".join(line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line)
        seen.add((answer.status_code, page, len(hashed), counts.total_rpcs))
    assert len(seen) == 1
    assert hashed == [1]


# Cats


def test_nobody_has_a_cat_drawn_for_a_user_whom_they_made_up(client, monkeypatch):
    monkeypatch.setattr(avatars, "draw", lambda key: pytest.fail("a cat was drawn"))
    for signature in ("x", avatars.sign(uuid.uuid4()), "%00", "🐈"):
        assert client.get(f"/avatar/{uuid.uuid4()}-{signature}.webp").status_code == 404


def test_a_cat_is_drawn_once_however_its_address_is_dressed_up(client, cat, monkeypatch):
    drawings = []
    draw = avatars.draw
    monkeypatch.setattr(avatars, "draw", lambda key: drawings.append(key) or draw(key))
    for query in ("", "?1", "?2"):
        client.get(cat.avatar_url + query)
    assert drawings == [cat.pk]


def test_a_browser_that_has_the_cat_gets_no_drawing(client, cat, monkeypatch):
    etag = client.get(cat.avatar_url)["ETag"]
    avatars.drawn.clear()
    monkeypatch.setattr(avatars, "draw", lambda key: pytest.fail("a cat was drawn"))
    assert client.get(cat.avatar_url, headers={"If-None-Match": etag}).status_code == 304


def test_the_memory_for_cats_has_an_end():
    assert avatars.drawn.maxsize <= 8_000_000


# What others wrote


@pytest.fixture(params=PAYLOADS)
def payload(request):
    return request.param


@pytest.fixture
def pages(payload, create_cat, create_purr):
    """Every page that shows what a user has written, the admin's among them."""
    ContentType.objects.get_for_models(User, Purr)
    attacker = User.objects.create_user("a@example.com", PASSWORD, display_name=payload[:50])
    boss = create_cat(is_staff=True, is_superuser=True)
    thread = create_purr(attacker, text=payload)
    reply = create_purr(attacker, thread, text=payload)
    client = Client()
    client.force_login(boss)
    changed = {"email": "a@example.com", "display_name": payload[:50], "is_active": "on"}
    client.post(f"/admin/users/user/{attacker.pk}/change/", changed)
    paths = [
        "/",
        "/cats/",
        attacker.get_absolute_url(),
        thread.get_absolute_url(),
        f"/purrs/{thread.pk}/reply/",
    ]
    admin = [
        "",
        "users/user/",
        "purr/purr/",
        f"users/user/{attacker.pk}/change/",
        f"users/user/{attacker.pk}/history/",
    ]
    admin += [
        f"users/user/{attacker.pk}/password/",
        f"purr/purr/{reply.pk}/change/",
        f"purr/purr/{reply.pk}/delete/",
    ]
    found = {path: client.get(path) for path in paths + [f"/admin/{path}" for path in admin]}
    author = Client()
    log_in(author, "a@example.com")
    own = ["/", "/settings/", f"/purrs/{thread.pk}/delete/", "/settings/password/"]
    return [
        *found.values(),
        *(author.get(path) for path in own),
        bad_forms(author, payload),
        lost_reply(client, thread, reply),
    ]


def bad_forms(author, payload):
    return author.post("/purrs/new/", {"text": payload * 20, "key": payload})


def lost_reply(client, thread, reply):
    thread.delete()
    return client.get(reply.get_absolute_url())


def test_what_users_write_is_shown_as_text(pages, payload):
    """No element, attribute or address on any page comes from it."""
    for answer in pages:
        assert answer.status_code == 200
        page = html5lib.parse(answer.content, namespaceHTMLElements=False)
        for element in page.iter():
            if not isinstance(element.tag, str):
                continue
            assert (
                element.tag not in ("script", "svg")
                or "src" in element.attrib
                or not (element.text or "").strip()
            )
            assert not [name for name in element.attrib if name.startswith("on")]
            assert not element.get("href", "").startswith("javascript:")
            assert element.get("src") != "x"


def test_what_users_write_stands_on_these_pages(pages, payload):
    """Or the test before would prove nothing."""
    shown = 0
    for answer in pages:
        page = html5lib.parse(answer.content, namespaceHTMLElements=False)
        shown += payload[:25] in "".join(page.itertext())
    assert shown >= 13


# Production's own headers


@pytest.fixture(scope="module")
def production():
    """The headers and cookies of mewgram in production, by page."""
    program = """
import json
from django.conf import settings
# The hashed names of static files need collectstatic, which is another matter.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, headers={"host": "mewgram.example.com"})
def seen(path, method="get", **arguments):
    answer = getattr(client, method)(path, secure=True, **arguments)
    return {
        "status": answer.status_code,
        "headers": {name.lower(): value for name, value in answer.items()},
        "cookies": {
            name: [bool(each["secure"]), bool(each["httponly"]), each["samesite"]]
            for name, each in answer.cookies.items()
        },
    }
person = {"email": "p@example.com", "display_name": "P", "password1": "nine-lives-each", "password2": "nine-lives-each"}
print(json.dumps({
    "page": seen("/"), "missing": seen("/nothing/"), "host": seen("/", headers={"host": "evil.example"}),
    "cat": seen("/avatar/x"), "admin": seen("/admin/login/"), "form": seen("/log-in/"),
    "sign-up": seen("/sign-up/", "post", data=person),
}))
"""
    namespace = f"test-{uuid.uuid4().hex}"
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=SOLUTION,
        env=PRODUCTION
        | {
            "DJANGO_SETTINGS_MODULE": "mewgram.settings",
            "DATASTORE_NAMESPACE": namespace,
            "DATASTORE_EMULATOR_HOST": os.environ["DATASTORE_EMULATOR_HOST"],
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout)


ANSWERS = ["page", "missing", "host", "cat", "admin", "sign-up", "form"]


@pytest.mark.emulator
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("content-security-policy", "default-src 'none'"),
        ("cross-origin-opener-policy", "same-origin"),
        ("referrer-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ],
)
@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_has_the_headers(production, answer, header, value):
    assert value in production[answer]["headers"][header]


@pytest.mark.emulator
def test_cookies_travel_by_https_alone_and_no_script_reads_the_session(production):
    assert production["sign-up"]["cookies"]["sessionid"] == [True, True, "Lax"]
    assert production["form"]["cookies"]["csrftoken"][::2] == [True, "Lax"]


@pytest.mark.emulator
def test_a_host_that_is_not_ours_is_refused(production):
    assert production["host"]["status"] == 400
