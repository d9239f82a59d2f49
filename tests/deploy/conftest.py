import os
import shutil

import pytest

from tests.conftest import skip_or_fail
from workshop.steps import Workshop, copy

from . import image
from .gcloud import Gcloud, WarmGcloud
from .google_apis import GoogleApis
from .google_network import GoogleNetwork


@pytest.fixture(scope="session")
def warm_gcloud():
    if not shutil.which("gcloud"):
        skip_or_fail("gcloud is not installed: https://cloud.google.com/sdk/docs/install")
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


@pytest.fixture(scope="session")
def builds_images():
    """Skips a test where no image can be built, but where CI is set, fails."""
    if reason := image.missing():
        skip_or_fail(reason)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    with GoogleNetwork(os.environ["DATASTORE_EMULATOR_HOST"], tmp_path_factory.mktemp("network")) as network:
        yield network


@pytest.fixture(scope="session")
def attendees_files():
    """A project of one's own, as the last lesson leaves it."""
    return Workshop().steps[-1].end()


@pytest.fixture(scope="session")
def repositorys_files():
    """As far as a deployment is concerned."""
    workshop = Workshop()
    return workshop.from_root([*workshop.root_files, "solution"])


@pytest.fixture
def attendees_folder(attendees_files, tmp_path):
    return lay_down(attendees_files, tmp_path / "my-mewgram", "")


@pytest.fixture
def clone(repositorys_files, tmp_path):
    return lay_down(repositorys_files, tmp_path / "workshop", "solution/")


def lay_down(files, folder, app):
    """Copy the files, beside others that concern nobody else; all of it for the eyes of its owner alone."""
    copy(files, folder)
    for name in ("notes.txt", f"{app}.env", f"{app}db.sqlite3", f"{app}purr/__pycache__/cat.pyc"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("mine")
    for path in folder.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)
    return folder
