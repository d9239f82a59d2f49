"""A transaction that Datastore aborts is done again where nobody can tell the difference, and only there."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import grpc
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections, transaction
from django.db.models import F
from django.db.models.signals import post_save
from probes.models import Account, Author, Book, Chapter, Restaurant, Tag
from strict_datastore import retry_on_contention
from strict_datastore.deadline import deadline
from strict_datastore.retry import MOST_TRIES

from .models import Counter, Hotel, Night

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


@pytest.fixture
def no_pauses(monkeypatch):
    monkeypatch.setattr("strict_datastore.retry.FIRST_PAUSE", 0)


@pytest.fixture
def aborted(proxy, no_pauses):
    """Answers with ABORTED in place of the emulator: so often, to one method."""
    return lambda times=1, only="Commit": proxy.answering(grpc.StatusCode.ABORTED, times=times, only=only)


@pytest.fixture
def meanwhile(aborted, monkeypatch):
    """Lets the next commit lose, and somebody else do something before it is done again."""

    def meanwhile(function):
        def do():
            function()
            connections.close_all()

        def sleep(_seconds):
            monkeypatch.setattr("strict_datastore.retry.sleep", lambda _seconds: None)
            somebody_else = threading.Thread(target=do)
            somebody_else.start()
            somebody_else.join()

        monkeypatch.setattr("strict_datastore.retry.sleep", sleep)
        return aborted()

    return meanwhile


# What Django does in transactions that it opens itself


def test_six_threads_get_or_create_one_row():
    """By its key: of two transactions that ask for one value, the emulator at times lets both through.

    Datastore's transactions are serializable.
    """
    start = threading.Barrier(6)

    def run(_number):
        start.wait(timeout=20)
        try:
            return Tag.objects.get_or_create(slug="a")[0].slug
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(run, range(6))) == ["a"] * 6


@pytest.mark.parametrize(
    "get_or_create",
    [
        lambda: Account.objects.get_or_create(email="a@example.org"),
        lambda: Tag.objects.get_or_create(slug="a"),
        lambda: Hotel.objects.get_or_create(code="a"),
    ],
    ids=["a unique field", "a key", "a unique field of an inherited model"],
)
def test_get_or_create_gets_what_somebody_has_created_meanwhile(meanwhile, get_or_create):
    with meanwhile(get_or_create):
        row, created = get_or_create()
    assert not created
    assert list(type(row).objects.all()) == [row]


MODELS = (Account, Author, Book, Book.tags.through, Chapter, Hotel, Restaurant, Tag)


def fill():
    author = Author.objects.create(pk=1, name="old")
    book = Book.objects.create(pk=2, name="old", author=author)
    book.tags.add(Tag.objects.create(slug="old"), Tag.objects.create(slug="odd"))
    Chapter.objects.create(name="old", book=book, number=1)
    Hotel.objects.create(pk=3, name="old", code="old")


def everything():
    return [
        sorted(
            model._base_manager.values_list(*(f.name for f in model._meta.fields if not is_drawn(f))),
            key=repr,
        )
        for model in MODELS
    ]


def is_drawn(field):
    return field.primary_key and field.model is not Tag


DONE_BY_DJANGO = {
    "get_or_create": lambda: Account.objects.get_or_create(email="a@example.org"),
    "update_or_create of a new row": lambda: Account.objects.update_or_create(email="a@example.org"),
    "update_or_create": lambda: Author.objects.update_or_create(name="old", defaults={"name": "new"}),
    "bulk_create": lambda: Author.objects.bulk_create(Author(name=name) for name in "ab"),
    "bulk_create without conflicts": lambda: Tag.objects.bulk_create(
        [Tag(slug="old", weight=7), Tag(slug="new")], ignore_conflicts=True
    ),
    "create of an inherited model": lambda: Restaurant.objects.create(name="Park", city="Oslo"),
    "save of an inherited model": lambda: Hotel.objects.get(code="old").save(),
    "add": lambda: Book.objects.get(name="old").tags.add(Tag.objects.create(slug="new")),
    "remove": lambda: Book.objects.get(name="old").tags.remove("old"),
    "set": lambda: Book.objects.get(name="old").tags.set(["odd"]),
    "a delete with a cascade": lambda: Author.objects.get(name="old").delete(),
    "an update in atomic": transaction.atomic(lambda: Book.objects.update(pages=F("pages") + 1)),
    "a create": lambda: Author.objects.create(name="new"),
    "an update": lambda: Book.objects.update(pages=F("pages") + 1),
}


@pytest.mark.parametrize("call", DONE_BY_DJANGO)
def test_it_is_done_again_and_not_twice(aborted, call):
    outcomes = []
    for times in (0, 2):
        connection.creation.use_fresh_namespace()
        fill()
        with aborted(times):
            DONE_BY_DJANGO[call]()
        outcomes.append(everything())
    assert outcomes[0] == outcomes[1]


def test_the_program_between_the_commands_runs_once(aborted):
    calls = []

    def note(**signal):
        calls.append("signal")

    post_save.connect(note, Author)
    try:
        with aborted(), transaction.atomic():
            calls.append("program")
            Author.objects.create(name="Ada")
            transaction.on_commit(lambda: calls.append("commit"))
    finally:
        post_save.disconnect(note, Author)
    assert calls == ["program", "signal", "commit"]


# What the transaction has read


def test_it_fails_when_a_row_that_it_has_read_is_another_now(meanwhile):
    Counter.objects.create(name="views", value=1)

    @transaction.atomic
    def increment():
        counter = Counter.objects.get(name="views")
        counter.value += 1
        counter.save()

    with meanwhile(lambda: Counter.objects.update(value=10)), pytest.raises(OperationalError):
        increment()
    assert Counter.objects.get().value == 10
    increment()
    assert Counter.objects.get().value == 11


def test_it_fails_when_a_query_finds_another_row_now(meanwhile):
    @transaction.atomic
    def name_the_first():
        if not Author.objects.filter(name="first").exists():
            Author.objects.create(name="first")

    other = lambda: Author.objects.create(name="first")  # noqa: E731
    with meanwhile(other), pytest.raises(OperationalError):
        name_the_first()
    assert Author.objects.count() == 1


def test_it_fails_when_what_it_has_changed_is_gone(meanwhile):
    author = Author.objects.create(name="Ada")

    @transaction.atomic
    def rename():
        author.name = "Grace"
        author.save(force_update=True)

    with meanwhile(lambda: Author.objects.all().delete()), pytest.raises(OperationalError):
        rename()
    assert not Author.objects.exists()


def test_what_it_has_not_read_may_change(meanwhile):
    Counter.objects.create(name="views", value=1)
    Author.objects.create(name="Ada")

    def other():
        Counter.objects.update(value=10)
        Author.objects.update(name="Grace")

    with meanwhile(other), transaction.atomic():
        Counter.objects.update(value=F("value") + 1)
    assert (Counter.objects.get().value, Author.objects.get().name) == (11, "Grace")


def test_a_value_that_somebody_has_taken_meanwhile_is_an_integrity_error(meanwhile):
    @transaction.atomic
    def create():
        Account.objects.create(name="mine", email="a@example.org")

    other = lambda: Account.objects.create(name="other", email="a@example.org")  # noqa: E731
    with (
        meanwhile(other),
        pytest.raises(IntegrityError, match=r"UNIQUE constraint failed: probes_account\.email"),
    ):
        create()
    assert Account.objects.get().name == "other"


def test_a_row_that_somebody_has_deleted_meanwhile_cannot_be_referred_to(meanwhile):
    hotel = Hotel.objects.create(code="a")

    @transaction.atomic
    def create():
        Night.objects.create(hotel=hotel)

    with meanwhile(lambda: Hotel.objects.all().delete()), pytest.raises(IntegrityError):
        create()
    assert not Night.objects.exists()


def test_a_conflict_that_was_none_before_is_ignored_too(meanwhile):
    with meanwhile(lambda: Tag.objects.create(slug="art", weight=7)):
        Tag.objects.bulk_create([Tag(slug="art"), Tag(slug="cats")], ignore_conflicts=True)
    assert sorted(Tag.objects.values_list("slug", "weight")) == [("art", 7), ("cats", 0)]


# Savepoints and errors in the transaction


def test_what_a_savepoint_has_undone_stays_undone(aborted):
    with aborted(), transaction.atomic():
        Author.objects.create(name="before")
        with suppress(ZeroDivisionError), transaction.atomic():
            Author.objects.create(name="undone")
            raise ZeroDivisionError
        with transaction.atomic():
            Author.objects.create(name="after")
    assert [author.name for author in Author.objects.all()] == ["after", "before"]


def test_an_integrity_error_that_was_caught_comes_again(aborted):
    Account.objects.create(name="first", email="a@example.org")
    with aborted(), transaction.atomic():
        _account, created = Account.objects.get_or_create(name="second", defaults={"email": "b@example.org"})
        with suppress(IntegrityError), transaction.atomic():
            Account.objects.create(name="third", email="a@example.org")
    assert created
    assert sorted(account.name for account in Account.objects.all()) == ["first", "second"]


@pytest.mark.parametrize("method", ["RunQuery", "Lookup"])
def test_it_is_done_again_in_the_middle(aborted, method):
    author = Author.objects.create(name="Ada")
    with transaction.atomic():
        Author.objects.create(name="Grace")
        with aborted(only=method):
            assert Author.objects.filter(name="Ada").get() == Author.objects.get(pk=author.pk)
        Author.objects.create(name="Emmy")
    assert Author.objects.count() == 3


def test_what_failed_in_the_middle_does_not_go_on(aborted):
    """Even if the program has caught the error."""

    @transaction.atomic
    def catch_the_error():
        Author.objects.create(name="Ada")
        with aborted(times=None, only="RunQuery"), suppress(OperationalError), transaction.atomic():
            Author.objects.filter(name="Ada").exists()
        Author.objects.create(name="Grace")

    with pytest.raises(OperationalError):
        catch_the_error()
    assert not Author.objects.exists()


def test_it_is_not_done_again_when_a_query_had_another_error(aborted, proxy):
    """The program has acted on the error; at another time there may be none."""

    @transaction.atomic
    def write_in_spite_of_an_error():
        fault = proxy.answering(grpc.StatusCode.PERMISSION_DENIED, only="RunQuery")
        with fault, suppress(DatabaseError), transaction.atomic():
            Author.objects.filter(name="Ada").exists()
        Author.objects.create(name="Ada")
        faults.enter_context(aborted())

    with ExitStack() as faults, pytest.raises(OperationalError):
        write_in_spite_of_an_error()
    assert not Author.objects.exists()


# How often


def test_it_gives_up_after_ten_tries(aborted, proxy):
    with aborted(times=None), pytest.raises(OperationalError):
        transaction.atomic(Author.objects.create)(name="Ada")
    assert proxy.requests.count("Commit") == MOST_TRIES == 10


def test_it_gives_up_when_no_time_is_left(aborted, proxy, monkeypatch):
    for pause in ("FIRST_PAUSE", "LONGEST_PAUSE"):
        monkeypatch.setattr(f"strict_datastore.retry.{pause}", 1e9)
    with aborted(times=None), deadline(5), pytest.raises(OperationalError):
        transaction.atomic(Author.objects.create)(name="Ada")
    assert proxy.requests.count("Commit") == 1


def test_a_function_that_is_called_again_is_not_done_again_as_well(aborted, proxy):
    calls = []

    @retry_on_contention
    def create():
        calls.append(1)
        Author.objects.create(name="Ada")

    with aborted(times=None), pytest.raises(OperationalError):
        create()
    assert len(calls) == proxy.requests.count("Commit") == MOST_TRIES


def test_a_commit_whose_answer_was_lost_is_not_done_again(proxy):
    with proxy.losing_answers("Commit"), pytest.raises(OperationalError):
        transaction.atomic(Author.objects.create)(name="Ada")
    assert Author.objects.count() == proxy.requests.count("Commit") == 1


def test_what_does_not_pass_by_the_orm_is_not_done_again(aborted):
    author = Author.objects.create(name="Ada")

    @transaction.atomic
    def read_and_write():
        key = connection.connection.new_key("probes_author", author.pk, namespace=connection.namespace)
        entity = connection.connection.get(key)
        entity["name"] = "Grace"
        connection.connection.put(entity)

    with aborted(), pytest.raises(OperationalError):
        read_and_write()
    assert Author.objects.get().name == "Ada"
