"""mewgram as it is served in production: one gunicorn worker with eight threads."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from strict_datastore.emulator import free_port

SOLUTION = Path(__file__).parents[2] / "solution"
SECONDS_TO_START = 30


@pytest.fixture
def address(tmp_path):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--threads=8", f"--bind=127.0.0.1:{port}", "mewgram.wsgi"],
        cwd=SOLUTION,
        # DEBUG, because the hashed names of static files need `collectstatic`, which is another matter.
        env=os.environ | {"DEBUG": "1", "DJANGO_SETTINGS_MODULE": "mewgram.settings"},
    )
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while status(address + "/health/") != 200:
            assert server.poll() is None, "gunicorn ended"
            assert time.monotonic() < deadline, "gunicorn does not answer"
        yield address
    finally:
        server.terminate()
        server.wait()


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError:
        return None


@pytest.mark.emulator
def test_eight_threads_answer_sixteen_visitors_at_once(address):
    pages = ["/", "/?before=zzz", "/cats/", "/log-in/"] * 40
    with ThreadPoolExecutor(16) as visitors:
        assert set(visitors.map(lambda page: status(address + page), pages)) == {200}
