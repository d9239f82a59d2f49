from django.contrib import admin

from .models import Purr


@admin.register(Purr)
class PurrAdmin(admin.ModelAdmin):
    """To look at and to remove what should not be there; nobody writes in another cat's name."""

    list_display = ("__str__", "posted", "deleted")
    fields = readonly_fields = ("author", "text", "posted", "thread", "deleted")
    ordering = ("-position",)
    # Each column to sort by would need composite indexes, and each total a count of the whole table.
    sortable_by = ()
    show_full_result_count = False
    list_select_related = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
