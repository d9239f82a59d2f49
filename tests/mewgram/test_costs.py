"""What a visit costs: requests to the database and what Google bills for them."""

import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse
from strict_datastore.meter import meter

from mewgram.paging import PAGE_SIZE
from purr.models import Purr
from purr.timeline import MOST_REPLIES

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]

AUTHORS = 5
REPLIES = 3
PURRS_SHOWN = PAGE_SIZE * (1 + REPLIES)


@pytest.fixture(params=[PURRS_SHOWN, 200], ids="{} purrs".format)
def cats(request, create_cat):
    """The authors of so many purrs: whatever lies behind the first page must not cost anything."""
    cats = [create_cat() for _ in range(AUTHORS)]
    purrs = []
    for number in range(request.param // (1 + REPLIES)):
        thread = Purr(text="Meow", author=cats[number % AUTHORS])
        replies = [Purr(text="Meow", author=cats[reply], thread=thread) for reply in range(REPLIES)]
        for purr in (thread, *replies):
            purr.position = purr.draw_position()
            purr.thread_position = purr.thread and thread.position
        purrs += [thread, *replies]
    Purr.objects.bulk_create(purrs)
    cache.clear()
    return cats


def get(client, url):
    with meter() as cost:
        assert client.get(url).status_code == 200
    return cost


def test_home_page_of_a_stranger(client, cats):
    """The threads, their replies, the authors."""
    cost = get(client, reverse("home"))
    assert dict(cost.rpcs) == {"RunQuery": 2, "Lookup": 1}
    assert cost.reads <= PURRS_SHOWN + AUTHORS + 1


def test_home_page_again_within_a_minute(client, cats):
    get(client, reverse("home"))
    assert get(client, reverse("home")).total_rpcs == 0


def test_home_page_of_a_member(client, cats):
    """The session and the user come on top."""
    client.force_login(cats[0])
    cost = get(client, reverse("home"))
    assert dict(cost.rpcs) == {"RunQuery": 2, "Lookup": 3}
    assert cost.reads <= PURRS_SHOWN + AUTHORS + 1 + 2


def test_home_page_on_which_nobody_appears_twice(client, create_cat, create_purr):
    """However many cats there are to a page, they come at once."""
    for _ in range(PAGE_SIZE):
        thread = create_purr(create_cat())
        for _ in range(MOST_REPLIES // PAGE_SIZE):
            create_purr(create_cat(), thread)
    cost = get(client, reverse("home"))
    assert cost.total_rpcs == 3
    assert cost.reads <= 2 * (PAGE_SIZE + MOST_REPLIES) + 1


def test_second_page(client, cats):
    oldest_shown = client.get(reverse("home")).context["page"].next
    assert get(client, reverse("home") + oldest_shown).total_rpcs <= 3


def test_thread_page(client, cats):
    """The thread, its replies, the authors."""
    thread = client.get(reverse("home")).context["page"].rows[0]
    assert dict(get(client, thread.get_absolute_url()).rpcs) == {"Lookup": 2, "RunQuery": 1}


def test_profile_page(client, cats):
    """The cat and its purrs."""
    assert dict(get(client, cats[0].get_absolute_url()).rpcs) == {"Lookup": 1, "RunQuery": 1}


def test_list_of_cats(client, cats):
    cost = get(client, reverse("cats"))
    assert (dict(cost.rpcs), cost.reads) == ({"RunQuery": 1}, AUTHORS)


def test_admin_list_of_purrs(client, cats, create_cat):
    """The session and the user; which purrs, and all their authors. Nothing is counted."""
    client.force_login(create_cat(is_staff=True))
    cost = get(client, reverse("admin:purr_purr_changelist"))
    assert (cost.rpcs["Lookup"], cost.total_rpcs) == (3, 4)


def test_avatar(client, cats):
    assert get(client, cats[0].avatar_url).total_rpcs == 0


def post(client, url):
    with meter() as cost:
        assert client.post(url, {"text": "Meow", "key": uuid.uuid4()}).status_code == 302
    return cost


def test_purr(client, cats):
    """Session, user; begin, is the key free, commit."""
    client.force_login(cats[0])
    cost = post(client, reverse("post"))
    assert (cost.total_rpcs, cost.writes) == (5, 1)
    assert dict(cost.rpcs) == {"Lookup": 3, "BeginTransaction": 1, "Commit": 1}


def test_reply(client, cats):
    """The thread comes on top."""
    thread = client.get(reverse("home")).context["page"].rows[0]
    client.force_login(cats[0])
    cost = post(client, reverse("reply", args=[thread.pk]))
    assert (cost.total_rpcs, cost.writes) == (6, 1)
    assert dict(cost.rpcs) == {"Lookup": 4, "BeginTransaction": 1, "Commit": 1}


@pytest.mark.parametrize("cats", [PURRS_SHOWN], indirect=True)
def test_thousands_of_purrs_cost_what_eighty_do(client, cats):
    """`make bench` counts the same with 20,000."""
    thread = client.get(reverse("home")).context["page"].rows[0]
    client.force_login(cats[0])

    def costs():
        pages = (reverse("home"), thread.get_absolute_url(), reverse("cats"))
        return [(dict(cost.rpcs), cost.reads) for cost in (get(client, page) for page in pages)]

    with_eighty = costs()
    Purr.objects.bulk_create(
        Purr(text="Older", author=cats[0], position=f"{number:016}") for number in range(2000)
    )
    assert costs() == with_eighty
    purr = post(client, reverse("post"))
    assert (purr.total_rpcs, purr.writes) == (5, 1)
