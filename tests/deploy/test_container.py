"""
The image, built and run: `deploy/deploy` sends somebody's own project to a stand-in for Google's APIs, which builds
what was sent, runs the job and serves the service. In place of Datastore they find Google's emulator, with composite
indexes enforced; but by TLS and with a token, as Datastore.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import SimpleCookie
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.serving import seed

from . import image
from .cloud_run import CloudRun
from .conftest import lay_down
from .gcloud import Gcloud
from .google_apis import PROJECT, GoogleApis

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"
SERVICE = f"namespaces/{PROJECT}/services/mewgram"
PASSWORD = f"projects/{PROJECT}/secrets/mewgram-admin-password/versions/1"
MOST_MEGABYTES = 170
MOST_MEBIBYTES_OF_A_WORKER = 120


# The Dockerfile


def test_the_linter_has_nothing_to_say():
    result = subprocess.run(
        [Path(sys.executable).parent / "hadolint", DOCKERFILE], capture_output=True, text=True
    )
    assert (result.stdout, result.returncode) == ("", 0)


def test_it_begins_with_the_folder_of_the_project():
    lines = [line for line in DOCKERFILE.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "ARG APP=solution"


def engine():
    """Docker or Podman, where one of them is there and its engine runs."""
    for name in ("docker", "podman"):
        if shutil.which(name) and subprocess.run([name, "info"], capture_output=True).returncode == 0:
            return name
    return None


# No skipped test elsewhere: what stands for the base image there was made for these tests, this is Docker Hub's.
if engine():

    def test_an_engine_builds_it():
        subprocess.run([engine(), "build", "--quiet", ROOT], check=True)


# What it makes


@dataclass
class Deployment:
    apis: GoogleApis
    gcloud: Gcloud
    cloud_run: CloudRun
    folder: Path

    def run(self, script, *arguments):
        return self.gcloud.run(self.folder / "deploy" / script, *arguments)

    @property
    def instance(self):
        return self.cloud_run.services["mewgram"]

    @property
    def image(self):
        """The name under which it was pushed."""
        return self.apis.resources[SERVICE]["spec"]["template"]["spec"]["containers"][0]["image"]


@pytest.fixture(scope="module")
def deployment(builds_images, warm_gcloud, network, attendees_files, tmp_path_factory):
    place = tmp_path_factory.mktemp("deployment")
    folder = lay_down(attendees_files, place / "my-mewgram", "")
    with (
        GoogleApis() as apis,
        Gcloud(warm_gcloud, apis, place) as gcloud,
        CloudRun(apis, network) as cloud_run,
    ):
        deployment = Deployment(apis, gcloud, cloud_run, folder)
        result = deployment.run("deploy")
        assert result.returncode == 0, result.stdout
        yield deployment


@pytest.fixture(scope="module")
def inside(deployment):
    """Runs a command in a container of the image."""
    with deployment.cloud_run.container(deployment.image) as container:
        yield container.run


def files_of_the_app(run):
    """The files of the project in an image with their digests, but for those that Python writes."""
    lines = run(
        "find", "/app", "-type", "f", "!", "-name", "*.pyc", "-exec", "sha256sum", "{}", "+"
    ).splitlines()
    return {path: digest for digest, path in (line.split() for line in lines)}


@pytest.mark.emulator
def test_what_goes_into_the_image(inside):
    files = {path.removeprefix("/app/") for path in files_of_the_app(inside)}
    assert {path.partition("/")[0] for path in files} == {
        *("gunicorn.conf.py", "manage.py", "mewgram", "purr", "requirements.txt", "static", "staticfiles"),
        *("strict_datastore", "templates", "users"),
    }
    assert "strict_datastore/templates/admin/strict_datastore/change_list.html" in files
    assert not [
        path for path in files if re.search(r"\.env$|sqlite3|tests\.py|index\.yaml|compatibility", path)
    ]


@pytest.mark.emulator
def test_the_repository_gives_the_same_project_as_an_attendees_folder(inside, clone):
    with image.Container(image.build(clone)) as container:
        ours = files_of_the_app(container.run)
    theirs = files_of_the_app(inside)
    del theirs["/app/requirements.txt"]
    # Theirs is copied as a whole, the folder of the backend's package among it.
    assert ours == {
        path: each for path, each in theirs.items() if not path.startswith("/app/strict_datastore/src/")
    }


@pytest.mark.emulator
def test_the_packages_are_small(inside):
    size = int(inside("du", "--summarize", "--bytes", "/packages").split()[0]) / 1e6
    print(f"{size:.0f} MB")
    assert size <= MOST_MEGABYTES


@pytest.mark.emulator
def test_only_the_fourth_set_of_robohash_is_there(inside):
    pictures = inside("find", "/packages/robohash", "-name", "*.png").splitlines()
    assert {path.split("/")[4] for path in pictures} == {"set4"}


@pytest.mark.emulator
@pytest.mark.parametrize("folder", ["/packages/django", "/app/purr", "/app/strict_datastore"])
def test_the_code_is_compiled(inside, folder):
    assert inside("find", folder, "-name", "*.pyc")


@pytest.mark.emulator
def test_nobody_runs_it_as_root(inside):
    assert inside("id", "--user") == "10001"


@pytest.mark.emulator
def test_no_secret_stays_in_the_image(inside):
    assert [line for line in inside("env").splitlines() if "SECRET" in line or "PASSWORD" in line] == []


@pytest.mark.emulator
def test_django_has_nothing_to_say_about_its_deployment(deployment, inside):
    template = deployment.apis.resources[SERVICE]["spec"]["template"]["spec"]
    check = inside("python", "manage.py", "check", "--deploy", **deployment.cloud_run.environment(template))
    assert check == "System check identified no issues (0 silenced)."


# How it runs


@pytest.mark.emulator
def test_the_job_has_migrated_an_empty_database_and_made_the_first_admin(deployment):
    said = deployment.cloud_run.jobs[0]
    assert "Applying users.0001_initial... OK" in said
    assert "Your models" not in said
    assert said.endswith("Superuser created successfully.")


@pytest.mark.emulator
def test_it_listens_at_every_address_on_the_port_that_it_is_told(inside):
    """The instances here listen on 127.0.0.1 alone."""
    settings = inside("gunicorn", "--print-config", "mewgram.wsgi", PORT=1234, SECRET_KEY="x")
    assert re.search(r"(?m)^bind +=\s*\['0\.0\.0\.0:1234'\]", settings), settings


@pytest.mark.emulator
def test_it_answers_whoever_asks_for_its_health(deployment):
    status, _headers, body = deployment.instance.get(
        "/health/", Host="10.0.0.1", **{"X-Forwarded-Proto": "http"}
    )
    assert (status, body) == (200, b"ok\n")


@pytest.mark.emulator
def test_it_serves_pages_under_both_its_addresses_and_no_other(deployment):
    hosts = deployment.cloud_run.environment(deployment.apis.resources[SERVICE]["spec"]["template"]["spec"])
    for host in hosts["ALLOWED_HOSTS"].split(","):
        assert deployment.instance.get("/", Host=host)[0] == 200
    assert deployment.instance.get("/", Host="mewgram.example.com")[0] == 400


@pytest.mark.emulator
@pytest.mark.parametrize(("page", "file"), [("/", "mewgram"), ("/admin/login/", "admin/css/login")])
def test_it_serves_static_files_that_browsers_keep(deployment, page, file):
    status, _headers, body = deployment.instance.get(page)
    assert status == 200
    (path,) = re.findall(rf'href="(/static/{file}\.[0-9a-f]{{12}}\.css)"', body.decode())
    status, headers, _body = deployment.instance.get(path)
    assert (status, headers["Cache-Control"]) == (200, "max-age=315360000, public, immutable")


@pytest.mark.emulator
def test_a_length_that_is_no_number_does_not_reach_the_app(deployment):
    """Django would fail on it."""
    address = ("127.0.0.1", deployment.instance.port)
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(b"POST /log-in/ HTTP/1.1\r\nHost: cats\r\nContent-Length: x\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


class Visitor:
    """Comes with a browser that keeps cookies."""

    def __init__(self, instance):
        self.instance, self.cookies = instance, {}

    def get(self, path, data=None, **headers):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        status, headers, body = self.instance.get(path, data, Cookie=cookies, **headers)
        for header in headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return status, headers, body

    def post(self, path, **fields):
        """Send the form of a page that this visitor has seen."""
        headers = {"Referer": f"https://{self.instance.host}/", "X-CSRFToken": self.cookies["csrftoken"]}
        return self.get(path, urlencode(fields).encode(), **headers)


@pytest.fixture
def admin(deployment):
    """The first admin, logged in with the password that lies in the secret."""
    visitor = Visitor(deployment.instance)
    visitor.get("/log-in/")
    password = deployment.apis.resources[PASSWORD]["data"]
    status, headers, _body = visitor.post("/log-in/", username="admin@example.com", password=password)
    assert (status, headers["Location"]) == (302, "/")
    return visitor


@pytest.mark.emulator
def test_what_the_first_admin_purrs_is_shown_to_strangers(deployment, admin):
    text = f"Purr {uuid.uuid4()}"
    assert admin.post("/purrs/new/", text=text, key=uuid.uuid4())[0] == 302
    assert text.encode() in Visitor(deployment.instance).get("/")[2]


@pytest.mark.emulator
@pytest.mark.parametrize("path", ["", "users/user/", "users/user/?is_staff__exact=1&o=-1", "purr/purr/"])
def test_the_lists_of_its_admin_have_their_indexes(admin, path):
    assert admin.get(f"/admin/{path}")[0] == 200


@pytest.mark.emulator
def test_it_writes_nothing_into_its_own_folders(deployment):
    instance = deployment.instance
    instance.get("/")
    instance.container.run("touch", "/tmp/before")
    for path in ("/", "/cats/", "/log-in/", "/nothing/"):
        instance.get(path)
    places = ("/app", "/home", "/packages", "/root", "/tmp", "/usr", "/var")
    find = ("find", *places, "-newer", "/tmp/before", "-type", "f")
    assert instance.container.run(*find, user="root") == ""


@pytest.mark.emulator
def test_one_worker_stays_small(deployment, admin, monkeypatch):
    """After a thousand requests of eight visitors at once, who read and post, to a site with 200 purrs."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", PROJECT)
    seed(0, 200, os.environ["DATASTORE_EMULATOR_HOST"], deployment.cloud_run.namespace)
    stranger = Visitor(deployment.instance)
    page = stranger.get("/")[2].decode()
    pages = set(re.findall(r'"(/(?:purrs|cats|avatar)/[\w.?=-]{20,}/?|\?before=[^"]+)"', page))
    paths = ["/", "/cats/", "/sign-up/", "/nothing/", *(f"/{path.removeprefix('/')}" for path in pages)]
    visits = [
        *((stranger.get, path) for path in paths),
        *((admin.get, "/"), (admin.post, "/purrs/new/")) * 10,
    ]

    def visit(each):
        go, path = each
        return go(path, **{"text": "Meow", "key": uuid.uuid4()} if go == admin.post else {})[0]

    with ThreadPoolExecutor(8) as visitors:
        answers = list(visitors.map(visit, islice(cycle(visits), 1000)))
    assert set(answers) == {200, 302, 404}
    (worker,) = deployment.instance.main_process.children()
    size = worker.memory_info().rss / 2**20
    print(f"{size:.0f} MiB")
    assert size <= MOST_MEBIBYTES_OF_A_WORKER


