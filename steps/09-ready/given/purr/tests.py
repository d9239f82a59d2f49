import uuid
from datetime import UTC, datetime

from django.urls import reverse
from strict_datastore.testing import TestCase

from users.models import User
from users.tests import create_cat

from . import timeline
from .forms import PurrForm
from .models import Purr


def create_purr(author, text="Purr", thread=None, **fields):
    return Purr.objects.create(author=author, text=text, thread=thread, **fields)


class PurrTests(TestCase):
    def test_positions_sort_as_times_do(self):
        """The position is the time as text of fixed length, then the key."""
        author = User()
        earlier = Purr(author=author, posted=datetime(1999, 12, 31, tzinfo=UTC))
        later = Purr(author=author, posted=datetime(2030, 1, 1, tzinfo=UTC))
        self.assertLess(earlier.draw_position(), later.draw_position())

    def test_erased_purr_leaves_a_tombstone(self):
        purr = create_purr(create_cat())
        purr.erase()
        purr.refresh_from_db()
        self.assertEqual((purr.text, purr.deleted), ("", True))


class FormTests(TestCase):
    def errors(self, text, key=None):
        return PurrForm({"text": text, "key": key or uuid.uuid4()}).errors

    def test_140_emoji_fit(self):
        """What counts are code points, not bytes."""
        self.assertFalse(self.errors("🐈" * 140))
        self.assertIn("text", self.errors("🐈" * 141))

    def test_line_break_counts_as_one(self):
        self.assertFalse(self.errors("a\r\n" * 69 + "a"))

    def test_blank_purr_is_refused(self):
        self.assertIn("text", self.errors(" \n "))

    def test_character_that_cannot_be_shown_is_refused(self):
        for character in ("\x00", "\x1b", "\ud800", "\ufffe"):
            self.assertIn("text", self.errors(f"Me{character}ow"), ascii(character))

    def test_key_is_a_uuid(self):
        self.assertIn("key", self.errors("Meow", key="nonsense"))


class PostTests(TestCase):
    def setUp(self):
        self.cat = create_cat()
        self.client.force_login(self.cat)
        self.key = uuid.uuid4()

    def post(self, text="Meow", **changes):
        return self.client.post(reverse("post"), {"text": text, "key": self.key} | changes)

    def test_own_purr_is_seen_at_once(self):
        self.assertRedirects(self.post(), reverse("home"), fetch_redirect_response=False)
        self.assertContains(self.client.get(reverse("home")), "Meow")

    def test_double_click_posts_once(self):
        self.post()
        self.assertRedirects(self.post(), reverse("home"))
        self.assertEqual(len(Purr.objects.all()), 1)

    def test_used_form_with_another_text_asks_again(self):
        """Who goes back to a form and writes something else does not lose it."""
        self.post("First")
        response = self.post("Second")
        self.assertContains(response, "used before")
        self.post("Second", key=response.context["form"]["key"].value())
        self.assertEqual({purr.text for purr in Purr.objects.all()}, {"First", "Second"})

    def test_key_of_another_author_is_a_form_error(self):
        self.post()
        self.client.force_login(create_cat("Mochi"))
        response = self.post()
        self.assertContains(response, "used before")
        self.assertNotEqual(response.context["form"]["key"].value(), self.key)

    def test_stranger_is_sent_to_log_in(self):
        self.client.logout()
        self.assertRedirects(self.post(), reverse("log_in") + "?next=/purrs/new/")
        self.assertFalse(Purr.objects.all())

    def test_reply_stands_in_its_thread(self):
        thread = create_purr(create_cat("Mochi"))
        url = reverse("reply", args=[thread.pk])
        response = self.client.post(url, {"text": "Hello", "key": self.key}, follow=True)
        self.assertEqual(response.context["thread"], thread)
        self.assertEqual([reply.text for reply in response.context["page"].rows], ["Hello"])

    def test_own_reply_is_the_last_of_its_thread(self):
        """Behind it there is no page, whatever number of replies came before."""
        thread = create_purr(self.cat)
        for _ in range(25):
            create_purr(self.cat, thread=thread)
        url = reverse("reply", args=[thread.pk])
        response = self.client.post(url, {"text": "Hello", "key": self.key}, follow=True)
        self.assertEqual(response.context["page"].rows[-1].text, "Hello")
        self.assertNotContains(response, "Later replies")

    def test_no_reply_to_a_reply(self):
        reply = create_purr(self.cat, thread=create_purr(self.cat))
        self.assertEqual(self.client.get(reverse("reply", args=[reply.pk])).status_code, 404)


class DeleteTests(TestCase):
    def setUp(self):
        self.cat = create_cat()
        self.purr = create_purr(self.cat, "Secret")
        self.url = reverse("delete_purr", args=[self.purr.pk])

    def test_deleting_asks_first(self):
        self.client.force_login(self.cat)
        self.assertContains(self.client.get(self.url), "Delete this purr?")
        self.assertFalse(Purr.objects.get().deleted)

    def test_deleted_once(self):
        self.client.force_login(self.cat)
        self.client.post(self.url)
        self.assertRedirects(self.client.get(self.url), self.purr.get_absolute_url())

    def test_replies_stay(self):
        create_purr(self.cat, "Still here", thread=self.purr)
        self.client.force_login(self.cat)
        response = self.client.post(self.url, follow=True)
        self.assertContains(response, "This purr was deleted")
        self.assertContains(response, "Still here")
        self.assertNotContains(response, "Secret")

    def test_only_its_author(self):
        self.client.force_login(create_cat("Mochi"))
        self.assertEqual(self.client.post(self.url).status_code, 403)
        self.assertFalse(Purr.objects.get().deleted)


