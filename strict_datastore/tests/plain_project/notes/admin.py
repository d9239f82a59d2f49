from django.contrib import admin

from .models import Note, Topic


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    ordering = ("name",)
    show_full_result_count = False


@admin.register(Note)
class NoteAdmin(admin.ModelAdmin):
    list_display = ("title", "topic", "pinned", "written")
    list_filter = ("pinned",)
    list_per_page = 5
    ordering = ("-written",)
    sortable_by = ("written",)
    show_full_result_count = False
