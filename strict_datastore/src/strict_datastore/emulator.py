"""Finds, starts and stops Google's Datastore emulator, the one that can enforce composite indexes."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from strict_datastore import guardian
from strict_datastore.index_file import InvalidIndexFile, read_index_file

__all__ = ["Emulator", "EmulatorError", "EmulatorNotFound", "PortInUse"]

JAR = Path("platform/cloud-datastore-emulator/CloudDatastore.jar")
MAIN_CLASS = "com.google.cloud.datastore.emulator.CloudDatastore"
SECONDS_TO_START = 60


class EmulatorError(Exception):
    """The emulator cannot run; the message is a sentence for the person who started it."""


class EmulatorNotFound(EmulatorError):
    """Java or the emulator is missing; the message ends with the line that installs it."""


class PortInUse(EmulatorError):
    """Something else listens on the emulator's port."""


@dataclass(frozen=True)
class EmulatorInstallation:
    java: Path
    jar: Path

    def command(self, *arguments):
        # The first compiler alone starts sooner and is quicker for what an emulator lives: minutes.
        return [self.java, "-XX:TieredStopAtLevel=1", "-cp", self.jar, MAIN_CLASS, *arguments]


def find_emulator():
    """Return where Java and the emulator are, or raise EmulatorNotFound."""
    java = shutil.which("java")
    sdk = google_cloud_sdk()
    missing = []
    if not java:
        missing.append(("Java", java_install_line()))
    if not sdk:
        missing.append(("the Google Cloud SDK with its Datastore emulator", sdk_install_line()))
    elif not (sdk / JAR).is_file():
        missing.append(("the Datastore emulator of the Google Cloud SDK", component_install_line(sdk)))
    if missing:
        names, lines = zip(*missing, strict=True)
        raise EmulatorNotFound(f"This machine lacks {' and '.join(names)}; install: {' && '.join(lines)}")
    return EmulatorInstallation(Path(java), sdk / JAR)


def google_cloud_sdk():
    """Return the SDK's root, or None. Asking gcloud takes a second, so that is done last."""
    gcloud = shutil.which("gcloud")
    roots = [Path(gcloud).resolve().parent.parent] if gcloud else usual_sdk_roots()
    for root in roots:
        if (root / "lib" / "googlecloudsdk").is_dir():
            return root
    if gcloud:  # a wrapper script that lies outside the SDK
        answer = subprocess.run(
            [gcloud, "info", "--format=value(installation.sdk_root)"], capture_output=True, text=True
        )
        if answer.returncode == 0 and answer.stdout.strip():
            return Path(answer.stdout.strip())
    return None


def usual_sdk_roots():
    folders = [Path.home(), *map(Path, ("/usr/lib", "/usr/lib64", "/usr/share", "/usr/local", "/opt"))]
    folders += [Path("/opt/homebrew/share"), Path("/usr/local/share")]
    for variable in ("LOCALAPPDATA", "ProgramFiles(x86)", "ProgramFiles"):
        if variable in os.environ:
            folders.append(Path(os.environ[variable]) / "Google" / "Cloud SDK")
    return [folder / "google-cloud-sdk" for folder in folders]


def java_install_line():
    if sys.platform == "darwin":
        return "brew install --cask temurin"
    if sys.platform == "win32":
        return "winget install EclipseAdoptium.Temurin.21.JRE"
    if shutil.which("dnf"):
        return "sudo dnf install java-latest-openjdk-headless"
    return "sudo apt-get install default-jre-headless"


def sdk_install_line():
    if sys.platform == "win32":
        return "winget install Google.CloudSDK && gcloud components install cloud-datastore-emulator"
    return (
        "curl https://sdk.cloud.google.com | bash -s -- --disable-prompts"
        " && ~/google-cloud-sdk/bin/gcloud components install cloud-datastore-emulator"
    )


def component_install_line(sdk):
    # gcloud refuses to install components into an SDK that the system's package manager put there.
    if sdk == Path("/usr/lib/google-cloud-sdk"):
        return "sudo apt-get install google-cloud-cli-datastore-emulator"
    if sdk == Path("/usr/lib64/google-cloud-sdk"):
        return "sudo dnf install google-cloud-cli-datastore-emulator"
    return "gcloud components install cloud-datastore-emulator"


