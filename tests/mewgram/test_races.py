"""Two requests at the same moment leave what one after the other would have left.

Each write of mewgram and of its admin is sent, and at each moment at which it is outside a transaction another one
comes in between, from beginning to end. What is stored then, who is logged in, and what both were answered has to be
as if one of them had come first. Nobody writes down what that is: the tests send them in both orders and compare.

A new write needs an entry in `WRITES`, and one that takes something away belongs in `BETWEEN` too.
"""

import re
import uuid
from contextlib import contextmanager
from html.parser import HTMLParser
from itertools import cycle, product
from pprint import pformat

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from mewgram.sessions import SessionStore
from purr.models import Purr
from users.models import EmailClaim, User

pytestmark = pytest.mark.django_db

PASSWORD, GIVEN = "nine-lives-each", "given-lives-each"
# Whoever sends two forms sends them from two browsers, and does not write the same twice.
NEW = {1: "ten-lives-each", 2: "eleven-lives-each"}
HASH = make_password(PASSWORD)
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class World:
    """Luna, a superuser who has purred; Boss, another superuser; and Mochi, who has no rights."""

    def __init__(self):
        self.id = uuid.uuid4().hex
        self.luna = self.user("luna", is_staff=True, is_superuser=True)
        self.boss = self.user("boss", is_staff=True, is_superuser=True)
        self.mochi = self.user("mochi")
        self.users = (self.luna, self.boss, self.mochi)
        self.purr = Purr(author=self.luna, text="Mine")
        self.purr.position = self.purr.draw_position()
        # What differs from world to world, and its names in paths, in fields and in what is compared.
        self.names = {user.display_name: str(user.pk) for user in self.users}
        self.names |= {"id": self.id, "purr": str(self.purr.pk), "key": str(uuid.uuid4())}
        self.browsers = {(user.display_name, number): Client() for user in self.users for number in NEW}
        with transaction.atomic():  # one commit in place of many
            self.store()

    def user(self, name, **rights):
        user = User(email=f"{name}@{self.id}.example", display_name=name, password=HASH, **rights)
        user.listing = f"{name} {user.pk.hex}"
        return user

    def store(self):
        User.objects.bulk_create(self.users)
        EmailClaim.objects.bulk_create(
            EmailClaim(key=EmailClaim.key_for(user.email), user_id=user.pk) for user in self.users
        )
        Purr.objects.bulk_create([self.purr])
        tomorrow = timezone.now() + timezone.timedelta(days=1)
        sessions = []
        for user in self.users:
            for number in NEW:
                key = uuid.uuid4().hex
                self.browsers[user.display_name, number].cookies[settings.SESSION_COOKIE_NAME] = key
                data = {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
                sessions.append(Session(key, SessionStore().encode(data), tomorrow))
        Session.objects.bulk_create(sessions)

    def send(self, who, number, path, **fields):
        """The answer to a form that somebody sends from their first or second browser."""
        browser = self.browsers.get((who, number)) or Client()
        fields = {name: text.format(**self.names) for name, text in fields.items() if text is not None}
        answer = browser.post(path.format(**self.names), fields)
        return answer.status_code, self.plain(answer.get("Location", ""))

    def send_opened(self, who, number, path, **changes):
        """The same for a form that was opened before, and sent with some changes."""
        page = Fields()
        page.feed(self.browsers[who, number].get(path.format(**self.names)).text)
        return self.send(who, number, path, **page.fields | changes)

    def plain(self, text):
        """The text without what differs from world to world."""
        for name, value in self.names.items():
            text = text.replace(value, name)
        return UUID.sub("new", text).partition("?before=")[0]

    def state(self):
        """What is stored, and whose browsers are logged in."""
        emails = [f"{name}@{self.id}.example" for name in ("luna", "boss", "mochi", "new")]
        claims = EmailClaim.objects.in_bulk(map(EmailClaim.key_for, emails)).values()
        users = User.objects.in_bulk({user.pk for user in self.users} | {claim.user_id for claim in claims})
        purrs = Purr.objects.in_bulk([self.purr.pk, self.names["key"]]).values()
        return {
            "users": sorted(self.plain(described(user)) for user in users.values()),
            "claims": sorted(self.plain(f"{claim.key} {claim.user_id}") for claim in claims),
            "purrs": sorted(
                self.plain(f"{purr.pk} {purr.author_id} {purr.thread_id} {purr}") for purr in purrs
            ),
            "logged in": self.logged_in(users),
        }

    def logged_in(self, users):
        keys = {
            each: client.cookies[settings.SESSION_COOKIE_NAME].value for each, client in self.browsers.items()
        }
        sessions = Session.objects.in_bulk(filter(None, keys.values()))
        found = []
        for browser, key in keys.items():
            data = sessions[key].get_decoded() if key in sessions else {}
            user = users.get(uuid.UUID(data[SESSION_KEY])) if data else None
            if user and user.is_active and user.get_session_auth_hash() == data[HASH_SESSION_KEY]:
                found.append(browser)
        return found


class Fields(HTMLParser):
    """The inputs of a page, as a browser would send them."""

    def __init__(self):
        super().__init__()
        self.fields = {}

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        is_off = attributes.get("type") == "checkbox" and "checked" not in attributes
        if tag == "input" and "name" in attributes and not is_off:
            self.fields[attributes["name"]] = attributes.get("value", "on")


def described(user):
    rights = [name for name in ("is_active", "is_staff", "is_superuser") if getattr(user, name)]
    passwords = [each for each in (PASSWORD, GIVEN, *NEW.values()) if check_password(each, user.password)]
    return (
        f"{user.pk} {user.email} {user.display_name} {user.listing.rpartition(' ')[0]} {rights} {passwords}"
    )


def sends(who, path, **fields):
    return lambda world, number: world.send(who, number, path, **fields)


def changes(who, whom, **fields):
    path = f"/admin/users/user/{{{whom}}}/change/"
    return lambda world, number: world.send_opened(who, number, path, **fields)


GIVEN_TWICE = {"password1": GIVEN, "password2": GIVEN, "usable_password": "true"}
LOG_IN = {"username": "luna@{id}.example", "password": PASSWORD}
NEW_USER = {"email": "new@{id}.example", "display_name": "New"}
WRITES = {
    "boss gives luna a password": sends("boss", "/admin/users/user/{luna}/password/", **GIVEN_TWICE),
    "luna gets another name": sends("luna", "/settings/", display_name="Selene"),
    "luna replies": sends("luna", "/purrs/{purr}/reply/", text="Meow", key="{key}"),
    "luna gets another password": lambda world, number: world.send(
        "luna",
        number,
        "/settings/password/",
        old_password=PASSWORD,
        new_password1=NEW[number],
        new_password2=NEW[number],
    ),
    "luna deletes her account": sends("luna", "/settings/delete-account/"),
    "boss renames luna": changes("boss", "luna", display_name="Selene"),
    "mochi replies": sends("mochi", "/purrs/{purr}/reply/", text="Meow", key="{key}"),
    "luna dismisses boss": changes("luna", "boss", is_staff=None, is_superuser=None),
    "luna logs in": sends("nobody", "/log-in/", **LOG_IN),
    "luna purrs": sends("luna", "/purrs/new/", text="Meow", key="{key}"),
    "luna deletes a purr in the admin": sends("luna", "/admin/purr/purr/{purr}/delete/", post="yes"),
    "luna makes mochi staff": changes("luna", "mochi", is_staff="on"),
    "luna logs in to the admin": sends("nobody", "/admin/login/", **LOG_IN),
    "luna adds a user": sends("luna", "/admin/users/user/add/", **NEW_USER, **GIVEN_TWICE),
    "luna deletes selected purrs": sends(
        "luna", "/admin/purr/purr/", action="delete_selected", _selected_action="{purr}", post="yes"
    ),
    "somebody signs up": sends("nobody", "/sign-up/", **NEW_USER, password1=GIVEN, password2=GIVEN),
    "luna logs out": sends("luna", "/log-out/"),
    "boss dismisses luna": changes(
        "boss", "luna", is_staff=None, is_superuser=None, email="new@{id}.example", display_name="Diana"
    ),
    "luna deletes her purr": sends("luna", "/purrs/{purr}/delete/"),
    "luna gives mochi a password": sends("luna", "/admin/users/user/{mochi}/password/", **GIVEN_TWICE),
}
BETWEEN = (
    "luna gets another password",
    "luna deletes her account",
    "luna deletes her purr",
    "boss dismisses luna",
)
# All pairs on SQLite, which is quick; on Datastore each write with one of those that come between.
IS_QUICK = settings.DATABASES["default"]["ENGINE"] != "strict_datastore"
PAIRS = list(product(WRITES, BETWEEN)) if IS_QUICK else list(zip(WRITES, cycle(BETWEEN), strict=False))


@contextmanager
def moments(act):
    """Calls act with 1, 2, ...: at the end of each statement that is executed outside a transaction."""
    outside, number = depth(), 0

    def execute_and_act(execute, statement, *arguments):
        nonlocal number
        result = execute(statement, *arguments)
        # Django counts a savepoint after it was made.
        if depth() == outside and not str(statement).startswith("SAVEPOINT"):
            number += 1
            connection.execute_wrappers.remove(execute_and_act)
            act(number)
            connection.execute_wrappers.append(execute_and_act)
        return result

    with connection.execute_wrapper(execute_and_act):
        yield


def depth():
    """How many transactions there are around; on SQLite one is the test's."""
    return connection.in_atomic_block + len(connection.savepoint_ids)


def one_after_the_other(*writes):
    world = World()
    return {number: WRITES[name](world, number) for name, number in writes}, world.state()


def one_within_the_other(first, second, moment):
    """None if the first has no such moment."""
    world, answers = World(), {}

    def act(number):
        if number == moment:
            answers[2] = WRITES[second](world, 2)

    with moments(act):
        answers[1] = WRITES[first](world, 1)
    return (answers, world.state()) if 2 in answers else None


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_what_comes_between_might_as_well_have_come_before_or_after(first, second):
    ContentType.objects.get_for_models(
        User, Purr
    )  # Elsewhere `migrate` makes them; the admin's log refers to them.
    before, after = one_after_the_other((first, 1), (second, 2)), one_after_the_other((second, 2), (first, 1))
    moment = 1
    while between := one_within_the_other(first, second, moment):
        assert between in (before, after), (
            f"At moment {moment} it left\n{pformat(between)}\nwhich is neither\n{pformat(before)}\n"
            f"nor\n{pformat(after)}"
        )
        moment += 1
    assert moment > 1


def test_a_hash_that_is_made_anew_at_log_in_takes_no_new_passwords_place(create_cat):
    """Django makes anew a hash whose salt is too short, for instance, once it has checked the password."""
    cat = create_cat()
    data = {"username": cat.email, "password": PASSWORD}
    moment, has_come = 0, True
    while has_come:
        User.objects.filter(pk=cat.pk).update(password=make_password(PASSWORD, salt="x"))
        moment, has_come = moment + 1, False

        def act(number, moment=moment):
            nonlocal has_come
            if number == moment:
                has_come = True
                User.objects.change_password(User.objects.get(pk=cat.pk), GIVEN)

        with moments(act):
            Client().post("/log-in/", data)
        cat.refresh_from_db()
        assert check_password(GIVEN if has_come else PASSWORD, cat.password)
    assert moment > 1
