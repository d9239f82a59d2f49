from django.test import SimpleTestCase
from django.urls import reverse


class HomeTests(SimpleTestCase):
    def test_what_the_cats_say(self):
        response = self.client.get(reverse("home"))
        self.assertContains(response, "Hello, cats!")
