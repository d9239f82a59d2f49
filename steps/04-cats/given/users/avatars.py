"""
Each user's cat, put together from the pictures that Robohash brings, as Robohash would do it.

Robohash itself opens five pictures of 1024 pixels for every cat and takes a hundred times as long; here each
picture is opened once and kept in the size it is needed.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock

import robohash
from cachetools import LRUCache
from django.core.signing import Signer
from django.utils.crypto import constant_time_compare
from PIL import Image, ImageColor

# Part of the signature, hence of the URL: raise it when the drawing changes, browsers keep a cat for ever.
VERSION = 1
PIXELS = 128
MOST_BYTES = 10_000
# The cat sits at the bottom, a little smaller than the picture, so that the hexagon leaves it its ears.
CAT_PIXELS = 108
CAT_AT = (12, 20)

CATS = Path(robohash.__file__).parent / "sets" / "set4"
# One folder a part, in the order in which they lie over each other: body, fur, eyes, mouth, accessory.
PARTS = [sorted(folder.iterdir()) for folder in sorted(CATS.iterdir())]

drawn = LRUCache(maxsize=8_000_000, getsizeof=len)
drawing = Lock()


def sign(key):
    """Stands in the cat's URL, so that nobody can have cats drawn for users whom they made up."""
    return Signer(salt=f"avatar {VERSION}").signature(key.hex)


def is_signed(key, signature):
    return constant_time_compare(signature, sign(key))


def webp(key):
    """The cat's bytes, drawn once: who asks for it meanwhile waits for the same bytes."""
    with drawing:
        if key not in drawn:
            drawn[key] = compress(draw(key))
        return drawn[key]


def draw(key):
    numbers = robohash.Robohash(str(key)).hasharray
    cat = Image.new("RGB", (PIXELS, PIXELS), ImageColor.getrgb(f"hsl({numbers[0] % 360}, 60%, 86%)"))
    # Robohash keeps its first four numbers for colours and backgrounds.
    for pictures, number in zip(PARTS, numbers[4:], strict=False):
        part = open_part(pictures[number % len(pictures)])
        cat.paste(part, CAT_AT, part)
    return cat


@cache
def open_part(path):
    with Image.open(path) as picture:
        return picture.convert("RGBA").resize((CAT_PIXELS, CAT_PIXELS), Image.Resampling.LANCZOS)


def compress(cat):
    for quality in range(85, 0, -10):
        file = BytesIO()
        cat.save(file, "WEBP", quality=quality)
        if file.tell() <= MOST_BYTES:
            break
    return file.getvalue()
