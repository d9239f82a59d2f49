"""mewgram served as in production, one gunicorn worker with eight threads, on 127.0.0.1; and what that costs."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
from strict_datastore.emulator import free_port

ROOT = Path(__file__).parent.parent
SOLUTION = ROOT / "solution"
SECONDS_TO_START = 60
# Without it memory would not be that of production.
(MALLOC_ARENA_MAX,) = re.findall(r"MALLOC_ARENA_MAX=(\d+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
# Of the seeded sessions too.
SECRET_KEY = "for the benchmark alone, and longer than fifty characters"


def environment(project, host, namespace, engine="strict_datastore"):
    """The variables with which a project of mewgram runs on the emulator at `host`, under bench/settings.py."""
    return os.environ | {
        "BENCH_ENGINE": engine,
        "DATABASE": "datastore",
        "DATASTORE_EMULATOR_HOST": host,
        "DATASTORE_NAMESPACE": namespace,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "MALLOC_ARENA_MAX": MALLOC_ARENA_MAX,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(project)]),
        "SECRET_KEY": SECRET_KEY,
        "SERVER_TIMING": "1",
    }


def seed(first, end, host, namespace):
    """Bring the stored purrs from one number to the other, and return what a visitor needs: see seed.py."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.seed", str(first), str(end)]
    variables = environment(SOLUTION, host, namespace)
    output = subprocess.run(command, env=variables, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)


class Instance:
    """Serves a project from `with` to its end.

    address: where; seconds_to_first_page: from the start of the process to the first page.
    """

    def __init__(self, project, host, namespace, application="mewgram.wsgi", engine="strict_datastore"):
        self.project = project
        self.environment = environment(project, host, namespace, engine)
        self.application = application
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self._log = tempfile.TemporaryFile("w+", errors="replace")
        command = [sys.executable, "-W", "ignore", "-m", "gunicorn", "-c", str(SOLUTION / "gunicorn.conf.py")]
        command += [f"--bind=127.0.0.1:{self.port}", self.application]
        started = time.perf_counter()
        self._server = subprocess.Popen(command, cwd=self.project, env=self.environment, stderr=self._log)
        try:
            while not self._answers():
                if self._server.poll() is not None or time.perf_counter() - started > SECONDS_TO_START:
                    raise RuntimeError(f"gunicorn does not serve {self.project}:\n{self.log()}")
                time.sleep(0.01)
        except BaseException:
            self.__exit__()
            raise
        self.seconds_to_first_page = time.perf_counter() - started
        (self._worker,) = psutil.Process(self._server.pid).children()
        return self

    def __exit__(self, *_):
        self._server.terminate()
        self._server.wait()
        self._log.close()

    def _answers(self):
        try:
            urllib.request.urlopen(self.address).read()
        except urllib.error.HTTPError:
            raise
        except OSError:
            return False
        return True

    def log(self):
        """What it has written to its log so far."""
        self._log.seek(0)
        return self._log.read()

    def processor_seconds(self):
        """What the worker has used so far, of all processors together."""
        times = self._worker.cpu_times()
        return times.user + times.system

    def megabytes(self):
        """The worker's resident memory."""
        return self._worker.memory_info().rss / 1e6
