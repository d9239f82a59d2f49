"""Two instances, served as in production, and visitors who never pause; `make soak` is longer and has more of them."""

import os

import pytest

from bench.soak import soak


@pytest.mark.emulator
def test_two_instances_lose_and_double_no_purr():
    result = soak(2, os.environ["DATASTORE_EMULATOR_HOST"], connections=16, seconds=2)
    assert result["acknowledged"] > 0
    assert result["failures"] == result["lost"] == result["doubled"] == 0
