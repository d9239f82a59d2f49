import os
import shutil

import pytest

from workshop.steps import Workshop, copy

from .gcloud import Gcloud, WarmGcloud
from .google_apis import GoogleApis


@pytest.fixture(scope="session")
def warm_gcloud():
    if not shutil.which("gcloud"):
        if "CI" in os.environ:
            pytest.fail("gcloud is not installed")
        pytest.skip("gcloud is not installed: https://cloud.google.com/sdk/docs/install")
    warm = WarmGcloud()
    yield warm
    warm.close()


@pytest.fixture
def apis():
    with GoogleApis() as apis:
        yield apis


@pytest.fixture
def gcloud(warm_gcloud, apis, tmp_path):
    with Gcloud(warm_gcloud, apis, tmp_path) as gcloud:
        yield gcloud


@pytest.fixture
def attendees_folder(tmp_path):
    """A project of one's own, as the last lesson leaves it."""
    folder = tmp_path / "my-mewgram"
    copy(Workshop().steps[-1].end(), folder)
    for name in (".env", "db.sqlite3", "notes.txt"):
        (folder / name).write_text("mine")
    return folder
