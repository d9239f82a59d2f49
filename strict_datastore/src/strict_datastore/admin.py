"""The admin without what Datastore cannot do: use this `ModelAdmin` in place of Django's.

- A list is sorted by one column at a time. Ties come in the order of the key, as Datastore returns them anyway:
  so each column is served by the built-in index of its field, in both directions.
- Nothing is counted. A list reads one row more than it shows, to know whether there is another page. The rows
  of the pages before are billed too, so a list goes back no further than MOST_ROWS.
- The search finds what begins with a text, by a range on the one field of `search_fields`, in its order.
- An object's history is looked for among the newest log entries of its model: Datastore does not index the text
  in which Django keeps the object's key.
- Foreign keys are entered by key, with a magnifying glass: a select reads every row of the other kind.
- A form is saved in one transaction, which is tried again when it loses against another one. Who sent it is read in
  the transaction too: somebody may have taken their rights away since the request began.

It gives the same pages on every other database. The package has to be in INSTALLED_APPS, for its templates.
"""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views import main
from django.contrib.admin.widgets import ForeignKeyRawIdWidget, url_params_from_lookup_dict
from django.contrib.auth import get_user
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db import NotSupportedError, router
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst

from .retry import is_repeated, retry_on_contention

__all__ = ["ModelAdmin"]

