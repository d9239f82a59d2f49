"""The constraints that a relational database enforces at each write, enforced in the transaction that writes.

Datastore knows none. Each costs what it has to read: a query for each unique set of fields whose values are new,
one Lookup for all foreign keys that are new. A constraint that is enforced in another way (by a key, say) is
named, with the reason, in the setting STRICT_DATASTORE_UNENFORCED_CONSTRAINTS.
"""

import json
import math

from django.conf import settings
from django.db import models

from .inheritance import concrete_models, inherits_rows, kind_of
from .limits import LEAST_INTEGER, MOST_INDEXED_BYTES, MOST_INTEGER
from .parser import is_indexed
from .refusals import Refused
from .unstorable import unstorable
from .where import too_long

POSITIVE = (models.PositiveIntegerField, models.PositiveSmallIntegerField, models.PositiveBigIntegerField)


def unenforced():
    """The names of constraints that the project enforces in its own way."""
    return getattr(settings, "STRICT_DATASTORE_UNENFORCED_CONSTRAINTS", {})


def is_plain(constraint):
    """Whether a UniqueConstraint is one that a query for equal values can check."""
    return (
        isinstance(constraint, models.UniqueConstraint)
        and not constraint.expressions
        and constraint.condition is None
        and constraint.deferrable != models.Deferrable.DEFERRED
        and constraint.nulls_distinct is not False
    )


def unique_sets(model):
    """The fields that must be unique together, the primary key aside: a list of lists of fields."""
    sets = [[field] for field in model._meta.fields if field.unique and not field.primary_key]
    for parent in concrete_models(model):
        meta = parent._meta
        sets += [[meta.get_field(name) for name in names] for names in meta.unique_together]
        sets += [
            [meta.get_field(name) for name in constraint.fields]
            for constraint in meta.constraints
            if is_plain(constraint) and constraint.name not in unenforced()
        ]
    return sets


def inherited_table(fields, model):
    """The table of the inherited model that the fields are of, or None where they are the kind's own."""
    owner = next((each for each in concrete_models(model) if fields[0] in each._meta.local_fields), None)
    return owner._meta.db_table if owner and inherits_rows(owner) else None


def check_writable(model, entity, wrapper):
    """Raise Refused, or IntegrityError's message, for what a row by itself must not have.

    Returns the message of a violated constraint, or None.
    """
    if found := unstorable(model):
        construct, reason, instead = found
        raise Refused(construct, model, reason, instead)
    for parent in concrete_models(model):
        for constraint in parent._meta.constraints:
            if not is_plain(constraint) and constraint.name not in unenforced():
                raise Refused(
                    f"a write with the constraint {constraint.name}",
                    model,
                    "Datastore cannot check it.",
                    "check it in the program, and name it with the reason in STRICT_DATASTORE_UNENFORCED_CONSTRAINTS.",
                )
    for field in model._meta.fields:
        if field.generated:
            raise Refused(
                f"a write with the GeneratedField {field.name}",
                model,
                "Datastore computes nothing.",
                "a property, or a field set in save().",
            )
        if is_enforced(field) and not field.target_field.primary_key:
            raise Refused(
                f"a write with {field.name}, a foreign key to {field.target_field.name}",
                model,
                "only a primary key is sure to be there.",
                "a foreign key to the primary key, or db_constraint=False.",
            )
        value = entity.get(field.column)
        if is_indexed(field, wrapper) and isinstance(value, str) and too_long(value):
            raise Refused(
                f"a text of more than {MOST_INDEXED_BYTES} bytes in {field.name}",
                model,
                "Datastore cannot index it.",
                "a TextField, which is not indexed.",
            )
        if isinstance(value, float) and math.isnan(value):
            raise Refused(
                f"NaN in {field.name}", model, "SQL databases store it as NULL or not at all.", "None."
            )
        if isinstance(value, int) and not LEAST_INTEGER <= value <= MOST_INTEGER:
            raise OverflowError(f"{field.name}: Datastore stores integers of 64 bits.")
        if isinstance(field, models.JSONField) and isinstance(value, str) and not is_json(value):
            return f"CHECK constraint failed: NaN and Infinity in {field.name} are no JSON."
        if isinstance(field, POSITIVE) and value is not None and value < 0:
            return f"CHECK constraint failed: {field.name} must not be negative."
    return None


def is_json(text):
    """Whether the text that Python made is JSON by the standard, as SQLite checks."""
    constants = []
    if "NaN" in text or "Infinity" in text:
        json.loads(text, parse_constant=constants.append)
    return not constants


def is_enforced(field):
    """Whether the field is a foreign key that a relational database would check."""
    return (
        isinstance(field, models.ForeignKey)
        and field.db_constraint
        and not getattr(field.remote_field, "parent_link", False)
    )


def foreign_keys(model, entity):
    """(kind, id, table) of each row that the entity refers to, for the foreign keys that the database enforces.

    The table is that of an inherited model, whose rows are some of the kind's, and else None.
    """
    for field in model._meta.fields:
        if is_enforced(field):
            value = entity.key().id_or_name if field.primary_key else entity.get(field.column)
            if value is not None:
                related = field.related_model._meta.concrete_model
                table = related._meta.db_table if inherits_rows(related) else None
                yield kind_of(related), value, table
