from io import BytesIO
from unittest.mock import patch

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from strict_datastore.testing import TestCase

from . import throttle
from .models import EMAIL_TAKEN, EmailClaim, User

PASSWORD = "nine-lives"


def create_cat(name="Luna", password=None, **fields):
    """A user; one who need not log in by a password goes without, because hashing takes its time."""
    return User.objects.create_user(f"{name.lower()}@example.com", password, display_name=name, **fields)


class EmailTests(TestCase):
    def test_address_is_lower_cased(self):
        """One mailbox is one account, however it is written."""
        user = User.objects.create_user("Luna@Example.COM", display_name="Luna")
        self.assertEqual(user.email, "luna@example.com")

    def test_address_is_unique(self):
        """A second account with the address is refused, and leaves nothing behind."""
        create_cat()
        with self.assertRaises(IntegrityError):
            create_cat()
        self.assertEqual(len(User.objects.all()), 1)

    def test_deactivated_user_frees_the_address(self):
        """Who left may come back as another cat."""
        create_cat()
        User.objects.deactivate(User.objects.get())
        self.assertTrue(create_cat().is_active)


class PermissionTests(TestCase):
    def test_superuser_may_do_everything(self):
        user = User(is_superuser=True)
        self.assertTrue(user.has_perm("users.change_user"))

    def test_staff_may_delete_purrs(self):
        user = User(is_staff=True)
        self.assertTrue(user.has_perm("purr.delete_purr"))

    def test_staff_may_not_change_users(self):
        user = User(is_staff=True)
        self.assertFalse(user.has_perm("users.change_user"))

    def test_deactivated_superuser_may_do_nothing(self):
        user = User(is_superuser=True, is_active=False)
        self.assertFalse(user.has_module_perms("purr"))


class SignUpTests(TestCase):
    def sign_up(self, query="", **changes):
        data = {
            "email": "luna@example.com",
            "display_name": "Luna",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }
        return self.client.post(reverse("sign_up") + query, data | changes)

    def test_signing_up_logs_in(self):
        self.assertRedirects(self.sign_up(), reverse("home"))
        self.assertEqual(self.client.get(reverse("home")).context["user"].name, "Luna")

    def test_member_is_sent_home(self):
        self.client.force_login(create_cat())
        self.assertRedirects(self.client.get(reverse("sign_up")), reverse("home"))

    def test_way_from_log_in_keeps_the_next_page(self):
        response = self.client.get(reverse("log_in"), {"next": reverse("post")})
        query = "?next=%2Fpurrs%2Fnew%2F"
        self.assertContains(response, reverse("sign_up") + query)
        self.assertRedirects(self.sign_up(query), reverse("post"))

    def test_next_page_is_on_this_site(self):
        self.assertRedirects(self.sign_up("?next=https://example.com/"), reverse("home"))

    def test_taken_address_is_a_form_error(self):
        create_cat()
        response = self.sign_up(email="LUNA@example.com")
        self.assertFormError(response.context["form"], "email", EMAIL_TAKEN)

    def test_taken_claim_is_a_form_error(self):
        """Of two who sign up at once, the second is told so, though the form found the address free."""
        EmailClaim.objects.take(User(email="luna@example.com"))
        response = self.sign_up()
        self.assertFormError(response.context["form"], "email", EMAIL_TAKEN)

    def test_weak_password_is_refused(self):
        response = self.sign_up(password1="12345678", password2="12345678")
        self.assertIn("password2", response.context["form"].errors)

    def test_name_is_one_line(self):
        response = self.sign_up(display_name="Lu\nna")
        self.assertIn("display_name", response.context["form"].errors)


