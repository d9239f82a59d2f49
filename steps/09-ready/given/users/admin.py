from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group
from django.db import IntegrityError
from strict_datastore.admin import ModelAdmin

from .forms import AdminLogInForm
from .models import EmailClaim, User

# Our users have no groups.
admin.site.unregister(Group)
admin.site.login_form = AdminLogInForm


class UserCreationForm(auth_forms.BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "display_name")


class UserChangeForm(auth_forms.UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The page repeats what it has shown, so that only what was changed on it is saved: somebody who
        # lost their rights while it was open does not get them back.
        for name in self.fields.keys() - {"password"}:
            self.fields[name].show_hidden_initial = True


@admin.register(User)
class UserAdmin(ModelAdmin, auth_admin.UserAdmin):
    """Django's own, with our fields. Users are deactivated, never deleted: their purrs need an author."""

    form = UserChangeForm
    add_form = UserCreationForm
    list_display = ("email", "display_name", "is_active", "is_staff", "joined")
    list_filter = ("is_staff",)
    ordering = ("email",)
    # Each column to sort by costs composite indexes, because the list can be filtered as well.
    sortable_by = ("email", "joined")
    search_fields = ("email",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "display_name", "password")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Important dates", {"fields": ("joined", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "display_name", "password1", "password2")}),)

    def get_fieldsets(self, request, obj=None):
        if obj and not self.has_change_permission(request, obj):
            # With the password comes a link to change it.
            return ((None, {"fields": ("email", "display_name")}), *self.fieldsets[1:])
        return super().get_fieldsets(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        """Nobody takes their own rights away, so somebody keeps them."""
        own = ("is_active", "is_staff", "is_superuser") if obj == request.user else ()
        return ("joined", "last_login", *own)

    def get_search_results(self, request, users, text):
        return super().get_search_results(request, users, text.lower())

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            # Somebody took the address since the form was checked: now the form says so.
            return super().changeform_view(request, *args, **kwargs)

    def user_change_password(self, request, *args, **kwargs):
        return self.in_one_transaction(request, super().user_change_password, *args, **kwargs)

    def save_model(self, request, user, form, change):
        if "email" in form.changed_data:
            if change:
                EmailClaim.objects.free(User(pk=user.pk, email=form.initial["email"]))
            EmailClaim.objects.take(user)
        user.save(update_fields=form.changed_data if change else None)
