"""Step 4: each cat has a picture, which browsers keep, and a page of its own."""

import unittest
from uuid import UUID

from workshop.checking import attribute, fail, project, text_of

# A key of somebody who is nowhere stored: the picture needs no row.
NOBODY = UUID(int=4)


def test_each_cat_has_an_address():
    text_of("users/avatars.py", "It is given: workshop next lays it down.")
    user = attribute("users.models", "User", "Write the class User.")
    if not hasattr(user.objects, "active"):
        fail("users/models.py: the class UserManager has no method active yet")
    for name in ("get_absolute_url", "avatar_url"):
        if not hasattr(user, name):
            fail(f"users/models.py: the class User has no {name} yet")
    addresses = {
        "cats": "Add the address of all cats to users/urls.py",
        "avatar": "Add the address of the picture to users/urls.py",
        "profile": "Add the address of the profile to purr/urls.py",
    }
    from django.urls import get_resolver

    for name, otherwise in addresses.items():
        if name not in get_resolver().reverse_dict:
            fail(otherwise)


def test_browsers_keep_the_pictures():
    project()
    from django.test import Client

    from users.models import User

    try:
        response = Client().get(User(pk=NOBODY).avatar_url)
    except TypeError as error:
        fail(f"users/views.py: avatar must take request, key and signature ({error})")
    if response.status_code != 200 or response["Content-Type"] != "image/webp":
        fail("users/views.py: avatar does not answer with a picture. Compare it with the lesson")
    if "immutable" not in response.get("Cache-Control", ""):
        fail("users/views.py: browsers may not keep the pictures. Write @cache_control above avatar")


def test_nobody_can_make_up_pictures():
    project()
    from django.test import Client

    from users.models import User

    if Client().get(User(pk=NOBODY).avatar_url.replace(".webp", "x.webp")).status_code != 404:
        fail(
            "users/views.py: avatar draws cats that nobody has signed."
            " Ask avatars.is_signed first, and raise Http404"
        )


def test_all_cats_are_shown(visitor):
    from users.models import User

    User.objects.create_user("luna@example.com", display_name="Luna")
    User.objects.create_user("gone@example.com", display_name="Gone", is_active=False)
    page = visitor.sees("/cats/", "Luna", "Look at cats in users/views.py")
    if "Gone" in page.text:
        fail("The page /cats/ shows cats that are not active: look at cats in users/views.py")


def test_a_cat_has_a_page_with_its_purrs(visitor):
    from purr.models import Purr
    from users.models import User

    luna, mochi = (
        User.objects.create_user(f"{name.lower()}@example.com", display_name=name)
        for name in ("Luna", "Mochi")
    )
    Purr.objects.create(author=luna, text="Is there cream?")
    Purr.objects.create(author=mochi, text="There is tuna.")
    page = visitor.sees(luna.get_absolute_url(), "Is there cream?", "Look at profile in purr/views.py")
    if "There is tuna." in page.text:
        fail(
            "The page of a cat shows the purrs of others: look at by in purr/models.py, and at profile in purr/views.py"
        )
    if visitor.client.get(f"/cats/{NOBODY}/").status_code != 404:
        fail("The page of a cat that does not exist is no 404: use get_object_or_404 in purr/views.py")


def test_the_pictures_are_tested(database):
    tests = attribute("users.tests", "AvatarTests", "Write the two tests of the pictures.")
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(tests).run(result)
    if not result.testsRun:
        fail("users/tests.py: AvatarTests has no tests. Their names begin with test_")
    if not result.wasSuccessful():
        fail("A test in users/tests.py fails. Read what it says: python manage.py test")
