"""The admin on Datastore: what it offers works, what it cannot do it does not offer."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from strict_datastore.meter import meter

from purr.models import Purr
from users.models import EMAIL_TAKEN, User

pytestmark = pytest.mark.django_db

USERS = "/admin/users/user/"
PURRS = "/admin/purr/purr/"


@pytest.fixture(autouse=True)
def content_types(db):
    """The admin's log refers to them. Elsewhere `migrate` makes them; a test on Datastore begins with nothing."""
    ContentType.objects.get_for_models(User, Purr)


@pytest.fixture
def boss(create_cat, client):
    boss = create_cat(display_name="Boss", is_staff=True, is_superuser=True)
    client.force_login(boss)
    return boss


@pytest.fixture
def staff(create_cat, client):
    staff = create_cat(display_name="Staff", is_staff=True)
    client.force_login(staff)
    return staff


def rows(response):
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def names(response):
    return [str(row) for row in rows(response)]


@pytest.mark.parametrize("column", ["0", "4"])
def test_a_column_sorts_both_ways(client, boss, create_cat, column):
    for number in range(3):
        create_cat(display_name=f"Cat {number}")
    upwards = names(client.get(f"{USERS}?o={column}"))
    assert names(client.get(f"{USERS}?o=-{column}")) == upwards[::-1]
    assert len(upwards) == 4


def test_a_second_column_is_ignored(client, boss, create_cat):
    create_cat(display_name="Alma")
    assert names(client.get(f"{USERS}?o=-0.4")) == names(client.get(f"{USERS}?o=-0"))


def test_a_column_that_is_not_offered_does_not_sort(client, boss, create_cat):
    create_cat(display_name="Alma")
    assert names(client.get(f"{USERS}?o=-1")) == names(client.get(USERS))


def test_the_search_finds_what_begins_with_a_text(client, boss, create_cat):
    create_cat(display_name="Minka")
    create_cat(display_name="Mimi")
    create_cat(display_name="Almin")
    assert names(client.get(f"{USERS}?q=MI")) == ["Mimi", "Minka"]


def test_the_search_finds_characters_of_any_plane(client, boss, create_purr):
    create_purr(boss, text="🐈🐈")
    assert names(client.get(f"{PURRS}?q=🐈")) == ["🐈🐈"]


def test_the_search_in_a_filtered_list(client, boss, create_cat):
    create_cat(display_name="Minka", is_staff=True)
    create_cat(display_name="Mimi")
    assert names(client.get(f"{USERS}?q=mi&is_staff__exact=1")) == ["Minka"]


def test_the_search_says_what_it_finds(client, boss):
    assert "Finds what begins with this text, by e-mail address." in client.get(USERS).text


def test_a_list_says_that_there_is_more_without_counting(client, boss, create_purr):
    for _number in range(51):
        create_purr(boss)
    first, second = client.get(PURRS), client.get(f"{PURRS}?p=2")
    assert "50 purrs on this page, and more" in first.text
    assert (len(rows(first)), len(rows(second))) == (50, 1)
    assert "1 purr on this page" in second.text
    assert "and more" not in second.text


def test_what_a_search_finds_is_sorted_by_no_column(client, boss, create_purr):
    create_purr(boss)
    assert "sortable column-time" in client.get(PURRS).text
    assert "sortable column-time" not in client.get(f"{PURRS}?q=Me").text


def test_a_search_shows_no_total(client, boss, create_purr):
    create_purr(boss, text="Meow")
    page = client.get(f"{PURRS}?q=M").text
    assert "1 purr on this page" in page
    assert "1 result" not in page


def test_a_list_ends_after_a_thousand_rows_and_says_so(client, boss, create_purr, monkeypatch):
    monkeypatch.setattr("strict_datastore.admin.MOST_ROWS", 100)
    Purr.objects.bulk_create(Purr(author=boss, text="Meow", position=f"{number:03}") for number in range(101))
    assert "there are more rows" in client.get(f"{PURRS}?p=2").text
    assert client.get(f"{PURRS}?p=3").status_code == 302