class TimelineTests(TestCase):
    def setUp(self):
        self.cat = create_cat()

    def test_newest_thread_first_with_its_replies(self):
        older = create_purr(self.cat, "Older")
        newer = create_purr(self.cat, "Newer")
        first, second = create_purr(self.cat, thread=older), create_purr(self.cat, thread=older)
        page = timeline.read()
        self.assertEqual(page.rows, [newer, older])
        self.assertEqual([thread.shown_replies for thread in page.rows], [[], [first, second]])

    def test_equal_times_lose_nothing(self):
        """Purrs of one microsecond follow each other by their keys, over the edge of a page too."""
        now = datetime.now(UTC)
        purrs = {create_purr(self.cat, posted=now).pk for _ in range(21)}
        first = self.client.get(reverse("home")).context["page"]
        second = self.client.get(reverse("home") + first.next).context["page"]
        self.assertEqual({purr.pk for purr in first.rows + second.rows}, purrs)
        back = self.client.get(reverse("home") + second.previous).context["page"]
        self.assertEqual(back.rows, first.rows)

    def test_page_after_the_last(self):
        """Where a page was full nobody knew whether one follows: an empty one says so and leads back."""
        for _ in range(20):
            create_purr(self.cat)
        page = self.client.get(reverse("home")).context["page"]
        self.assertContains(self.client.get(reverse("home") + page.next), "end of the timeline")

    def test_page_before_the_first(self):
        """Where the first page is full nobody walking back knows that it is the first."""
        for _ in range(20):
            create_purr(self.cat)
        first = self.client.get(reverse("home")).context["page"]
        newest = first.rows[0].position
        self.assertRedirects(self.client.get(reverse("home"), {"after": newest}), reverse("home"))

    def test_thread_that_may_be_cut_links_to_its_page(self):
        thread = create_purr(self.cat)
        for _ in range(timeline.MOST_REPLIES):
            create_purr(self.cat, thread=thread)
        self.assertContains(self.client.get(reverse("home")), "The whole thread")

    def test_nobody_has_purred(self):
        self.assertContains(self.client.get(reverse("home")), "Not a purr yet")

    def test_strangers_see_the_page_of_a_minute_ago(self):
        self.client.get(reverse("home"))
        create_purr(self.cat, "Meow")
        self.assertNotContains(self.client.get(reverse("home")), "Meow")

    def test_members_see_the_page_of_now(self):
        self.client.get(reverse("home"))
        create_purr(self.cat, "Meow")
        self.client.force_login(self.cat)
        self.assertContains(self.client.get(reverse("home")), "Meow")

    def test_author_whom_the_database_lost(self):
        timeline.attach_authors([purr := Purr(author_id=uuid.uuid4())])
        self.assertEqual(purr.author.name, "a former cat")


class ThreadTests(TestCase):
    def setUp(self):
        self.cat = create_cat()
        self.thread = create_purr(self.cat, "Thread")

    def test_pages(self):
        replies = [create_purr(self.cat, thread=self.thread) for _ in range(21)]
        first = self.client.get(self.thread.get_absolute_url()).context["page"]
        second = self.client.get(self.thread.get_absolute_url() + first.next).context["page"]
        self.assertEqual(first.rows + second.rows, replies)

    def test_reply_leads_to_its_place_in_the_thread(self):
        replies = [create_purr(self.cat, thread=self.thread) for _ in range(25)]
        response = self.client.get(replies[22].get_absolute_url(), follow=True)
        self.assertEqual(response.context["thread"], self.thread)
        self.assertEqual(response.context["page"].rows[-1], replies[22])

    def test_reply_whose_thread_is_gone(self):
        reply = create_purr(self.cat, "Lost", thread=self.thread)
        Purr.objects.filter(pk=self.thread.pk).delete()
        response = self.client.get(reply.get_absolute_url())
        self.assertContains(response, "is gone")
        self.assertContains(response, "Lost")


class ProfileTests(TestCase):
    def test_threads_and_replies_of_one_cat(self):
        luna, mochi = create_cat("Luna"), create_cat("Mochi")
        thread = create_purr(luna)
        create_purr(mochi, thread=thread)
        reply = create_purr(luna, thread=thread)
        page = self.client.get(luna.get_absolute_url()).context["page"]
        self.assertEqual(page.rows, [reply, thread])

    def test_newer_and_older(self):
        cat = create_cat()
        for _ in range(21):
            create_purr(cat)
        first = self.client.get(cat.get_absolute_url()).context["page"]
        second = self.client.get(cat.get_absolute_url() + first.next).context["page"]
        back = self.client.get(cat.get_absolute_url() + second.previous).context["page"]
        self.assertEqual(back.rows, first.rows)


class AdminTests(TestCase):
    def test_list_names_the_authors(self):
        self.client.force_login(create_cat("Staff", is_staff=True))
        create_purr(create_cat("Luna"))
        self.assertContains(self.client.get(reverse("admin:purr_purr_changelist")), "Luna")

    def test_staff_delete_purrs(self):
        """As their authors do: the text goes, the purr stays for its replies."""
        self.client.force_login(create_cat("Staff", is_staff=True))
        purr = create_purr(create_cat())
        self.client.post(reverse("admin:purr_purr_delete", args=[purr.pk]), {"post": "yes"})
        purr.refresh_from_db()
        self.assertEqual((purr.text, purr.deleted), ("", True))
