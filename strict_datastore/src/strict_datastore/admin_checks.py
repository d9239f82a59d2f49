"""System checks of admin classes: does each list that they offer work on Datastore, and has it an index?

What a list would ask for is planned as the query itself would be, and not sent.
"""

from datetime import timedelta

from django.apps import apps
from django.contrib.admin.filters import (
    AllValuesFieldListFilter,
    DateFieldListFilter,
    EmptyFieldListFilter,
    FieldListFilter,
)
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import NotRelationField, get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.core.checks import Error, Warning
from django.core.exceptions import FieldDoesNotExist, FieldError, ImproperlyConfigured
from django.db import models
from django.db.models.expressions import OrderBy
from django.utils import timezone

from . import admin
from .filters import NEGATED
from .indexes import Shape, project_indexes
from .plan import plan_of
from .refusals import Refused


def check_model_admin(model_admin):
    owner = type(model_admin)
    label = model_admin.opts.label
    if isinstance(model_admin, admin.ModelAdmin):
        yield from check_own_model_admin(model_admin)
    rows = AdminList(model_admin)
    refusals, missing = rows.outcome()
    for option, refused in refusals.items():
        yield Error(
            f"{option}: {refused.construct} on {label}: {refused.reason}",
            hint=f"Leave it out. Instead: {refused.instead}",
            obj=owner,
            id="strict_datastore.E011",
        )
    if missing:
        yield Error(
            f"The list of {label} needs composite indexes that index.yaml lacks: "
            f"{', '.join(map(str, missing))}.",
            hint="Offer less to sort and filter by, or add to index.yaml:\n"
            + "".join(index.as_yaml() for index in missing),
            obj=owner,
            id="strict_datastore.E012",
        )
    if model_admin.date_hierarchy:
        yield Error(
            "date_hierarchy asks for the first and the last date: Datastore computes no minimum or maximum.",
            hint="Leave it out, and order the list by the date.",
            obj=owner,
            id="strict_datastore.E013",
        )
    if model_admin.show_full_result_count:
        yield Warning(
            f"show_full_result_count counts every row of {label}, whatever the list is filtered by: "
            "Datastore bills a read for each thousand.",
            hint="Set show_full_result_count = False.",
            obj=owner,
            id="strict_datastore.W011",
        )
    if len(rows.sortable) > 1 and not rows.sorts_by_one_column:
        yield Warning(
            f"The list of {label} can be sorted by {', '.join(rows.sortable)}, also by several at once: each "
            "such order needs a composite index of its own.",
            hint="Use strict_datastore.admin.ModelAdmin, or set sortable_by to one field at most.",
            obj=owner,
            id="strict_datastore.W012",
        )
    if chosen := (*model_admin.filter_horizontal, *model_admin.filter_vertical):
        yield Warning(
            f"filter_horizontal or filter_vertical: the form reads every row that {', '.join(chosen)} could "
            "name, each time it is shown.",
            hint="Use raw_id_fields.",
            obj=owner,
            id="strict_datastore.W013",
        )


def check_own_model_admin(model_admin):
    """What strict_datastore.admin.ModelAdmin asks of those who use it."""
    owner = type(model_admin)
    if not apps.is_installed("strict_datastore"):
        yield Error(
            "strict_datastore.admin.ModelAdmin needs templates that are not found.",
            hint='Add "strict_datastore" to INSTALLED_APPS.',
            obj=owner,
            id="strict_datastore.E014",
        )
    if model_admin.search_fields and not is_one_indexed_text(model_admin.opts, model_admin.search_fields):
        yield Error(
            f"search_fields {', '.join(model_admin.search_fields)}: the search is a range over one field.",
            hint="Name one CharField of the model, without a lookup, in search_fields.",
            obj=owner,
            id="strict_datastore.E015",
        )


def is_one_indexed_text(opts, names):
    fields = {field.name: field for field in opts.fields}
    return len(names) == 1 and isinstance(fields.get(names[0]), models.CharField)


