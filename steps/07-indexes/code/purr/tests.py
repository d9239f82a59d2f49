from django.urls import reverse
from strict_datastore.testing import TestCase

from users.tests import create_cat

from .forms import PurrForm
from .models import Purr


class PostTests(TestCase):
    def test_own_purr_is_seen_at_once(self):
        self.client.force_login(create_cat())
        response = self.client.post(reverse("post"), {"text": "Meow"})
        self.assertRedirects(response, reverse("home"))
        self.assertContains(self.client.get(reverse("home")), "Meow")

    def test_purr_of_two_lines(self):
        """A browser sends a line break as two characters."""
        self.client.force_login(create_cat())
        self.client.post(reverse("post"), {"text": "Meow\r\nMeow"})
        self.assertEqual(Purr.objects.get().text, "Meow\nMeow")

    def test_140_emoji_fit(self):
        """What counts are characters, not bytes, and of a line break one."""
        self.assertTrue(PurrForm({"text": "🐈" * 138 + "\r\n🐈"}).is_valid())
        self.assertFalse(PurrForm({"text": "🐈" * 141}).is_valid())

    def test_stranger_is_sent_to_log_in(self):
        response = self.client.post(reverse("post"), {"text": "Meow"})
        self.assertRedirects(response, reverse("log_in") + "?next=/purrs/new/")
        self.assertFalse(Purr.objects.exists())


class ReplyTests(TestCase):
    def setUp(self):
        self.cat = create_cat()
        self.thread = Purr.objects.create(author=self.cat, text="Purr")

    def test_reply_stands_in_its_thread(self):
        self.client.force_login(self.cat)
        response = self.client.post(reverse("reply", args=[self.thread.pk]), {"text": "Hello"})
        self.assertRedirects(response, self.thread.get_absolute_url())
        self.assertContains(self.client.get(self.thread.get_absolute_url()), "Hello")
        self.assertContains(self.client.get(reverse("home")), "Hello")

    def test_no_reply_to_a_reply(self):
        reply = Purr.objects.create(author=self.cat, text="Hello", thread=self.thread)
        self.client.force_login(self.cat)
        self.assertEqual(self.client.get(reverse("reply", args=[reply.pk])).status_code, 404)


class TimelineTests(TestCase):
    def test_newest_first(self):
        older, newer = (Purr.objects.create(author=create_cat(name), text=name) for name in ("Luna", "Mochi"))
        self.assertEqual(list(Purr.objects.newest_first()), [newer, older])

    def test_nobody_has_purred(self):
        self.assertContains(self.client.get(reverse("home")), "Not a purr yet")


class AdminTests(TestCase):
    def test_list_names_the_authors(self):
        self.client.force_login(create_cat("Staff", is_staff=True))
        Purr.objects.create(author=create_cat("Luna"), text="Purr")
        self.assertContains(self.client.get(reverse("admin:purr_purr_changelist")), "Luna")
