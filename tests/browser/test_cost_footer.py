"""The note of what a page cost, which DEBUG puts at its foot: each page is checked with it too."""

import pytest
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.emulator, pytest.mark.django_db]


@pytest.fixture
def live_server(settings):
    """A server of its own: middleware that is for DEBUG alone asks for it when the server starts."""
    settings.DEBUG = True
    server = LiveServer("127.0.0.1")
    yield server
    server.stop()


def test_the_foot_of_the_home_page_tells_what_it_cost(visitor):
    visitor.go("/")
    assert visitor.sees("such views cost $")
