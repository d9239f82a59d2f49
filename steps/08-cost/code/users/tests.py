from concurrent.futures import ThreadPoolExecutor

from django.db import IntegrityError, connection
from django.urls import reverse
from strict_datastore.meter import meter
from strict_datastore.testing import TestCase, TransactionTestCase

from .models import EMAIL_TAKEN, EmailClaim, User

PASSWORD = "nine-lives"


def create_cat(name="Luna", password=None, **fields):
    """A user; one who need not log in by a password goes without, because hashing takes its time."""
    return User.objects.create_user(f"{name.lower()}@example.com", password, display_name=name, **fields)


class EmailTests(TestCase):
    def test_address_is_unique(self):
        """A second account with the address is refused, and leaves nothing behind."""
        create_cat()
        with self.assertRaises(IntegrityError):
            create_cat()
        self.assertEqual(len(User.objects.all()), 1)


class ConcurrencyTests(TransactionTestCase):
    def sign_up_at_once(self, addresses):
        """Return how many get in, and how many transactions that took."""

        def sign_up(address):
            try:
                User.objects.create_user(address, display_name="Luna")
            except IntegrityError:
                return False
            finally:
                connection.close()
            return True

        with meter(everywhere=True) as counts, ThreadPoolExecutor(len(addresses)) as cats:
            got_in = sum(cats.map(sign_up, addresses))
        return got_in, counts.rpcs["BeginTransaction"]

    def test_different_addresses_do_not_wait(self):
        """Twenty cats at once: all get in, and none has to try again."""
        addresses = [f"cat{number}@example.com" for number in range(20)]
        self.assertEqual(self.sign_up_at_once(addresses), (20, 20))

    def test_the_same_address_once(self):
        got_in, _transactions = self.sign_up_at_once(["cat@example.com"] * 20)
        self.assertEqual(got_in, 1)


class SignUpTests(TestCase):
    def sign_up(self, **changes):
        data = {
            "email": "luna@example.com",
            "display_name": "Luna",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }
        return self.client.post(reverse("sign_up"), data | changes)

    def test_signing_up_logs_in(self):
        self.assertRedirects(self.sign_up(), reverse("home"))
        self.assertEqual(self.client.get(reverse("home")).context["user"].display_name, "Luna")

    def test_taken_address_is_a_form_error(self):
        create_cat()
        response = self.sign_up(email="LUNA@example.com")
        self.assertFormError(response.context["form"], "email", EMAIL_TAKEN)

    def test_taken_claim_is_a_form_error(self):
        """Of two who sign up at once, the second is told so, though the form found the address free."""
        EmailClaim.objects.take(User(email="luna@example.com"))
        response = self.sign_up()
        self.assertFormError(response.context["form"], "email", EMAIL_TAKEN)

    def test_name_is_one_line(self):
        response = self.sign_up(display_name="Lu\nna")
        self.assertIn("display_name", response.context["form"].errors)


class LogInTests(TestCase):
    def log_in(self, email="luna@example.com", password=PASSWORD):
        return self.client.post(reverse("log_in"), {"username": email, "password": password})

    def test_log_in_by_email(self):
        create_cat(password=PASSWORD)
        self.assertRedirects(self.log_in("Luna@example.com"), reverse("home"))

    def test_failures_look_the_same(self):
        """A wrong password does not tell that the account exists."""
        create_cat(password=PASSWORD)
        wrong_password = self.log_in(password="wrong").context["form"].errors
        self.assertEqual(wrong_password, self.log_in("nobody@example.com").context["form"].errors)

    def test_log_out_by_post_only(self):
        self.client.force_login(create_cat())
        self.assertEqual(self.client.get(reverse("log_out")).status_code, 405)
        self.assertRedirects(self.client.post(reverse("log_out")), reverse("home"))
        self.assertFalse(self.client.get(reverse("home")).context["user"].is_authenticated)


class CatsTests(TestCase):
    def test_address_is_shown_to_nobody(self):
        user = create_cat()
        for url in (reverse("cats"), user.get_absolute_url()):
            self.assertContains(self.client.get(url), "Luna")
            self.assertNotContains(self.client.get(url), user.email)


class AvatarTests(TestCase):
    def test_kept_by_browsers(self):
        response = self.client.get(User().avatar_url)
        self.assertEqual(response["Content-Type"], "image/webp")
        self.assertIn("immutable", response["Cache-Control"])

    def test_made_up_url_is_not_found(self):
        """Nobody can make the server draw cats for users who do not exist."""
        url = User().avatar_url[:-6] + "x.webp"
        self.assertEqual(self.client.get(url).status_code, 404)


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
