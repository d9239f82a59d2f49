"""solution/index.yaml holds what mewgram needs and nothing else: a crawl of every page, form and control."""

import os
from collections import defaultdict
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from google.api_core.exceptions import FailedPrecondition
from strict_datastore import stub as datastore
from strict_datastore.creation import forget_cached_rows
from strict_datastore.emulator import Emulator
from strict_datastore.index_file import Index, read_index_file
from strict_datastore.indexes import Shape
from strict_datastore.meter import meter

from purr.models import Purr
from users.models import User

from .crawler import PASSWORD, Crawler, all_names

pytestmark = pytest.mark.emulator

INDEX_FILE = Path(__file__).parents[2] / "solution" / "index.yaml"
INDEXES = read_index_file(INDEX_FILE)
# No page leads there: nobody may add purrs or delete users, and no form asks for a suggestion or a date. A password
# is changed on the site, for staff too.
NEVER_VISITED = {"admin:autocomplete", "admin:jsi18n", "admin:purr_purr_add", "admin:users_user_delete"}
NEVER_VISITED |= {"admin:password_change", "admin:password_change_done"}


def create_cat(name, **fields):
    return User.objects.create_user(f"{name.lower()}@example.com", PASSWORD, display_name=name, **fields)


def create_purr(author, thread=None, **fields):
    fields |= {"thread": thread, "thread_position": thread and thread.position}
    return Purr.objects.create(**{"text": "a purr", "author": author} | fields)


def create_all_there_can_be():
    """More than a page of everything, and each thing that looks different."""
    luna = create_cat("Luna")
    for number in range(41):
        create_cat(f"Cat{number:02}")
        create_purr(luna)
    User.objects.deactivate(create_cat("Gone"))
    create_purr(luna, deleted=True, text="")
    lost = create_purr(luna)
    create_purr(luna, lost)
    lost.delete()
    thread = create_purr(luna)
    for _number in range(101):
        create_purr(luna, thread)


@pytest.fixture(scope="module")
def crawl(django_db_setup, django_db_blocker):
    """What all roles visited, in an empty site and in a full one."""
    with django_db_blocker.unblock():
        connection.creation.use_fresh_namespace()
        forget_cached_rows()
        crawlers = [as_role("superuser")]
        connection.creation.use_fresh_namespace()
        forget_cached_rows()
        create_all_there_can_be()
        crawlers += [as_role(role) for role in ("stranger", "member", "staff", "superuser")]
        queries = defaultdict(list)
        for each in crawlers:
            for kind, found in each.queries.items():
                queries[kind] += found
        for command in (["migrate"], ["clearsessions"], ["createsuperuser", "--noinput"]):
            for where, call in asked_by(*command):
                queries[call.kind].append((where, call.request))
    return SimpleNamespace(crawlers=crawlers, queries=queries)


def as_role(role):
    cache.clear()
    client = Client()
    email = "luna@example.com"
    rights = {"staff": {"is_staff": True}, "superuser": {"is_staff": True, "is_superuser": True}}
    if role != "stranger":
        # Twice: the empty site has a superuser as well.
        visitor = create_cat(f"The{role}", **rights.get(role, {}))
        client.force_login(visitor)
        email = visitor.email
    crawler = Crawler(client, role, email)
    crawler.crawl("/", "/admin/")
    return crawler


def asked_by(*command):
    new = {
        "DJANGO_SUPERUSER_EMAIL": "root@example.com",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "DJANGO_SUPERUSER_DISPLAY_NAME": "Root",
    }
    with meter() as counts, mock.patch.dict(os.environ, new):
        call_command(*command, stdout=StringIO())
    return [(f"manage.py {command[0]}", call) for call in counts.calls if call.method == "RunQuery"]


def test_nothing_that_the_site_offers_fails(crawl):
    problems = [problem for each in crawl.crawlers for problem in each.problems]
    assert problems == [], "\n".join(problems)


def test_each_url_was_visited(crawl):
    visited = set().union(*(each.visited for each in crawl.crawlers))
    assert set(all_names()) - visited == NEVER_VISITED


def test_the_entries_are_those_that_the_emulator_writes(crawl, tmp_path):
    """An emulator without an index file writes down what each query needs: the same queries, asked there.

    It writes an entry of its own even for a query that another entry serves as well; such a one is left out here.
    """
    queries = [request for found in crawl.queries.values() for _where, request in found]
    with Emulator(data_dir=tmp_path) as emulator:
        for request in queries:
            stub_of(emulator).run_query(repeated(request))
    written = set(read_index_file(tmp_path / "WEB-INF" / "index.yaml"))
    shapes = [Shape.of(request.query) for request in queries]
    served = {shape.needed for shape in shapes if shape.served_by(INDEXES)}
    lacking = {
        str(index): next(
            where for where, request in crawl.queries[index.kind] if Shape.of(request.query).needed == index
        )
        for index in written - set(INDEXES) - served
    }
    assert (lacking, set(INDEXES) - written) == ({}, set())


def test_each_entry_is_needed(crawl, tmp_path):
    """The same queries again, of kinds that lack one entry each: of each such kind, one query fails."""
    index_file = tmp_path / "index.yaml"
    variants = [
        Index(without(index), other.properties)
        for index in INDEXES
        for other in INDEXES
        if other.kind == index.kind and other is not index
    ]
    index_file.write_text("indexes:\n" + "".join(each.as_yaml() for each in variants))
    needed_by = {}
    with Emulator(index_file=index_file) as emulator:
        for index in INDEXES:
            for where, request in crawl.queries[index.kind]:
                if fails(stub_of(emulator), repeated(request, without(index))):
                    needed_by[index] = where
                    break
    report(crawl, needed_by)
    assert [str(index) for index in INDEXES if index not in needed_by] == []


def stub_of(emulator):
    with mock.patch.dict(os.environ, {"DATASTORE_EMULATOR_HOST": emulator.host}):
        return datastore.datastore_stub("mewgram", None)


def without(index):
    """A kind that has all entries of the index's kind but this one."""
    return f"{index.kind} without {INDEXES.index(index)}"


def repeated(request, kind=None):
    again = type(request)()
    again.CopyFrom(request)
    again.ClearField("read_options")  # the transaction it was part of is over
    if kind:
        again.query.kind[0].name = kind
    return again


def fails(stub, request):
    try:
        stub.run_query(request)
    except FailedPrecondition:
        return True
    return False


def report(crawl, needed_by):
    """Shown by `pytest -rP`: who needs which entry."""
    crawlers = crawl.crawlers
    print(
        f"{sum(each.pages for each in crawlers)} pages, {sum(each.forms for each in crawlers)} forms, "
        f"{sum(each.controls for each in crawlers)} ways to list rows in the admin, "
        f"{sum(map(len, crawl.queries.values()))} queries, {len(INDEXES)} entries of index.yaml"
    )
    for index, where in needed_by.items():
        print(f"{index} for {where}")