MOST_ROWS = 1000
MOST_LOG_ENTRIES = 100
# The last character: what begins with a text sorts before the text with this one behind it.
LAST_CHARACTER = "\U0010ffff"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class ChangeList(main.ChangeList):
    """A list that sorts by one column, and counts nothing."""

    def __init__(self, request, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        if self.query and self.search_fields:
            # What is found has the order of the field that is searched: no column is sorted, nor can be.
            self.sortable_by = ()

    def get_ordering(self, request, queryset):
        column, *_ = self.params.get(main.ORDER_VAR, "").split(".")
        self.params.pop(main.ORDER_VAR, None)
        if self._sorts_by(column):
            self.params[main.ORDER_VAR] = column
        # Django sorts by the order of the queryset as well, behind that of the column: here it is the key's, upwards.
        return super().get_ordering(request, queryset.order_by("pk"))

    def _sorts_by(self, column):
        number = column.removeprefix("-")
        if not number.isdecimal() or int(number) >= len(self.list_display):
            return False
        name = self.list_display[int(number)]
        is_offered = self.sortable_by is None or name in self.sortable_by
        return is_offered and bool(self.get_ordering_field(name))

    def get_results(self, request):
        start = (self.page_num - 1) * self.list_per_page
        if not 0 <= start < MOST_ROWS:
            raise IncorrectLookupParameters
        rows = list(self.queryset[start : start + self.list_per_page + 1])
        if start and not rows:
            raise IncorrectLookupParameters
        known = start + len(rows)
        self.result_list = rows[: self.list_per_page]
        self.paginator = Paginator(range(min(known, MOST_ROWS)), self.list_per_page)
        self.is_cut = known > MOST_ROWS
        self.has_next = known > start + self.list_per_page
        # What Django's templates ask for: no total, and no selection of rows that are on other pages.
        self.result_count = self.full_result_count = len(self.result_list)
        self.show_full_result_count = self.can_show_all = False
        self.show_admin_actions = bool(rows)
        self.multi_page = self.paginator.num_pages > 1

    def apply_select_related(self, queryset):
        """The rows of foreign keys among the columns: one request for each, also where a row is gone."""
        names = [name for name in self.list_display if self._is_foreign_key(name)]
        return queryset.prefetch_related(*names) if names else super().apply_select_related(queryset)

    def _is_foreign_key(self, name):
        try:
            return self.lookup_opts.get_field(name).many_to_one
        except FieldDoesNotExist:
            return False


class BoundedPaginator(Paginator):
    """Counts no more rows than MOST_ROWS: for the suggestions of `autocomplete_fields`."""

    @property
    def count(self):
        return self.object_list[:MOST_ROWS].count()


class ModelAdmin(admin.ModelAdmin):
    """Django's, for Datastore; see the module's text for what differs."""

    change_list_template = "admin/strict_datastore/change_list.html"
    object_history_template = "admin/strict_datastore/object_history.html"
    list_max_show_all = 0
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request, **kwargs):
        return ChangeList

    def get_changelist_instance(self, request):
        try:
            return super().get_changelist_instance(request)
        except NotSupportedError as error:
            # The address asks for a comparison that no filter of the page makes.
            raise IncorrectLookupParameters(str(error)) from error

    def get_object(self, request, object_id, from_field=None):
        # Django looks for a field without a name when the address ends in `_to_field=`.
        return super().get_object(request, object_id, from_field or None)

    def lookup_allowed(self, lookup, value, request):
        """Only what the filters of the page ask for: anything else would need an index of its own."""
        return super().lookup_allowed(lookup, value, request) and (
            any(
                lookup == name or lookup.startswith(f"{name}__")
                for name in map(filtered_by, self.get_list_filter(request))
            )
            or any(
                lookup in url_params_from_lookup_dict(limits)
                for limits in self.opts.related_fkey_lookups
                if not callable(limits)
            )
        )

    def get_search_results(self, request, queryset, search_term):
        """The rows whose field of `search_fields` begins with the text, in the order of that field."""
        if not search_term or not self.get_search_fields(request):
            return queryset, False
        (field,) = self.get_search_fields(request)
        bounds = {f"{field}__gte": search_term, f"{field}__lt": search_term + LAST_CHARACTER}
        return queryset.filter(**bounds).order_by(field, "pk"), False

    @property
    def search_help_text(self):
        if not self.search_fields:
            return None
        (field,) = self.search_fields
        return f"Finds what begins with this text, by {self.opts.get_field(field).verbose_name}."

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        chosen = {*self.get_autocomplete_fields(request), *self.raw_id_fields, *self.radio_fields}
        if "widget" not in kwargs and db_field.name not in chosen:
            kwargs["widget"] = ForeignKeyRawIdWidget(
                db_field.remote_field, self.admin_site, using=kwargs.get("using")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def response_action(self, request, queryset, **options):
        if "select_across" in request.POST:
            # Only what was selected: nobody knows how many rows there are on other pages.
            request.POST = request.POST.copy()
            request.POST["select_across"] = "0"
        return super().response_action(request, queryset, **options)

    def changelist_view(self, request, extra_context=None):
        return self.in_one_transaction(request, super().changelist_view, extra_context)

    def add_view(self, request, *args, **kwargs):
        return self.in_one_transaction(request, super().add_view, *args, **kwargs)

    def changeform_view(self, request, *args, **kwargs):
        return self.in_one_transaction(request, super().changeform_view, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        return self.in_one_transaction(request, super().delete_view, *args, **kwargs)

    def in_one_transaction(self, request, view, *args, **kwargs):
        """Return the response of a view, run as one transaction, and again when it loses against another one.

        Anyone who has lost access to the admin since the request began is sent to the log-in. The view finds in
        `request.user` the user as they are in the transaction, and checks their permissions itself.
        """
        alias = router.db_for_write(self.model)
        if request.method in SAFE_METHODS or is_repeated(alias):
            return view(request, *args, **kwargs)
        queued = get_messages(request)._queued_messages

        @retry_on_contention(using=alias)
        def run():
            queued.clear()  # what was said in a try that has failed
            request.user = get_user(request)
            if not self.admin_site.has_permission(request):
                return redirect_to_login(request.get_full_path(), reverse(f"{self.admin_site.name}:login"))
            return view(request, *args, **kwargs)

        return run()

    def history_view(self, request, object_id, extra_context=None):
        instance = self.get_object(request, unquote(object_id))
        if instance is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, instance):
            raise PermissionDenied
        newest = (
            LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(self.model))
            .prefetch_related("user")
            .order_by("-action_time")[:MOST_LOG_ENTRIES]
        )
        entries = [entry for entry in newest if entry.object_id == str(instance.pk)]
        for entry in entries:
            # Django says nothing of a deletion, because its history cannot be seen; ours may be a softer one.
            entry.change_message = entry.change_message or entry.get_action_flag_display()
        context = {
            **self.admin_site.each_context(request),
            "title": f"Change history: {instance}",
            "subtitle": None,
            "action_list": Paginator(entries, MOST_LOG_ENTRIES).page(1),
            "looked_at": MOST_LOG_ENTRIES,
            "pagination_required": False,
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "object": instance,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)


def filtered_by(list_filter):
    """The field or the parameter of an item of `list_filter`."""
    if isinstance(list_filter, tuple | list):
        list_filter = list_filter[0]
    return getattr(list_filter, "parameter_name", list_filter)
