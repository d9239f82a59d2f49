import os
import shutil

import pytest

from .dockerfile import ROOT
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
    """A project of one's own: all that lies in solution/, beside what the root has."""
    folder = tmp_path / "my-mewgram"
    shutil.copytree(ROOT / "solution", folder)
    for name in ("deploy", "strict_datastore"):
        shutil.copytree(ROOT / name, folder / name)
    for name in (".dockerignore", ".gcloudignore", "app.json", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    dockerfile = (ROOT / "Dockerfile").read_text()
    (folder / "Dockerfile").write_text(dockerfile.replace("ARG APP=solution", "ARG APP=.", 1))
    for name in (".env", "db.sqlite3", "notes.txt"):
        (folder / name).write_text("mine")
    return folder
