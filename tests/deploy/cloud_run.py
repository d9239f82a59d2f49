"""What Cloud Build and Cloud Run do with an image, done here: builds, jobs and services in containers of buildah."""

import contextlib
import io
import subprocess
import tarfile
import tempfile
import time
import uuid
from http.client import HTTPConnection
from pathlib import Path

import psutil
from strict_datastore import guardian
from strict_datastore.emulator import free_port

from . import image

SECONDS_UNTIL_SIGKILL = 10


class CloudRun:
    """Carries out what the stand-in for Google's APIs was asked for. Use it as a context manager.

    images: those that were built, by the names under which they were pushed. services: those that run, by name.
    jobs: what each execution of a job printed. ended: the exit statuses of services that another took the place of.
    """

    def __init__(self, apis, emulator_host):
        self.apis = apis
        # All that is not as it is on Google Cloud: the database, where several tests share one, and the port.
        self.database = {"DATASTORE_EMULATOR_HOST": emulator_host, "DATASTORE_NAMESPACE": uuid.uuid4().hex}
        self.images, self.services, self.jobs, self.ended = {}, {}, [], []

    def __enter__(self):
        self.apis.cloud_run = self
        return self

    def __exit__(self, *exception):
        for name in list(self.services):
            self.delete(name)

    def build(self, build, source):
        """Build the image from the archive that was sent; whether that went well."""
        (step,), name = build["steps"], build["substitutions"]["_IMAGE"]
        assert step["args"] == ["build", "--tag=$_IMAGE", "."]
        with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(source)) as archive:
            archive.extractall(folder, filter="data")
            try:
                self.images[name] = image.build(Path(folder))
            except image.ImageError as error:
                self.apis.logs = lines(str(error))
        return name in self.images

    def run_job(self, job):
        """Run a job as often as it may; whether it went well in the end."""
        template = job["spec"]["template"]["spec"]["template"]["spec"]
        (container,) = template["containers"]
        for _ in range(1 + template["maxRetries"]):
            with image.Container(self.images[container["image"]]) as running:
                try:
                    command = (*container["command"], *container["args"])
                    self.jobs.append(running.run(*command, **self.environment(template)))
                except image.ImageError as error:
                    self.apis.logs = lines(str(error))
                else:
                    return True
        return False

    def environment(self, template):
        (container,) = template["containers"]
        return self.apis.environment_of(container, template["serviceAccountName"]) | self.database

    def deploy(self, name, service):
        """Start the service; when it is well it takes the place of the one that runs. Whether it is well."""
        new = self.start(service)
        if not new.is_well(service["spec"]["template"]["spec"]["containers"][0]["startupProbe"]):
            new.close()
            return False
        self.delete(name)
        self.services[name] = new
        return True

    def start(self, service, **environment):
        """Another instance of the service, with more variables."""
        template = service["spec"]["template"]["spec"]
        (container,) = template["containers"]
        name = service["metadata"]["name"]
        given = {"K_SERVICE": name, "K_REVISION": f"{name}-00001-abc", "K_CONFIGURATION": name}
        return Instance(self.images[container["image"]], self.environment(template) | given | environment)

    def delete(self, name):
        if name in self.services:
            self.ended.append(self.services.pop(name).stop())


def lines(text):
    return [{"textPayload": line} for line in text.splitlines()]


class Instance:
    """The image's start command, running. host: the name under which visitors come."""

    def __init__(self, name, environment):
        self.port = free_port()
        self.host = environment.get("ALLOWED_HOSTS", "").split(",")[0]
        # gunicorn would listen at all addresses of this machine.
        own = {"PORT": self.port, "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{self.port}"}
        self.container = image.Container(name).__enter__()
        self.process = self.container.start(**environment, **own)

    def is_well(self, probe):
        """Whether it answers the probe in time: as Cloud Run asks, by http and under an address of its network."""
        end = time.monotonic() + probe["failureThreshold"] * probe["periodSeconds"]
        headers = {"Host": f"10.0.0.1:{self.port}", "X-Forwarded-Proto": "http"}
        while time.monotonic() < end:
            try:
                if self.get(probe["httpGet"]["path"], **headers)[0] == 200:
                    return True
            except OSError:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(0.05)
                    return False
        return False

    def get(self, path, data=None, **headers):
        """The answer (status, headers, body), asked as Cloud Run's front end asks; with data it is a POST."""
        usual = {"Host": self.host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        if data is not None:
            usual["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET" if data is None else "POST", path, data, usual | headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    @property
    def main_process(self):
        """What is process 1 in the container."""
        process = psutil.Process(self.process.pid)
        while process.name() != "unshare":
            (process,) = process.children()
        (process,) = process.children()
        return process

    def terminate(self):
        image.run("kill", "-TERM", str(self.main_process.pid))

    def stop(self):
        """End it as Cloud Run does, and return its exit status."""
        self.terminate()
        try:
            return self.process.wait(SECONDS_UNTIL_SIGKILL)
        finally:
            self.close()

    def close(self):
        guardian.end(self.process)
        self.container.__exit__()
