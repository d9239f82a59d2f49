"""Step 7 is done when each page has its index, and Luna can look after the purrs in the admin."""

from workshop.checking import (
    attribute,
    fail,
    field,
    installed,
    migrations_made,
    needed_indexes,
    project,
    system_checks,
    text_of,
)


def cat(name="Luna", **fields):
    user = attribute("users.models", "User", "It comes in step 2.")
    return user.objects.create_user(f"{name.lower()}@example.com", display_name=name, **fields)


def purr_of(author):
    purr = attribute("purr.models", "Purr", "It comes in step 3.")
    return purr.objects.create(author=author, text="Meow with an index")


def test_index_yaml_is_there():
    text_of("index.yaml", "It is given: workshop start 7 lays it down.")


def test_the_timeline_has_its_index(visitor):
    needed_indexes(visitor.opens, "/")


def test_the_page_of_a_thread_has_its_index(visitor):
    needed_indexes(visitor.opens, purr_of(cat()).get_absolute_url())


def test_the_page_of_a_cat_has_its_index(visitor):
    needed_indexes(visitor.opens, cat().get_absolute_url())


def test_the_list_of_cats_has_its_index(visitor):
    needed_indexes(visitor.opens, "/cats/")


def test_the_admin_is_there():
    installed("django.contrib.admin")
    installed("django.contrib.messages")
    from django.urls import NoReverseMatch, reverse

    try:
        reverse("admin:index")
    except NoReverseMatch:
        fail('Give the admin its address in mewgram/urls.py: path("admin/", admin.site.urls),')


def test_staff_has_its_fields():
    user = attribute("users.models", "User", "It comes in step 2.")
    for name in ("is_staff", "is_superuser"):
        field(user, name, "Add it: models.BooleanField(default=False)")


def test_its_migration_is_made():
    migrations_made()


def test_the_system_checks_find_nothing():
    project()
    system_checks()


def test_staff_may_do_what_it_should():
    user = attribute("users.models", "User", "It comes in step 2.")
    for fields, permission, allowed in (
        ({"is_superuser": True}, "users.change_user", True),
        ({"is_staff": True}, "purr.delete_purr", True),
        ({"is_staff": True}, "users.change_user", False),
        ({}, "purr.delete_purr", False),
    ):
        if user(**fields).has_perm(permission) != allowed:
            who = "superusers" if "is_superuser" in fields else "staff" if fields else "other users"
            fail(
                f"{who.capitalize()} {'should' if allowed else 'should not'} have the permission"
                f" {permission}: look at has_perm in users/models.py."
            )


def test_the_admin_shows_the_purrs(visitor):
    from django.contrib import admin

    from purr.models import Purr

    if Purr not in admin.site._registry:
        fail("The admin does not know purrs yet: register them in purr/admin.py, with @admin.register(Purr)")
    purr_of(cat())
    visitor.log_in(cat("Staff", is_staff=True))
    needed_indexes(visitor.sees, "/admin/purr/purr/", "Meow with an index", "Look at purr/admin.py.")