@pytest.mark.emulator
@pytest.mark.parametrize(("path", "reads"), [(USERS, 6), (PURRS, 8)])
def test_the_cost_of_a_list(client, boss, create_cat, create_purr, path, reads):
    """The session, the user, the rows of the page; and of purrs all authors at once."""
    for number in range(3):
        create_purr(create_cat(display_name=f"Cat {number}"))
    with meter() as counts:
        client.get(path)
    assert (counts.total_rpcs, counts.reads, counts.writes) == (3 + (path == PURRS), reads, 0)


@pytest.mark.parametrize("path", [USERS, PURRS])
@pytest.mark.parametrize(
    "query",
    [
        "o=", "o=9", "o=-1.2.x", "o=-", "o=1e9", "o=²", "p=-1", "p=0", "p=x", "p=999999", "q=%00", "q=" + "x" * 2000,
        "q=%F0%9F%90%88", "q=%ED%A0%80", "all=", "e=1", "nothing=1", "email__icontains=x", "text__regex=(",
        "is_staff__exact=x", "is_staff__gt=0", "is_staff__isnull=1", "is_staff__exact=1&is_staff__exact=0",
        "password__startswith=a", "author__email=x", "_to_field=id", "_to_field=x", "_popup=1", "_facets=True",
        "posted__year=2026", "id__in=1,2", "deleted__exact=%00",
    ],
)  # fmt: skip
def test_an_address_that_no_page_offers(client, boss, path, query):
    assert client.get(f"{path}?{query}").status_code in {200, 302, 400}


@pytest.mark.parametrize("path", [USERS, PURRS])
@pytest.mark.parametrize(
    "key", ["x", "%00", "_5F", "00000000-0000-0000-0000-000000000000", "__key__", "a" * 2000]
)
@pytest.mark.parametrize("page", ["", "change/", "history/", "delete/", "password/"])
def test_a_key_of_nothing(client, boss, path, key, page):
    assert client.get(f"{path}{key}/{page}").status_code in {302, 403, 404}


def test_an_address_that_ends_in_no_field(client, boss):
    assert client.get(f"{USERS}{boss.pk}/change/?_to_field=").status_code == 200


def test_the_history_of_a_user(client, boss, create_cat):
    other, cat = create_cat(), create_cat()
    for user, name in ((other, "Other"), (cat, "Selene")):
        data = {"email": user.email, "display_name": name, "is_active": "on"}
        client.post(f"{USERS}{user.pk}/change/", data)
    page = client.get(f"{USERS}{cat.pk}/history/")
    assert [entry.object_repr for entry in page.context["action_list"]] == ["Selene"]
    assert "among the newest 100 changes to users" in page.text


def test_a_history_of_nothing(client, boss, create_cat):
    assert "have a change history" in client.get(f"{USERS}{create_cat().pk}/history/").text


def test_staff_see_the_history_of_a_purr(client, staff, create_cat, create_purr):
    purr = create_purr(create_cat())
    client.post(f"{PURRS}{purr.pk}/delete/", {"post": "yes"})
    page = client.get(f"{PURRS}{purr.pk}/history/")
    assert [entry.get_change_message() for entry in page.context["action_list"]] == ["Deletion"]


def test_staff_delete_selected_purrs_and_their_threads_stay(client, staff, create_cat, create_purr):
    cat = create_cat()
    thread = create_purr(cat)
    reply = create_purr(cat, thread)
    selected = {"action": "delete_selected", "_selected_action": [thread.pk, reply.pk]}
    client.post(PURRS, selected | {"post": "yes"})
    assert [purr.deleted for purr in Purr.objects.all()] == [True, True]
    assert client.get(thread.get_absolute_url()).status_code == 200


def test_a_deleted_purr_leaves_the_front_page(client, staff, create_cat, create_purr):
    purr = create_purr(create_cat(), text="Warm sunbeam")
    Client().get("/")
    client.post(f"{PURRS}{purr.pk}/delete/", {"post": "yes"})
    assert "Warm sunbeam" not in Client().get("/").text


def test_only_what_was_selected_is_deleted(client, staff, create_cat, create_purr):
    """Whatever a form by hand says of other pages."""
    cat = create_cat()
    selected, other = create_purr(cat), create_purr(cat)
    data = {"action": "delete_selected", "_selected_action": selected.pk, "select_across": "1", "post": "yes"}
    client.post(PURRS, data)
    assert Purr.objects.get(pk=selected.pk).deleted
    assert not Purr.objects.get(pk=other.pk).deleted