def port_in_use(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return True
    return False


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Emulator:
    """Google's Datastore emulator, on 127.0.0.1, for as long as this process lives at most.

    With `index_file` a query fails whose composite index is not in the file, as it does on Google Cloud.
    With `data_dir` the data are kept there, else in memory. Without `port` a free one is taken.
    """

    def __init__(self, index_file=None, data_dir=None, port=None):
        self.index_file = Path(index_file).resolve() if index_file else None
        self.data_dir = Path(data_dir).resolve() if data_dir else None
        self.port = port
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def host(self):
        """What DATASTORE_EMULATOR_HOST wants."""
        return f"127.0.0.1:{self.port}"

    def start(self):
        """Start it, and return when it answers.

        Raises EmulatorNotFound, PortInUse where a port was named, and EmulatorError where it does not start.
        """
        installation = find_emulator()
        if self.index_file:
            self._read_index_file()
        if self.data_dir:
            self._prepare_data_dir(installation)
        if self.port is not None:
            if port_in_use(self.port):
                raise PortInUse(f"Port {self.port} is in use.")
            self._launch(installation)
            return
        for last_try in (False, False, True):
            self.port = free_port()
            try:
                self._launch(installation)
            except PortInUse:  # somebody took it in the meantime
                self.port = None
                if last_try:
                    raise
            else:
                return

    def stop(self):
        """End it; one that is not running is left alone."""
        if self.process:
            guardian.end(self.process)
            self.process = None

    def reset(self):
        """Forget all entities; only the emulator that keeps nothing can."""
        status, answer = self._request("POST", "/reset")
        if status != 200:
            raise EmulatorError(f"The emulator could not be reset: {answer}")

    def _read_index_file(self):
        """Its own error names a line too, but never what to write instead."""
        if not self.index_file.is_file():
            raise EmulatorError(f"There is no index file {self.index_file}.")
        try:
            read_index_file(self.index_file)
        except InvalidIndexFile as error:
            raise EmulatorError(str(error)) from error

    def _prepare_data_dir(self, installation):
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.data_dir).close()
        except OSError as error:
            raise EmulatorError(f"No data can be kept in {self.data_dir}: {error.strerror}.") from error
        if not (self.data_dir / "WEB-INF").is_dir():
            command = installation.command("create", self.data_dir)
            made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if made.returncode:
                raise failure(made.stdout.strip())

    def _launch(self, installation):
        arguments = ["start", "--host=127.0.0.1", f"--port={self.port}", "--firestore_in_datastore_mode"]
        if self.index_file:
            arguments += ["--require_indexes", f"--index_file={self.index_file}"]
        arguments.append(self.data_dir or "--testing")
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            self.process = guardian.start(
                installation.command(*arguments),
                lock=self.data_dir and self.data_dir / "emulator.lock",
                shutdown=self.data_dir and self.host,  # in memory there is nothing to save
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                self._wait_until_ready(output)
                self._check_index_file(output)
            except BaseException:
                self.stop()
                raise

    def _wait_until_ready(self, output):
        deadline = time.monotonic() + SECONDS_TO_START
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.05)
        if self.process.poll() == guardian.LOCKED:
            raise EmulatorError(f"Another emulator keeps its data in {self.data_dir}: stop that one first.")
        self.stop()
        raise failure(text(output))

    def _answers(self):
        try:
            return self._request("GET", "/", timeout=2) == (200, "Ok\n")
        except (OSError, http.client.HTTPException):
            return False

    def _check_index_file(self, output):
        """The emulator reads the file at the first query, and then fails every query without a reason."""
        if not self.index_file:
            return
        query = {"query": {"kind": [{"name": "Any"}]}}
        status, _ = self._request("POST", "/v1/projects/any:runQuery", query)
        if status != 200:
            self.stop()
            reasons = re.findall(r"AppEngineConfigException: (.*)", text(output)) or ["the emulator fails"]
            raise EmulatorError(f"The index file {self.index_file} cannot be used: {reasons[-1]}")

    def _request(self, method, path, body=None, timeout=SECONDS_TO_START):
        # http.client, because a proxy named in the environment is not for this address.
        connection = http.client.HTTPConnection(self.host, timeout=timeout)
        try:
            connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


def text(output):
    output.seek(0)
    return output.read().strip()


def failure(output):
    """Return the error that the emulator's output tells of."""
    if "Address already in use" in output:
        return PortInUse("The emulator's port is in use.")
    # macOS has a `java` that only says that there is none.
    problem = re.search(".*(UnsupportedClassVersionError|Unable to locate a Java Runtime).*", output)
    if problem:
        return EmulatorNotFound(
            "The Datastore emulator needs a newer Java; install it from https://adoptium.net\n" + problem[0]
        )
    return EmulatorError("The Datastore emulator did not start:\n" + "\n".join(output.splitlines()[-5:]))
