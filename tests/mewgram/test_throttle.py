"""Whoever guesses passwords or makes accounts by the dozen has to wait, on any instance and from any page."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.utils import timezone
from strict_datastore.meter import meter

from users import throttle
from users.models import Attempt, User

pytestmark = pytest.mark.django_db

PASSWORD = "nine-lives-each"


@pytest.fixture(autouse=True)
def still_clock(monkeypatch):
    """Attempts before and after the full ten minutes are counted apart."""
    now = timezone.now()
    monkeypatch.setattr(throttle.timezone, "now", lambda: now)


@pytest.fixture
def luna(create_cat):
    return create_cat(display_name="Luna", password=PASSWORD)


def log_in(client=None, password=PASSWORD, email="luna@example.com", path="/log-in/", **headers):
    return (client or Client()).post(path, {"username": email, "password": password}, headers=headers)


def sign_up(number=0, **headers):
    data = {
        "email": f"cat{number}@example.com",
        "display_name": "Cat",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    return Client().post("/sign-up/", data, headers=headers)


def fail(times, **keywords):
    for _number in range(times):
        log_in(password="wrong", **keywords)


@pytest.fixture
def few(monkeypatch):
    """So that a test of the limit for an address needs no hundred requests."""
    monkeypatch.setattr(throttle, "MOST_FROM_AN_ADDRESS", 3)


def test_a_refusal_says_when_to_come_back(luna):
    fail(10)
    answer = log_in()
    assert answer.status_code == 429
    assert "Try again in ten minutes." in answer.text


def test_an_account_that_does_not_exist_is_throttled_alike(db):
    fail(10, email="nobody@example.com")
    assert log_in(email="nobody@example.com").status_code == 429


def test_an_address_written_in_capitals_is_the_same_account(luna):
    fail(10, email="LUNA@example.com")
    assert log_in().status_code == 429


def test_the_admins_own_form_is_throttled_too(create_cat):
    create_cat(display_name="Luna", password=PASSWORD, is_staff=True)
    fail(5)
    fail(5, path="/admin/login/")
    assert throttle.TOO_MANY in log_in(path="/admin/login/").text


def test_no_password_is_hashed_for_who_has_to_wait(luna, monkeypatch):
    fail(10)
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *_: pytest.fail("a password was hashed"))
    assert log_in().status_code == 429


def test_from_one_address_all_accounts_together(few, luna):
    for number in range(3):
        log_in(email=f"cat{number}@example.com")
    assert log_in().status_code == 429


def test_sign_ups_from_one_address(few):
    assert [sign_up(number).status_code for number in range(4)] == [302, 302, 302, 429]


def test_trying_which_addresses_are_taken_counts_too(few, luna):
    sign_up(1)
    for _number in range(2):
        assert "already has an account" in sign_up(1).text
    answer = sign_up(1)
    assert answer.status_code == 429
    assert "already has an account" not in answer.text


def test_a_form_with_mistakes_does_not_count(few):
    for _number in range(4):
        Client().post("/sign-up/", {"email": "no address"})
    assert sign_up().status_code == 302


@pytest.mark.emulator
def test_a_log_in_that_succeeds_writes_nothing_here(luna):
    log_in()
    assert not Attempt.objects.exists()


@pytest.mark.emulator
def test_what_the_throttle_costs(luna):
    """Two queries for keys to look, a read each; a transaction to note what failed, for the account and the address."""
    with meter() as counts:
        log_in(password="wrong")
    asked = [call for call in counts.calls if call.kind == "users_attempt"]
    assert [call.method for call in asked] == ["RunQuery", "RunQuery", "Lookup", "Lookup", "Commit"]
    assert (counts.reads, counts.writes) == (2 + 2 + 1, 2)


@pytest.mark.emulator
def test_a_flood_costs_two_reads_a_request(luna):
    fail(10)
    with meter() as counts:
        fail(5)
    assert (counts.reads, counts.writes) == (5 * 2, 0)


def test_nobody_can_read_who_it_was(luna):
    fail(1)
    assert not [
        attempt for attempt in Attempt.objects.all() if "luna" in attempt.key or "127.0" in attempt.key
    ]


@pytest.mark.emulator
def test_failures_at_the_same_time_are_all_counted(luna):
    def visit(_number):
        try:
            log_in(password="wrong")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(8)))
    assert Attempt.objects.count() == 8 * 2


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("nonsense", "", True),
    ],
)
def test_who_is_the_same_visitor(rf, first, second, is_same):
    one, other = (throttle.client_address(rf.get("/", REMOTE_ADDR=each)) for each in (first, second))
    assert (one == other) is is_same


def test_what_a_visitor_claims_to_be_is_not_believed(rf):
    request = rf.get("/", headers={"X-Forwarded-For": "1.2.3.4"})
    assert throttle.client_address(request) == "127.0.0.1"


@pytest.mark.parametrize("header", ["1.2.3.4", "9.9.9.9, 1.2.3.4", "9.9.9.9,  8.8.8.8 ,1.2.3.4"])
def test_on_cloud_run_the_last_address_is_the_visitors(rf, settings, header):
    settings.BEHIND_CLOUD_RUN = True
    assert throttle.client_address(rf.get("/", headers={"X-Forwarded-For": header})) == "1.2.3.4"


def test_cloud_run_is_known_by_its_variable():
    code = "from mewgram import settings; print(settings.BEHIND_CLOUD_RUN)"
    for service, answer in (({"K_SERVICE": "mewgram"}, "True"), ({}, "False")):
        result = subprocess.run(
            [sys.executable, "-c", code],
            cwd="solution",
            env={"DEBUG": "1"} | service,
            capture_output=True,
            text=True,
        )
        assert result.stdout.strip() == answer, result.stderr


@pytest.mark.emulator
def test_a_sign_up_whose_answer_was_lost_makes_one_account_and_logs_in(proxy):
    with proxy.losing_answers("Commit", code=grpc.StatusCode.UNAVAILABLE, times=1):
        assert sign_up().status_code == 302
    assert User.objects.count() == 1
    assert log_in(email="cat0@example.com").status_code == 302
