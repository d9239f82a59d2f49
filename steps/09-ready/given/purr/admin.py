from django.contrib import admin
from strict_datastore.admin import ModelAdmin

from . import timeline
from .models import Purr


@admin.register(Purr)
class PurrAdmin(ModelAdmin):
    """To look at and to remove what should not be there; nobody writes in another cat's name."""

    list_display = ("__str__", "author", "time")
    fields = readonly_fields = ("author", "text", "posted", "thread", "deleted")
    ordering = ("-position",)
    sortable_by = ("time",)
    search_fields = ("text",)
    list_per_page = 50

    @admin.display(description="posted", ordering="position")
    def time(self, purr):
        return purr.posted

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def delete_model(self, request, purr):
        """Empty it, as its author would: the replies hang on it."""
        purr.erase()
        timeline.forget_front_page()

    def delete_queryset(self, request, purrs):
        for purr in purrs:
            self.delete_model(request, purr)
