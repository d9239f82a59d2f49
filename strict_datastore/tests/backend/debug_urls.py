"""A page that asks Datastore in three ways, and django-debug-toolbar's own views."""

from contextlib import suppress

from django.db import DatabaseError
from django.http import HttpResponse
from django.urls import include, path

from .models import Book


def page(request):
    Book.objects.in_bulk([1, 2])
    with suppress(DatabaseError):  # the tests' emulator knows no index for this
        list(Book.objects.filter(title="<Notes>").order_by("-pages"))
    list(Book.objects.order_by("-title"))
    return HttpResponse("<html><body></body></html>")


urlpatterns = [path("", page), path("__debug__/", include("debug_toolbar.urls"))]
