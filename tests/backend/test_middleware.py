"""Server-Timing: on in DEBUG or by the environment, and nowhere else."""

import re

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from strict_datastore.middleware import ServerTimingMiddleware

from .models import Author


def view(request):
    Author.objects.create(name="Ada")
    return HttpResponse(list(Author.objects.all()))


@pytest.mark.emulator
@pytest.mark.django_db
def test_the_header_tells_what_the_response_cost(settings, rf):
    settings.DEBUG = True
    response = ServerTimingMiddleware(view)(rf.get("/"))
    assert re.fullmatch(
        r"total;dur=[\d.]+, datastore;dur=[\d.]+;"
        r'desc="3 RPCs, 1 reads, 1 writes, 0 deletes"',
        response["Server-Timing"],
    )


def test_it_is_off_outside_debug(settings):
    settings.DEBUG = False
    with pytest.raises(MiddlewareNotUsed):
        ServerTimingMiddleware(view)


def test_the_environment_turns_it_on(settings, monkeypatch):
    settings.DEBUG = False
    monkeypatch.setenv("SERVER_TIMING", "1")
    ServerTimingMiddleware(view)
