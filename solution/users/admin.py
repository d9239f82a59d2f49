from django.contrib import admin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from strict_datastore import retry_on_contention

from .models import EmailClaim, User

# Our users have no groups.
admin.site.unregister(Group)


class UserCreationForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "display_name")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Users are deactivated, never deleted: their purrs need an author."""

    list_display = ("email", "display_name", "is_active", "is_staff", "joined")
    fields = ("email", "display_name", "is_active", "is_staff", "is_superuser", "joined", "last_login")
    readonly_fields = ("joined", "last_login")
    add_fields = ("email", "display_name", "password1", "password2")
    ordering = ("email",)
    # Each column to sort by would need composite indexes, and each total a count of the whole table.
    sortable_by = ()
    show_full_result_count = False
    list_select_related = False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        return self.fields if obj else self.add_fields

    def get_form(self, request, obj=None, **kwargs):
        if not obj:
            kwargs["form"] = UserCreationForm
        return super().get_form(request, obj, **kwargs)

    def changeform_view(self, request, *args, **kwargs):
        # The admin saves in a transaction of its own; this one is around it and is tried again.
        return retry_on_contention(super().changeform_view)(request, *args, **kwargs)

    def save_model(self, request, user, form, change):
        if "email" in form.changed_data:
            if change:
                EmailClaim.objects.free(User(pk=user.pk, email=form.initial["email"]))
            EmailClaim.objects.take(user)
        super().save_model(request, user, form, change)
