from django.contrib import admin
from django.contrib.admin.views.main import ChangeList

from . import timeline
from .models import Purr


class PurrList(ChangeList):
    def get_results(self, request):
        """The purrs of a page, and all their authors at once."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        timeline.attach_authors(self.result_list)


@admin.register(Purr)
class PurrAdmin(admin.ModelAdmin):
    """To look at and to remove what should not be there; nobody writes in another cat's name."""

    list_display = ("__str__", "author", "posted", "deleted")
    fields = readonly_fields = ("author", "text", "posted", "thread", "deleted")
    ordering = ("-position",)
    # Each column to sort by would need composite indexes, and each total a count of the whole table.
    sortable_by = ()
    show_full_result_count = False
    list_per_page = 50
    # Not False, with which Django would join the authors that are among the columns.
    list_select_related = ()

    def get_changelist(self, request, **kwargs):
        return PurrList

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