class AdminList(ChangeList):
    """A list of the admin without a request: what its pages would ask for, with all that it offers."""

    def __init__(self, model_admin):
        self.model_admin = model_admin
        self.model = model_admin.model
        self.lookup_opts = self.model._meta
        self.changelist = model_admin.get_changelist(None)
        self.sorts_by_one_column = issubclass(self.changelist, admin.ChangeList)
        shown = model_admin.list_display
        offered = shown if model_admin.sortable_by is None else model_admin.sortable_by
        self.orders = {name: order for name in shown if (order := self._order_of(name))}
        self.sortable = [name for name in self.orders if name in offered]

    def outcome(self):
        """The first refusal of each option that Datastore cannot serve, and the indexes that are missing."""
        refusals, missing = {}, []
        try:
            known = project_indexes()
        except ImproperlyConfigured:
            known = None  # E021 tells what is wrong with the file.
        for option, queryset in self._querysets():
            try:
                plan = plan_of(queryset[:1].query, queryset.db)
            except Refused as refused:
                refusals.setdefault(option, refused)
            except FieldError:
                pass  # Django's own checks name the field that is missing.
            else:
                # In production, where index.yaml need not be, nothing can be compared with it.
                if known is not None:
                    missing += (shape.missing_from(known) for shape in shapes_of(plan))
        return refusals, [index for index in dict.fromkeys(missing) if index]

    def _querysets(self):
        """(option, queryset) of the list in each order, and of each filter and the search in each order."""
        for option, ordering in self._orderings():
            rows = self.model._default_manager.order_by(*self._deterministic(ordering))
            yield option, rows
            try:
                plan_of(rows[:1].query, rows.db)
            except (Refused, FieldError):
                continue
            for narrowing, narrow in self._narrowings():
                yield narrowing, narrow(rows)

    def _deterministic(self, ordering):
        """The ordering with what the list adds to it, so that no two rows are in any order."""
        if self.sorts_by_one_column:
            return [*ordering, "pk"]
        if hasattr(self, "_get_deterministic_ordering"):  # before Django 6.1
            return self._get_deterministic_ordering(ordering)
        is_total = self.model._default_manager.order_by(*ordering).totally_ordered
        return ordering if is_total else [*ordering, "-pk"]

    def _orderings(self):
        """The order in which the list opens, and that of each column that sorts it, both ways."""
        default = self._get_default_ordering()
        yield "ordering", default
        shown = set(map(field_of, self.orders.values()))
        for name in self.sortable:
            order = self.orders[name]
            # A click on a column sorts by it first, then by the columns that sorted the list before.
            others = [each for each in default if field_of(each) in shown - {field_of(order)}]
            if self.sorts_by_one_column:
                others = []
            for each in (order, turned(order)):
                yield f"sortable_by {name}", [each, *others]

    def _narrowings(self):
        """(option, function of a queryset) of each filter, of the search, and of both."""
        search = self._search()
        if search:
            yield search
        for item in self.model_admin.list_filter:
            path, list_filter = item if isinstance(item, tuple | list) else (item, None)
            if isinstance(path, str):
                field = self._filtered(path)
                if field and not field.many_to_many:
                    narrow = filtering(path, field, list_filter or usual_filter(field))
                    yield f"list_filter {path}", narrow
                    if search:
                        yield search[0], lambda rows, narrow=narrow: search[1](narrow(rows))

    def _search(self):
        searched = self.model_admin.search_fields
        known = {ModelAdmin.get_search_results, admin.ModelAdmin.get_search_results}
        if not searched or type(self.model_admin).get_search_results not in known:
            return None
        if self.sorts_by_one_column and not is_one_indexed_text(self.lookup_opts, searched):
            return None
        return (
            f"search_fields {', '.join(searched)}",
            lambda rows: self.model_admin.get_search_results(None, rows, "1")[0],
        )

    def _filtered(self, path):
        try:
            return get_fields_from_path(self.model, path)[-1]
        except (FieldDoesNotExist, NotRelationField):
            return None  # Django's own check names it.

    def _order_of(self, name):
        try:
            return self.get_ordering_field(name)
        except AttributeError:
            return None  # Django's own check names it.


def usual_filter(field):
    return next(list_filter for test, list_filter in FieldListFilter._field_list_filters if test(field))


def filtering(path, field, list_filter):
    """A function that narrows a queryset as the filter of the admin does."""
    if issubclass(list_filter, AllValuesFieldListFilter):
        return lambda rows: rows.values_list(path).distinct()
    if issubclass(list_filter, EmptyFieldListFilter):
        return lambda rows: rows.filter(models.Q((path, "")) | models.Q((f"{path}__isnull", True)))
    if issubclass(list_filter, DateFieldListFilter):
        today = timezone.now()
        tomorrow = today + timedelta(days=1)
        return lambda rows: rows.filter((f"{path}__gte", today), (f"{path}__lt", tomorrow))
    return lambda rows: rows.filter((path, a_value_of(field)))


def a_value_of(field):
    if field.is_relation:
        return a_value_of(field.target_field)
    return field.flatchoices[0][0] if field.flatchoices else field.to_python(1)


def field_of(order):
    """The name of the field in an item of an ordering, or None."""
    if isinstance(order, str):
        return order.lstrip("-")
    return getattr(order.expression if isinstance(order, OrderBy) else order, "name", None)


def turned(order):
    """An item of an ordering, the other way round."""
    if isinstance(order, str):
        return order[1:] if order.startswith("-") else f"-{order}"
    order = order.copy() if isinstance(order, OrderBy) else order.asc()
    order.reverse_ordering()
    return order


def shapes_of(plan):
    for branch in plan.branches:
        yield Shape(
            kind=plan.kind,
            equalities=frozenset(each.column for each in branch if each.operator not in {*NEGATED, "!="}),
            ranges=frozenset(each.column for each in branch if each.operator in NEGATED),
            orders=tuple(plan.order),
        )
