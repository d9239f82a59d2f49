"""Expressions of an UPDATE, computed here as SQL computes them: copies, and arithmetic of numbers and times."""

import datetime
from decimal import Decimal

from django.db import IntegrityError
from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    FloatField,
    IntegerField,
    TextField,
)
from django.db.models.expressions import Col, CombinedExpression, F, Value

from .execution import stored_value
from .filters import KEY
from .limits import LEAST_INTEGER, MOST_INTEGER
from .refusals import Refused
from .where import described


def check_not_null(field, value, prepared=lambda: None):
    """gcloudc would store the field's default in place of NULL."""
    may_be_null = field.null or field.primary_key
    if not may_be_null and is_null(value) and is_null(prepared()):
        raise IntegrityError(f"NOT NULL constraint failed: {field.model._meta.db_table}.{field.column}")


def is_null(value):
    return value is None or (isinstance(value, Value) and value.value is None)


def check_expression(value, model_field, model):
    if isinstance(value, Value):
        check_constant(value, model_field, model)
    if not hasattr(value, "resolve_expression") or isinstance(value, Value):
        return
    if is_copy(value, model_field, model) or is_arithmetic(value, model_field, model):
        return
    given = f"F({value.target.name})" if isinstance(value, Col) else described(value)
    raise Refused(
        f"update({model_field.name}={given})",
        model,
        "Datastore computes nothing; +, - and * of the row's own fields and numbers are computed here.",
        "read the rows, compute, and save them in a transaction under retry_on_contention.",
    )


def check_constant(value, model_field, model):
    """SQLite stores a Value() of another type than the field's as it is."""
    given = value._output_field_or_none
    if value.value is None:
        return
    if given is None or family(given) != family(model_field):
        raise Refused(
            f"{model_field.name}={value!r}",
            model,
            f"SQLite would store it in a {model_field.get_internal_type()} without conversion.",
            "the value itself, without Value().",
        )
    check_storable(model_field, value.value, model)


def is_copy(value, model_field, model):
    """Whether the value is that of a field of the row whose values are stored as the updated one's are."""
    return is_own_column(value, model) and family(value.target) == family(model_field)


def is_arithmetic(value, model_field, model):
    """Whether SQL computes the value as Python does: of numbers, or of times and durations."""
    return isinstance(value, CombinedExpression) and is_operand(value, model) and is_computable(model_field)


def is_operand(value, model):
    if isinstance(value, CombinedExpression):
        return value.connector in ARITHMETIC and is_operand(value.lhs, model) and is_operand(value.rhs, model)
    if isinstance(value, Value):
        return value.value is None or isinstance(value.value, OPERANDS)
    return is_own_column(value, model) and is_computable(value.target)


def is_own_column(value, model):
    return isinstance(value, Col) and value.target.model._meta.concrete_model == model._meta.concrete_model


def is_computable(field):
    return family(field) in (NUMBERS, DateField, DateTimeField, DurationField)


def family(field):
    """A name for how the field's values are stored: those of one family can be copied to one another."""
    while field.is_relation:
        field = field.target_field
    return next((each for each in (NUMBERS, TEXTS) if isinstance(field, each)), type(field))


NUMBERS = (IntegerField, FloatField, DecimalField)
TEXTS = (CharField, TextField)
OPERANDS = (int, float, Decimal, datetime.date, datetime.timedelta)
ARITHMETIC = {
    F.ADD: lambda first, second: first + second,
    F.SUB: lambda first, second: first - second,
    F.MUL: lambda first, second: first * second,
}


def computed(value, entity, wrapper):
    if isinstance(value, Value):
        return value.value
    if isinstance(value, Col):
        stored = stored_value(entity, KEY if value.target.primary_key else value.target.column)
        for convert in (*wrapper.ops.get_db_converters(value), *value.get_db_converters(wrapper)):
            stored = convert(stored, value, wrapper)
        return stored
    if isinstance(value, CombinedExpression):
        first, second = (computed(each, entity, wrapper) for each in (value.lhs, value.rhs))
        return None if first is None or second is None else ARITHMETIC[value.connector](first, second)
    return value


def check_storable(field, value, model):
    """SQLite keeps a fraction even in an integer field, and makes a float of too large an integer."""
    reason = None
    if isinstance(field, IntegerField) and isinstance(value, float | Decimal) and value % 1 != 0:
        reason = "the field holds integers, and SQLite would store the fraction."
    elif isinstance(value, int) and not LEAST_INTEGER <= value <= MOST_INTEGER:
        reason = "Datastore stores integers of 64 bits, and SQLite would store a float."
    if reason:
        raise Refused(
            f"{field.name}={value}",
            model,
            reason,
            "read the rows, compute and round, and save them in a transaction under retry_on_contention.",
        )
