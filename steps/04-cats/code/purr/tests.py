from django.test import TestCase
from django.urls import reverse

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


class TimelineTests(TestCase):
    def test_newest_first(self):
        older, newer = (Purr.objects.create(author=create_cat(name), text=name) for name in ("Luna", "Mochi"))
        self.assertEqual(list(Purr.objects.newest_first()), [newer, older])

    def test_nobody_has_purred(self):
        self.assertContains(self.client.get(reverse("home")), "Not a purr yet")