class LogInTests(TestCase):
    def log_in(self, email="luna@example.com", password=PASSWORD, query=""):
        return self.client.post(reverse("log_in") + query, {"username": email, "password": password})

    def test_log_in_by_email(self):
        create_cat(password=PASSWORD)
        self.assertRedirects(self.log_in("Luna@example.com"), reverse("home"))

    def test_failures_look_the_same(self):
        """A wrong password does not tell that the account exists."""
        create_cat(password=PASSWORD)
        wrong_password = self.log_in(password="wrong").context["form"].errors
        self.assertEqual(wrong_password, self.log_in("nobody@example.com").context["form"].errors)

    def test_next_page_is_on_this_site(self):
        create_cat(password=PASSWORD)
        self.assertRedirects(self.log_in(query="?next=https://example.com/"), reverse("home"))

    def test_log_out_by_post_only(self):
        self.client.force_login(create_cat())
        self.assertEqual(self.client.get(reverse("log_out")).status_code, 405)
        self.assertRedirects(self.client.post(reverse("log_out")), reverse("home"))
        self.assertFalse(self.client.get(reverse("home")).context["user"].is_authenticated)


class SettingsTests(TestCase):
    def setUp(self):
        self.user = create_cat(password=PASSWORD)
        self.client.force_login(self.user)

    def test_stranger_is_sent_to_log_in(self):
        self.client.logout()
        self.assertRedirects(self.client.get(reverse("settings")), reverse("log_in") + "?next=/settings/")

    def test_new_name(self):
        self.client.post(reverse("settings"), {"display_name": "Selene"})
        self.user.refresh_from_db()
        self.assertEqual(self.user.name, "Selene")
        self.assertTrue(self.user.listing.startswith("selene "))

    def test_new_password_keeps_the_visitor_logged_in(self):
        data = {"old_password": PASSWORD, "new_password1": "cat-o-nine", "new_password2": "cat-o-nine"}
        self.assertRedirects(self.client.post(reverse("password"), data), reverse("settings"))

    def test_deleting_asks_first(self):
        self.client.get(reverse("delete_account"))
        self.user.refresh_from_db()
        self.assertTrue(self.user.is_active)

    def test_deleted_account_is_a_former_cat(self):
        self.assertRedirects(self.client.post(reverse("delete_account")), reverse("home"))
        response = self.client.get(self.user.get_absolute_url())
        self.assertContains(response, "a former cat")
        self.assertNotContains(response, "Luna")

    def test_deleted_account_cannot_log_in(self):
        self.client.post(reverse("delete_account"))
        self.assertFalse(self.client.login(email="luna@example.com", password=PASSWORD))


class CatsTests(TestCase):
    def test_alphabetical(self):
        for name in ("pixel", "Luna", "Olive"):
            create_cat(name)
        page = self.client.get(reverse("cats")).context["page"]
        self.assertEqual([cat.name for cat in page.rows], ["Luna", "Olive", "pixel"])

    def test_former_cats_are_not_listed(self):
        create_cat(is_active=False)
        self.assertContains(self.client.get(reverse("cats")), "No cats yet")

    def test_next_page_begins_after_this_one(self):
        for number in range(21):
            create_cat(f"Cat{number:02}")
        first = self.client.get(reverse("cats")).context["page"]
        second = self.client.get(reverse("cats") + first.next).context["page"]
        self.assertEqual([cat.name for cat in second.rows], ["Cat20"])
        back = self.client.get(reverse("cats") + second.previous).context["page"]
        self.assertEqual(back.rows, first.rows)

    def test_address_is_shown_to_nobody(self):
        user = create_cat()
        for url in (reverse("cats"), user.get_absolute_url()):
            self.assertNotContains(self.client.get(url), user.email)


class AvatarTests(TestCase):
    def setUp(self):
        self.url = User().avatar_url

    def test_small_webp(self):
        response = self.client.get(self.url)
        self.assertEqual(Image.open(BytesIO(response.content)).size, (128, 128))
        self.assertLessEqual(len(response.content), 10_000)

    def test_kept_by_browsers(self):
        response = self.client.get(self.url)
        self.assertIn("immutable", response["Cache-Control"])
        again = self.client.get(self.url, headers={"If-None-Match": response["ETag"]})
        self.assertEqual(again.status_code, 304)

    def test_made_up_url_is_not_found(self):
        """Nobody can make the server draw cats for users who do not exist."""
        url = self.url[:-6] + "x.webp"
        self.assertEqual(self.client.get(url).status_code, 404)