def test_the_author_of_a_purr_may_be_gone(client, staff, create_cat, create_purr):
    cat = create_cat()
    purr = create_purr(cat)
    User.objects.filter(pk=cat.pk)._raw_delete(using="default")
    cache.clear()
    for page in (PURRS, f"{PURRS}{purr.pk}/change/", f"{PURRS}{purr.pk}/delete/"):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    "path", ["users/user/add/", "purr/purr/add/", "users/user/{}/delete/", "users/user/{}/password/"]
)
def test_what_staff_may_not_do(client, staff, path):
    assert client.get(f"/admin/{path.format(staff.pk)}").status_code == 403


def test_a_superuser_sets_a_password(client, boss, create_cat):
    cat = create_cat()
    password = {"usable_password": "true", "password1": "brand-new-lives", "password2": "brand-new-lives"}
    client.post(f"{USERS}{cat.pk}/password/", password)
    assert Client().login(email=cat.email, password="brand-new-lives")


def test_a_superuser_whose_page_is_old_gives_no_rights_back(client, boss, create_cat):
    """Of a form that was opened before somebody lost them, only what was changed on it is saved."""
    cat = create_cat(is_staff=True)
    path = f"{USERS}{cat.pk}/change/"
    shown = client.get(path).context["adminform"].form
    fields = ("email", "display_name", "is_active", "is_staff")
    page = {name: shown[name].value() for name in fields}
    page |= {shown[name].html_initial_name: shown[name].value() for name in fields}
    User.objects.filter(pk=cat.pk).update(is_staff=False)
    client.post(path, page | {"display_name": "Selene"})
    cat.refresh_from_db()
    assert (cat.display_name, cat.is_staff) == ("Selene", False)


def test_the_page_of_a_user_repeats_no_password(client, boss, create_cat):
    cat = create_cat(password="nine-lives-each")
    assert cat.password not in client.get(f"{USERS}{cat.pk}/change/").text


def test_staff_change_their_password_where_everybody_does(client, staff):
    assert client.get("/admin/password_change/")["Location"] == "/settings/password/"


def test_a_new_user_has_a_claim_on_the_address(client, boss):
    data = {
        "email": "New@Example.com",
        "display_name": "New",
        "password1": "nine-lives-",
        "password2": "nine-lives-",
    }
    client.post(f"{USERS}add/", data)
    response = client.post(f"{USERS}add/", data | {"email": "new@example.com"})
    assert EMAIL_TAKEN in response.text
    assert User.objects.filter(email="new@example.com").count() == 1


@pytest.mark.emulator
def test_of_two_who_take_one_address_at_once_one_is_told(client, boss):
    def add(number):
        visitor = Client()
        visitor.cookies = client.cookies
        data = {"email": "new@example.com", "display_name": "New"}
        try:
            return visitor.post(
                f"{USERS}add/", data | {"password1": "nine-lives-", "password2": "nine-lives-"}
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(add, range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
    assert User.objects.filter(email="new@example.com").count() == 1


@pytest.mark.emulator
def test_a_form_that_lost_against_another_one_is_sent_again_and_says_so_once(client, boss, create_cat, proxy):
    cat = create_cat()
    with proxy.answering(grpc.StatusCode.ABORTED, times=1, only="Commit"):
        data = {"email": cat.email, "display_name": "Selene", "is_active": "on"}
        response = client.post(f"{USERS}{cat.pk}/change/", data, follow=True)
    assert response.text.count("was changed successfully") == 1
    assert LogEntry.objects.count() == 1


@pytest.mark.emulator
def test_a_page_that_writes_nothing_begins_no_transaction(client, boss, create_cat):
    with meter() as counts:
        client.get(f"{USERS}{create_cat().pk}/change/")
        before = counts.rpcs["BeginTransaction"]
        client.get(f"{USERS}{boss.pk}/change/")
    assert counts.rpcs["BeginTransaction"] == before


def test_deletion_says_what_happens(client, staff, create_cat, create_purr):
    purr = create_purr(create_cat())
    assert "replies to it stay" in client.get(reverse("admin:purr_purr_delete", args=[purr.pk])).text
    selected = {"action": "delete_selected", "_selected_action": purr.pk}
    assert "replies to them stay" in client.post(PURRS, selected).text
