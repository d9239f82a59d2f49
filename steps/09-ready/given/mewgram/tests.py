from unittest.mock import patch

from django.db import OperationalError
from django.templatetags.static import static
from django.urls import reverse
from strict_datastore.testing import TestCase


class HealthTests(TestCase):
    def test_any_host_may_ask(self):
        response = self.client.get("/health/", headers={"Host": "10.0.0.1"})
        self.assertEqual((response.status_code, response.content), (200, b"ok\n"))


class FaviconTests(TestCase):
    def test_pages_that_name_none_get_ours(self):
        response = self.client.get("/favicon.ico")
        self.assertRedirects(response, static("cat.svg"), fetch_redirect_response=False)


class ErrorPageTests(TestCase):
    def test_not_found(self):
        response = self.client.get("/nothing/")
        self.assertContains(response, "Nothing here", status_code=404)

    def test_host_that_is_not_ours(self):
        response = self.client.get("/", headers={"Host": "example.com"})
        self.assertContains(response, "Meow?", status_code=400)

    def test_form_without_token(self):
        client = self.client_class(enforce_csrf_checks=True)
        self.assertContains(client.post(reverse("sign_up")), "out of date", status_code=403)

    def test_view_that_fails(self):
        self.client.raise_request_exception = False
        with patch("purr.timeline.read", side_effect=ValueError):
            self.assertContains(self.client.get("/?before=x"), "Something fell over", status_code=500)

    def test_database_that_fails(self):
        self.client.raise_request_exception = False
        with patch("purr.timeline.read", side_effect=OperationalError):
            self.assertContains(self.client.get("/?before=x"), "asleep", status_code=503)


class PagingTests(TestCase):
    def test_page_that_cannot_be(self):
        for value in ("a\x00b", "x" * 301):
            self.assertEqual(self.client.get("/", {"before": value}).status_code, 404)

    def test_nonsense_is_compared_as_text(self):
        self.assertEqual(self.client.get("/", {"before": "🐈 or 1=1 --"}).status_code, 200)