class ThrottleTests(TestCase):
    def setUp(self):
        # The clock stands still: attempts before and after the full ten minutes are counted apart.
        self.now = timezone.now()
        self.enterContext(patch("users.throttle.timezone.now", lambda: self.now))

    def log_in(self, email="luna@example.com", password=PASSWORD):
        return self.client.post(reverse("log_in"), {"username": email, "password": password})

    def test_after_ten_failures_even_the_right_password_has_to_wait(self):
        create_cat("Luna", PASSWORD)
        for _ in range(throttle.MOST_FOR_AN_ACCOUNT):
            self.assertEqual(self.log_in(password="wrong").status_code, 200)
        self.assertContains(self.log_in(), throttle.TOO_MANY, status_code=429)

    def test_another_account_is_free(self):
        create_cat("Mochi", PASSWORD)
        for _ in range(throttle.MOST_FOR_AN_ACCOUNT):
            self.log_in(password="wrong")
        self.assertEqual(self.log_in("mochi@example.com").status_code, 302)

    def test_ten_minutes_later_it_is_open_again(self):
        create_cat("Luna", PASSWORD)
        for _ in range(throttle.MOST_FOR_AN_ACCOUNT):
            self.log_in(password="wrong")
        self.now += throttle.WINDOW
        self.assertEqual(self.log_in().status_code, 302)


class AdminTests(TestCase):
    def setUp(self):
        # The admin's log refers to it. Elsewhere `migrate` makes it; a test on Datastore begins with nothing.
        ContentType.objects.get_for_model(User)
        self.client.force_login(create_cat("Boss", is_staff=True, is_superuser=True))

    def change(self, user, **changes):
        data = {"email": user.email, "display_name": user.display_name, "is_active": "on"}
        return self.client.post(reverse("admin:users_user_change", args=[user.pk]), data | changes)

    def test_pages_open(self):
        for name in ("index", "users_user_changelist", "users_user_add", "purr_purr_changelist"):
            self.assertEqual(self.client.get(reverse(f"admin:{name}")).status_code, 200, name)

    def test_add(self):
        data = {
            "email": "new@example.com",
            "display_name": "New",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }
        self.client.post(reverse("admin:users_user_add"), data)
        self.assertTrue(self.client.login(email="new@example.com", password=PASSWORD))

    def test_new_address_moves_the_claim(self):
        user = create_cat()
        self.change(user, email="selene@example.com")
        with self.assertRaises(IntegrityError):
            create_cat("Selene")
        create_cat("Luna", PASSWORD)

    def test_taken_address_is_a_form_error(self):
        response = self.change(create_cat(), email="boss@example.com")
        self.assertContains(response, EMAIL_TAKEN)

    def test_nobody_takes_their_own_rights_away(self):
        boss = User.objects.get(email="boss@example.com")
        self.change(boss, display_name="Chief", is_active="", is_staff="", is_superuser="")
        boss.refresh_from_db()
        self.assertEqual((boss.display_name, boss.is_superuser), ("Chief", True))

    def test_users_are_not_deleted(self):
        user = create_cat()
        response = self.client.post(reverse("admin:users_user_delete", args=[user.pk]), {"post": "yes"})
        self.assertEqual(response.status_code, 403)

    def test_staff_may_look_but_not_change(self):
        user = create_cat()
        self.client.force_login(create_cat("Staff", is_staff=True))
        response = self.client.get(reverse("admin:users_user_change", args=[user.pk]))
        self.assertContains(response, user.email)
        self.assertEqual(self.change(user).status_code, 403)
