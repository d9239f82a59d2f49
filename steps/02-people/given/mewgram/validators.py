import re

from django.core.exceptions import ValidationError

# Control characters, halves of surrogate pairs, and code points that are no characters.
UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plain_text(value):
    if UNPRINTABLE.search(value):
        raise ValidationError("This text has a character that cannot be shown.")


def one_line(value):
    plain_text(value)
    if "\n" in value:
        raise ValidationError("This text has more than one line.")
