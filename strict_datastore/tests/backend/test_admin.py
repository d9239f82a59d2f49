"""strict_datastore.admin.ModelAdmin, on models with a foreign key and rows that share a value."""

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from strict_datastore.meter import meter

from .admin_urls import site
from .models import Author, Book

pytestmark = [pytest.mark.emulator, pytest.mark.django_db, pytest.mark.urls("backend.admin_urls")]

BOOKS = "/admin/backend/book/"


@pytest.fixture(autouse=True)
def root(client):
    ContentType.objects.get_for_models(Author, Book)
    client.force_login(User.objects.create_superuser("root"))


@pytest.fixture
def books():
    authors = [Author.objects.create(name=name) for name in ("Ada", "Alan", "Grace")]
    return [
        Book.objects.create(author=author, title=f"Book {number}", pages=number % 2)
        for number, author in enumerate(authors * 2)
    ]


def rows(response):
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def test_rows_that_share_a_value_keep_one_order(client, books):
    """That of the key, upwards, whichever way the column sorts; no page shows a row twice."""
    for column in ("3", "-3"):  # the first is the box to select the row
        found = rows(client.get(f"{BOOKS}?o={column}"))
        for pages in (0, 1):
            keys = [book.pk for book in found if book.pages == pages]
            assert keys == sorted(keys)


def test_the_authors_of_a_list_cost_one_request(client, books):
    with meter() as counts:
        page = client.get(BOOKS)
    assert [call.kind for call in counts.calls if call.kind == "backend_author"] == ["backend_author"]
    assert page.text.count("Grace") == 2


def test_a_foreign_key_is_entered_by_key(client, books):
    with meter() as counts:
        page = client.get(f"{BOOKS}add/")
    assert 'class="vForeignKeyRawIdAdminField"' in page.text
    assert not [call for call in counts.calls if call.kind == "backend_author"]


def test_the_row_is_chosen_in_a_window_of_its_own(client, books):
    page = client.get("/admin/backend/author/?_to_field=id&_popup=1")
    assert [author.name for author in rows(page)] == ["Ada", "Alan", "Grace"]


def test_a_row_with_a_foreign_key_is_saved(client, books):
    author = Author.objects.get(name="Grace")
    client.post(f"{BOOKS}add/", {"title": "New", "author": author.pk, "pages": 1})
    assert Book.objects.get(title="New").author == author


def test_a_key_of_no_row_is_an_error_of_the_form(client, books):
    page = client.post(f"{BOOKS}add/", {"title": "New", "author": 1, "pages": 1})
    assert "That choice is not one of the available choices" in page.text


def test_suggestions_begin_with_what_is_typed(client, books):
    query = {"app_label": "backend", "model_name": "book", "field_name": "author", "term": "A"}
    answer = client.get("/suggesting/autocomplete/", query).json()
    assert [each["text"] for each in answer["results"]] == ["Ada", "Alan"]
    assert answer["pagination"] == {"more": False}


def test_a_row_is_deleted_with_those_that_hang_on_it(client, books):
    author = Author.objects.get(name="Ada")
    path = f"/admin/backend/author/{author.pk}/delete/"
    assert "Book 0" in client.get(path).text
    client.post(path, {"post": "yes"})
    assert Book.objects.count() == 4


def test_selected_rows_are_deleted(client, books):
    selected = {
        "action": "delete_selected",
        "_selected_action": [book.pk for book in books[:2]],
        "post": "yes",
    }
    client.post(BOOKS, selected)
    assert Book.objects.count() == 4


def test_whoever_lost_their_rights_since_the_request_began_saves_nothing(client):
    request = client.get(BOOKS).wsgi_request
    request.method = "POST"
    User.objects.update(is_staff=False)
    books = site.get_model_admin(Book)
    answer = books.in_one_transaction(request, lambda request: pytest.fail("the view was run"))
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={BOOKS}")


def test_the_view_finds_the_rights_that_its_user_has_in_the_transaction(client):
    request = client.get(BOOKS).wsgi_request
    request.method = "POST"
    User.objects.update(is_superuser=False)
    books = site.get_model_admin(Book)
    assert not books.in_one_transaction(request, books.has_add_permission)


def test_an_empty_list(client):
    page = client.get(BOOKS)
    assert rows(page) == []
    assert "0 books on this page" in page.text
