"""What Cloud Build and Cloud Run do with an image, done here: builds, jobs and services in containers of buildah."""

import contextlib
import io
import subprocess
import sys
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

    network: the `GoogleNetwork` with the database. namespace: where the rows are in it, because tests share one.
    images: those that were built, by the names under which they were pushed. services: those that run, by name.
    jobs: what each execution of a job printed. ended: the exit statuses of services that another took the place of.
    """

    def __init__(self, apis, network):
        self.apis, self.network, self.namespace = apis, network, uuid.uuid4().hex
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
                print(error, file=sys.stderr)
                return False
        return True

    def run_job(self, job):
        """Run a job as often as it may; whether it went well in the end."""
        template = job["spec"]["template"]["spec"]["template"]["spec"]
        (container,) = template["containers"]
        for _ in range(1 + template["maxRetries"]):
            with self.container(container["image"]) as running:
                try:
                    command = (*container["command"], *container["args"])
                    self.jobs.append(running.run(*command, **self.environment(template)))
                except image.ImageError as error:
                    self.apis.logs = [{"textPayload": line} for line in str(error).splitlines()]
                else:
                    return True
        return False

    @contextlib.contextmanager
    def container(self, name):
        """A container of an image that was pushed, which trusts the network."""
        with image.Container(self.images[name]) as container:
            container.add(self.network.certificate, self.network.trusted)
            yield container

    def environment(self, template):
        (container,) = template["containers"]
        given = self.apis.environment_of(container, template["serviceAccountName"])
        return given | self.network.environment | {"DATASTORE_NAMESPACE": self.namespace}

    def deploy(self, name, service):
        """Start the service; when it is well it takes the place of the one that runs. Whether it is well."""
        new = self.start(service)
        if not new.is_well(service["spec"]["template"]["spec"]["containers"][0]["startupProbe"]):
            new.close()
            return False
        self.delete(name)
        self.services[name] = new
        return True

    def start(self, service):
        """Another instance of the service."""
        template = service["spec"]["template"]["spec"]
        (container,) = template["containers"]
        name = service["metadata"]["name"]
        given = {"K_SERVICE": name, "K_REVISION": f"{name}-00001-abc", "K_CONFIGURATION": name}
        return Instance(self.container(container["image"]), self.environment(template) | given)

    def delete(self, name):
        if name in self.services:
            self.ended.append(self.services.pop(name).stop())


class Instance:
    """The start command of a container's image, running. host: the name under which visitors come."""

    def __init__(self, container, environment):
        self.port = free_port()
        self.host = environment.get("ALLOWED_HOSTS", "").split(",")[0]
        # gunicorn would listen at all addresses of this machine.
        own = {"PORT": self.port, "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{self.port}"}
        self.stack = contextlib.ExitStack()
        self.container = self.stack.enter_context(container)
        self.process = self.container.start(**environment, **own)

    def is_well(self, probe):
        """Whether it answers the probe in time: as Cloud Run asks, by http and under an address of its network."""
        end = time.monotonic() + probe["failureThreshold"] * probe["periodSeconds"]
        headers = {"Host": f"10.0.0.1:{self.port}", "X-Forwarded-Proto": "http"}
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if self.get(probe["httpGet"]["path"], **headers)[0] == 200:
                    return True
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
        """Ask it to end, as Cloud Run does."""
        image.run("kill", "-TERM", str(self.main_process.pid))

    def stop(self):
        """Let it end in the time that it has, and return its exit status."""
        self.terminate()
        try:
            return self.process.wait(SECONDS_UNTIL_SIGKILL)
        finally:
            self.close()

    def close(self):
        """End it at once, if it has not ended."""
        if self.process.poll() is None:
            image.run("kill", "-KILL", str(self.main_process.pid))
        guardian.end(self.process)
        self.stack.close()
