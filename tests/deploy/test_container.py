"""The container: what its Dockerfile makes, how large it is, and how its start command serves and ends."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import psutil
import pytest
from strict_datastore.emulator import free_port

from bench.serving import SECRET_KEY, seed

from .dockerfile import ROOT, Image, context, instructions

MOST_MEGABYTES = 170
MOST_MEBIBYTES_OF_A_WORKER = 120
SECONDS_TO_START = 60
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    image = Image(ROOT, tmp_path_factory.mktemp("container"))
    image.build()
    return image


# The Dockerfile


def test_the_linter_has_nothing_to_say():
    result = subprocess.run(
        [Path(sys.executable).parent / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True
    )
    assert (result.stdout, result.returncode) == ("", 0)


def test_it_begins_with_the_folder_of_the_project():
    assert next(instructions(DOCKERFILE)) == ("ARG", "APP=solution")


def test_nobody_runs_it_as_root():
    assert [rest for name, rest in instructions(DOCKERFILE) if name == "USER"] == ["10001"]


def test_no_secret_stays_in_the_image():
    assert not [
        rest for name, rest in instructions(DOCKERFILE) if name in ("ENV", "ARG") and "SECRET" in rest
    ]


def test_what_goes_into_the_image():
    files = context(ROOT)
    assert {path.partition("/")[0] for path in files} == {"requirements.txt", "solution", "strict_datastore"}
    assert "solution/manage.py" in files
    assert "strict_datastore/templates/admin/strict_datastore/change_list.html" in files
    assert not [
        path for path in files if re.search(r"\.env$|sqlite3|__pycache__|tests\.py|index\.yaml", path)
    ]


def test_an_attendees_own_folder_gives_the_same_project(attendees_folder):
    ours = {path.removeprefix("solution/") for path in context(ROOT)}
    assert set(context(attendees_folder)) == ours


def test_a_preparation_that_failed_stops_the_build(tmp_path):
    shutil.copytree(ROOT / "solution", tmp_path / "source" / "solution")
    for name in ("Dockerfile", ".dockerignore", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path / "source")
    (tmp_path / "source" / ".deploy-failed").write_text("There is no billing account.\n")
    with pytest.raises(subprocess.CalledProcessError) as raised:
        Image(tmp_path / "source", tmp_path).build()
    assert raised.value.stderr == b"There is no billing account.\n"


# What it makes


def megabytes(folder):
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def test_the_packages_are_small(image):
    size = megabytes(image.inside("/packages"))
    print(f"{size:.0f} MB")
    assert size <= MOST_MEGABYTES


def test_only_the_fourth_set_of_robohash_is_there(image):
    pictures = image.inside("/packages/robohash").rglob("*.png")
    assert {path.relative_to(image.inside("/packages/robohash")).parts[1] for path in pictures} == {"set4"}


def test_the_code_is_compiled(image):
    for folder in ("/packages/django", "/app/purr", "/app/strict_datastore"):
        assert list(image.inside(folder).rglob("*.pyc"))


def test_static_files_have_hashed_names(image):
    assert list(image.inside("/app/staticfiles").glob("mewgram.????????????.css"))


# How it runs


class Service:
    """The image's start command, in the environment that Cloud Run gives it."""

    def __init__(self, image, home, emulator_host):
        self.port = free_port()
        self.home = home
        self.namespace = f"container-{self.port}"
        environment = image.settings(
            PORT=str(self.port),
            K_SERVICE="mewgram",
            HOME=str(home),
            SECRET_KEY=SECRET_KEY,
            ALLOWED_HOSTS="mewgram.example.com",
            DATASTORE_EMULATOR_HOST=emulator_host,
            DATASTORE_NAMESPACE=self.namespace,
            # Not to the world while this is tested.
            GUNICORN_CMD_ARGS=f"--bind=127.0.0.1:{self.port}",
        )
        program, *arguments = image.command
        self.process = subprocess.Popen(
            [image.inside("/packages/bin") / program, *arguments], cwd=image.inside("/app"), env=environment
        )
        self.wait_until_it_answers()

    def wait_until_it_answers(self):
        end = time.monotonic() + SECONDS_TO_START
        while True:
            assert self.process.poll() is None, "gunicorn ended"
            assert time.monotonic() < end, "gunicorn does not answer"
            try:
                return self.get("/health/")
            except OSError:
                pass

    def get(self, path, data=None, **headers):
        """The answer (status, headers, body), asked as Cloud Run's front end asks; with data it is a POST."""
        usual = {"Host": "mewgram.example.com", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, usual | headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    @property
    def worker(self):
        (worker,) = psutil.Process(self.process.pid).children()
        return worker


@pytest.fixture
def service(image, tmp_path):
    service = Service(image, tmp_path, os.environ["DATASTORE_EMULATOR_HOST"])
    yield service
    service.stop()


@pytest.mark.emulator
def test_it_answers_whoever_asks_for_its_health(service):
    status, _headers, body = service.get("/health/", Host="10.0.0.1", **{"X-Forwarded-Proto": "http"})
    assert (status, body) == (200, b"ok\n")


@pytest.mark.emulator
def test_it_serves_pages_and_static_files_that_browsers_keep(service):
    status, _headers, body = service.get("/")
    assert status == 200
    (path,) = re.findall(rb'href="(/static/mewgram\.[0-9a-f]{12}\.css)"', body)
    status, headers, _body = service.get(path.decode())
    assert (status, headers["Cache-Control"]) == (200, "max-age=315360000, public, immutable")
    assert service.get("/admin/login/")[0] == 200


@pytest.mark.emulator
def test_a_length_that_is_no_number_does_not_reach_the_app(service):
    """Django would fail on it."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(
            b"POST /log-in/ HTTP/1.1\r\nHost: mewgram.example.com\r\nContent-Length: x\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


@pytest.mark.emulator
def test_it_writes_nothing_into_its_own_folders(service, image):
    service.get("/")
    before = {path: path.lstat().st_mtime_ns for path in image.root.rglob("*")}
    for path in ("/", "/cats/", "/log-in/", "/nothing/"):
        service.get(path)
    assert {path: path.lstat().st_mtime_ns for path in image.root.rglob("*")} == before
    assert list(service.home.iterdir()) == []


@pytest.fixture
def visits(service):
    """What is asked of a site with 200 purrs, by strangers and by a cat who posts: (path, data, headers)."""
    seeded = seed(0, 200, os.environ["DATASTORE_EMULATOR_HOST"], service.namespace)
    token = "a" * 32
    cat = {
        "Cookie": f"sessionid={seeded['sessions'][0]}; csrftoken={token}",
        "X-CSRFToken": token,
        "Referer": "https://mewgram.example.com/",
    }
    pages = set(
        re.findall(r'"(/(?:purrs|cats|avatar)/[\w.?=-]{20,}/?|\?before=[^"]+)"', service.get("/")[2].decode())
    )
    strangers = ["/", "/cats/", "/sign-up/", "/nothing/", *(f"/{page.removeprefix('/')}" for page in pages)]
    return [
        *((path, None, {}) for path in strangers),
        *(("/", None, cat), ("/purrs/new/", b"text=Meow&key=", cat)) * 10,
    ]


@pytest.mark.emulator
def test_one_worker_stays_small(service, visits):
    """After a thousand requests of eight visitors at once, who read and post."""

    def visit(sent):
        path, data, headers = sent
        return service.get(path, data and data + str(uuid.uuid4()).encode(), **headers)[0]

    with ThreadPoolExecutor(8) as visitors:
        answers = list(visitors.map(visit, islice(cycle(visits), 1000)))
    assert set(answers) == {200, 404}
    size = service.worker.memory_info().rss / 2**20
    print(f"{size:.0f} MiB")
    assert size <= MOST_MEBIBYTES_OF_A_WORKER


@pytest.mark.emulator
def test_sigterm_lets_it_finish_what_it_serves(image, tmp_path, proxy):
    service = Service(image, tmp_path, proxy.host)
    answers = []
    with proxy.frozen(only="RunQuery"):
        asked = len(proxy.requests)
        visitor = threading.Thread(target=lambda: answers.append(service.get("/cats/")[0]))
        visitor.start()
        while len(proxy.requests) == asked:
            assert visitor.is_alive()
        service.process.send_signal(signal.SIGTERM)
    visitor.join()
    assert service.process.wait() == 0
    assert answers == [200]


def engine():
    """Docker or Podman, where one of them is there and its engine runs."""
    for name in ("docker", "podman"):
        if shutil.which(name) and subprocess.run([name, "info"], capture_output=True).returncode == 0:
            return name
    return None


# No skipped test elsewhere: the Dockerfile is carried out above all the same.
if engine():

    def test_an_engine_builds_it():
        subprocess.run([engine(), "build", "--quiet", ROOT], check=True)
