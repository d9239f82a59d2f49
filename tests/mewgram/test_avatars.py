"""The cats are Robohash's, only faster."""

import uuid

import pytest
from PIL import Image
from robohash import Robohash

from users import avatars


@pytest.fixture
def opened(monkeypatch):
    """The pictures opened so far."""
    paths = []
    really_open = Image.open
    monkeypatch.setattr(Image, "open", lambda path: paths.append(str(path)) or really_open(path))
    avatars.open_part.cache_clear()
    return paths


@pytest.mark.parametrize("number", range(5))
def test_same_parts_as_robohash_takes(opened, number):
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"cat {number}")
    avatars.draw(key)
    ours = opened.copy()
    opened.clear()
    Robohash(str(key)).assemble(roboset="set4")
    # Robohash opens the first one twice.
    assert ours == opened[1:]


def test_part_is_opened_once(opened):
    key = uuid.uuid4()
    avatars.draw(key)
    avatars.draw(key)
    assert len(opened) == len(avatars.PARTS)


def test_no_cat_is_larger_than_allowed():
    """Noise compresses worse than any cat."""
    noise = Image.effect_noise((avatars.PIXELS, avatars.PIXELS), 100).convert("RGB")
    assert len(avatars.compress(noise)) <= avatars.MOST_BYTES


def test_cache_is_bounded_by_bytes():
    assert avatars.drawn.getsizeof(b"four") == 4
