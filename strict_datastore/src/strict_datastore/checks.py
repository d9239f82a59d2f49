"""System checks: what in the project's models and admin cannot work on Datastore, told by `manage.py check`.

They look at the models whose database is strict_datastore; Django's own apps are left out.
"""

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import FieldError
from django.db import connections, models, router

from .constraints import is_plain, unenforced
from .parser import is_indexed
from .plan import plan_of
from .refusals import Refused
from .unstorable import UNSTORABLE

UNENFORCED = "STRICT_DATASTORE_UNENFORCED_CONSTRAINTS"


def of_django(thing):
    return thing.__module__.startswith("django.contrib.")


def database_of(model):
    return connections[router.db_for_read(model)]


def on_datastore(model):
    return database_of(model).vendor == "datastore"


def named(fields):
    return ", ".join(field.name for field in fields)


# Models


@register(Tags.models)
def check_models(app_configs=None, **kwargs):
    messages = []
    for app_config in apps.get_app_configs() if app_configs is None else app_configs:
        for model in app_config.get_models(include_auto_created=True):
            if on_datastore(model) and not of_django(model):
                for check in MODEL_CHECKS:
                    messages += check(model)
    return messages


def check_constraints(model):
    for constraint in model._meta.constraints:
        if not is_plain(constraint) and constraint.name not in unenforced():
            yield Error(
                f"The constraint {constraint.name} cannot be enforced: Datastore checks nothing, and only a "
                "UniqueConstraint of fields can be checked by a query. Each write of the model is refused.",
                hint=f"Check it in the program, and name it in {UNENFORCED} with the reason.",
                obj=model,
                id="strict_datastore.E001",
            )


def check_unindexed_fields(model):
    unique = {field.name for field in model._meta.local_fields if field.unique}
    unique.update(*model._meta.unique_together)
    unique.update(
        *(each.fields for each in model._meta.constraints if isinstance(each, models.UniqueConstraint))
    )
    for field in map(model._meta.get_field, sorted(unique)):
        if not is_indexed(field, database_of(model)):
            yield Error(
                f"{field.name} is to be unique and is a {field.get_internal_type()}, which Datastore does "
                "not index: no query could find another row with its value.",
                hint="Use a CharField (up to 1500 bytes), or make a hash of the value unique.",
                obj=model,
                id="strict_datastore.E002",
            )


def check_foreign_keys(model):
    for field in model._meta.local_fields:
        if field.is_relation and field.remote_field.on_delete is models.DO_NOTHING and field.db_constraint:
            yield Error(
                f"{field.name} has on_delete=DO_NOTHING with a constraint: Datastore cannot refuse to delete "
                "a row that others refer to.",
                hint="Use PROTECT, or db_constraint=False where no harm comes of a row that is gone.",
                obj=model,
                id="strict_datastore.E003",
            )


def check_ordering(model):
    queryset = model._base_manager.all()
    latest_by = model._meta.get_latest_by or ()
    latest_by = [latest_by] if isinstance(latest_by, str) else latest_by
    try:
        if plan_of(queryset.query, queryset.db).memory_order:
            yield Warning(
                "Meta.ordering goes over a relation, which Datastore cannot join: the rows are sorted in "
                "memory, 1,000 of them at most, and a slice is refused.",
                hint="Repeat the value in a field of this model and order by that.",
                obj=model,
                id="strict_datastore.W001",
            )
        first = queryset.order_by(*latest_by)[:1]
        plan_of(first.query, first.db)
    except Refused as refused:
        yield Error(
            f"Meta.ordering or get_latest_by: {refused.construct}: {refused.reason}",
            hint=f"Instead: {refused.instead}",
            obj=model,
            id="strict_datastore.E004",
        )
    except FieldError:
        pass  # Django's own check names the field that is missing.


def check_computed_fields(model):
    computed = [each.name for each in model._meta.local_fields if each.generated or each.has_db_default()]
    if model._meta.order_with_respect_to:
        computed.append("the _order of order_with_respect_to")
    for name in computed:
        yield Error(
            f"{name} is computed by the database, and Datastore computes nothing.",
            hint="Compute it in save(), or use default= in place of db_default=.",
            obj=model,
            id="strict_datastore.E005",
        )


def check_primary_key(model):
    if isinstance(model._meta.pk, models.CompositePrimaryKey | models.SmallAutoField):
        yield Error(
            f"The primary key is a {type(model._meta.pk).__name__}: Datastore's key is one text or one "
            "number, drawn at random from 53 bits.",
            hint="Use a BigAutoField, or a CharField that joins the parts of the key.",
            obj=model,
            id="strict_datastore.E006",
        )


def check_many_to_many(model):
    inherited = {
        field.name
        for base in model.__mro__
        if hasattr(base, "_meta") and of_django(base)
        for field in base._meta.local_many_to_many
    }
    fields = [field for field in model._meta.local_many_to_many if field.name not in inherited]
    if fields:
        yield Warning(
            f"{named(fields)}: Datastore joins nothing, so the rows of a many-to-many field are read by two "
            "queries, and no filter goes through it from the other side.",
            hint="Keep the keys in a field of the model that asks, or query the intermediate model.",
            obj=model,
            id="strict_datastore.W002",
        )


def check_unique_for_dates(model):
    for field in model._meta.local_fields:
        for option in ("unique_for_date", "unique_for_month"):
            if getattr(field, option):
                yield Error(
                    f"{field.name} has {option}: to validate a row, Django would ask for a day or a month, which "
                    "Datastore cannot.",
                    hint="Check it in the model's clean(), by a range of dates.",
                    obj=model,
                    id="strict_datastore.E017",
                )


def check_storable(model):
    if model._meta.proxy:
        return
    for number, find in UNSTORABLE.items():
        for construct, reason, instead in find(model):
            yield Error(
                f"{construct}: {reason}",
                hint=f"Instead: {instead}",
                obj=model,
                id=f"strict_datastore.{number}",
            )


MODEL_CHECKS = (
    check_storable,
    check_constraints,
    check_unindexed_fields,
    check_foreign_keys,
    check_ordering,
    check_computed_fields,
    check_primary_key,
    check_many_to_many,
    check_unique_for_dates,
)


@register(Tags.models)
def check_unenforced_constraints(app_configs=None, **kwargs):
    reasons = getattr(settings, UNENFORCED, {})
    if not isinstance(reasons, dict):
        return [
            Error(
                f"{UNENFORCED} is no dict.",
                hint='Write {"name of the constraint": "why it need not be enforced"}.',
                id="strict_datastore.E007",
            )
        ]
    known = {each.name for model in apps.get_models() for each in model._meta.constraints}
    return [
        Error(
            f"{UNENFORCED} names {name}, "
            + ("which no model has." if name not in known else "without a reason."),
            hint="Remove it." if name not in known else "Say why the constraint need not be enforced.",
            id="strict_datastore.E007",
        )
        for name, reason in reasons.items()
        if name not in known or not reason
    ]


@register(Tags.admin)
def check_admin(app_configs=None, **kwargs):
    if not apps.is_installed("django.contrib.admin"):
        return []
    # Not before Django's apps are loaded: this module is imported with the first model.
    from django.contrib.admin.sites import all_sites

    from .admin_checks import check_model_admin

    return [
        message
        for site in all_sites
        for model, model_admin in site._registry.items()
        if app_configs is None or model._meta.app_config in app_configs
        if on_datastore(model) and not (of_django(model) and of_django(type(model_admin)))
        for message in check_model_admin(model_admin)
    ]
