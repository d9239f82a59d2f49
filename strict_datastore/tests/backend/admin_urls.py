"""An admin of its own for the tests of strict_datastore.admin."""

from django.contrib import admin
from django.urls import path
from strict_datastore.admin import ModelAdmin

from .models import Author, Book

site = admin.AdminSite(name="admin")


@admin.register(Author, site=site)
class AuthorAdmin(ModelAdmin):
    ordering = ("name",)
    search_fields = ("name",)


@admin.register(Book, site=site)
class BookAdmin(ModelAdmin):
    list_display = ("title", "author", "pages")
    ordering = ("title",)


class SuggestingBookAdmin(ModelAdmin):
    autocomplete_fields = ("author",)


suggesting = admin.AdminSite(name="suggesting")
suggesting.register(Author, AuthorAdmin)
suggesting.register(Book, SuggestingBookAdmin)

urlpatterns = [path("admin/", site.urls), path("suggesting/", suggesting.urls)]
