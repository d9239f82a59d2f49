from django.contrib import admin
from strict_datastore.admin import ModelAdmin

from .models import Purr


@admin.register(Purr)
class PurrAdmin(ModelAdmin):
    """To look at and to remove what should not be there; nobody writes in another cat's name."""

    list_display = ("__str__", "author", "posted")
    fields = readonly_fields = ("author", "text", "posted", "thread")
    ordering = ("-posted",)
    sortable_by = ("posted",)
    search_fields = ("text",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
