from datetime import UTC, datetime

from django.urls import reverse
from strict_datastore.testing import TestCase

from users.models import User
from users.tests import create_cat

from . import timeline
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


class PurrTests(TestCase):
    def test_positions_sort_as_times_do(self):
        """The position is the time as text of fixed length, then the key."""
        author = User()
        earlier = Purr(author=author, posted=datetime(1999, 12, 31, tzinfo=UTC))
        later = Purr(author=author, posted=datetime(2030, 1, 1, tzinfo=UTC))
        self.assertLess(earlier.draw_position(), later.draw_position())


class TimelineTests(TestCase):
    def setUp(self):
        self.cat = create_cat()

    def create_purr(self, text="Purr", **fields):
        return Purr.objects.create(author=self.cat, text=text, **fields)

    def test_newest_thread_first_with_its_replies(self):
        older, newer = self.create_purr("Older"), self.create_purr("Newer")
        first, second = self.create_purr(thread=older), self.create_purr(thread=older)
        page = timeline.read()
        self.assertEqual(page.rows, [newer, older])
        self.assertEqual([thread.shown_replies for thread in page.rows], [[], [first, second]])

    def test_equal_times_lose_nothing(self):
        """Purrs of one microsecond follow each other by their keys, over the edge of a page too."""
        now = datetime.now(UTC)
        purrs = {self.create_purr(posted=now).pk for _ in range(21)}
        first = self.client.get(reverse("home")).context["page"]
        second = self.client.get(reverse("home") + first.next).context["page"]
        self.assertEqual({purr.pk for purr in first.rows + second.rows}, purrs)

    def test_nobody_has_purred(self):
        self.assertContains(self.client.get(reverse("home")), "Not a purr yet")

    def test_strangers_see_the_page_of_a_minute_ago(self):
        self.client.get(reverse("home"))
        self.create_purr("Meow")
        self.assertNotContains(self.client.get(reverse("home")), "Meow")

    def test_members_see_the_page_of_now(self):
        self.client.get(reverse("home"))
        self.create_purr("Meow")
        self.client.force_login(self.cat)
        self.assertContains(self.client.get(reverse("home")), "Meow")


class AdminTests(TestCase):
    def test_list_names_the_authors(self):
        self.client.force_login(create_cat("Staff", is_staff=True))
        Purr.objects.create(author=create_cat("Luna"), text="Purr")
        self.assertContains(self.client.get(reverse("admin:purr_purr_changelist")), "Luna")