@pytest.mark.emulator
def test_sigterm_lets_it_finish_what_it_serves(deployment, network, proxy, monkeypatch):
    monkeypatch.setattr(network, "emulator_host", proxy.host)
    service = deployment.apis.resources[SERVICE]
    instance = deployment.cloud_run.start(service)
    answers = []
    try:
        assert instance.is_well(service["spec"]["template"]["spec"]["containers"][0]["startupProbe"])
        with proxy.frozen(only="RunQuery"):
            asked = len(proxy.requests)
            visitor = threading.Thread(target=lambda: answers.append(instance.get("/cats/")[0]))
            visitor.start()
            while len(proxy.requests) == asked:
                assert visitor.is_alive()
            instance.terminate()
        visitor.join()
        assert instance.process.wait() == 0
        assert answers == [200]
    finally:
        instance.close()


# What comes after the first deployment, in this order


@pytest.mark.emulator
def test_a_migration_that_fails_shows_the_end_of_its_traceback_and_the_service_goes_on(
    deployment, network, monkeypatch
):
    before = deployment.instance
    for variable in ("GCE_METADATA_HOST", "GCE_METADATA_IP"):
        monkeypatch.setitem(network.environment, variable, "127.0.0.1:1")
    result = deployment.run("release", deployment.image)
    assert result.returncode != 0
    assert "ImproperlyConfigured: strict_datastore found neither an emulator nor Google cred" in result.stdout
    assert deployment.instance is before
    assert before.get("/health/")[0] == 200


@pytest.mark.emulator
def test_a_second_deployment_keeps_what_is_there_and_a_teardown_ends_it_all(deployment, admin):
    text = f"Purr {uuid.uuid4()}"
    admin.post("/purrs/new/", text=text, key=uuid.uuid4())
    before = deployment.instance
    result = deployment.run("deploy")
    assert result.returncode == 0, result.stdout
    said = deployment.cloud_run.jobs[-1]
    assert "No migrations to apply." in said
    assert said.endswith("There is an admin already.")
    assert deployment.instance is not before
    assert text.encode() in Visitor(deployment.instance).get("/")[2]
    assert deployment.run("teardown", "--yes").returncode == 0
    assert deployment.cloud_run.services == {}
    # Each version ended by itself when it was told to.
    assert set(deployment.cloud_run.ended) == {0}
