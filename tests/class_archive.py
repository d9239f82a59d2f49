"""The emulator's Java classes as an archive that Java maps into memory, which halves what each start takes.

https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html (Dynamic AppCDS). Java itself leaves an archive
aside that is of another Java or another emulator; the name of the file tells them apart so that a new one is made.
"""

import hashlib
import os
import re
import subprocess
import urllib.request
from unittest.mock import patch

from google.cloud import datastore
from google.cloud.environment_vars import GCD_HOST
from strict_datastore.emulator import Emulator, EmulatorError, find_emulator

OPTIONS = "JDK_JAVA_OPTIONS"
SINCE_JAVA = 13


def use_class_archive(folder):
    """Have every Java that this process and its children start use the archive, which is made if there is none."""
    try:
        path = archive(folder)
    except EmulatorError:
        return  # the tests say what is missing
    if path:
        os.environ[OPTIONS] = f"{os.environ.get(OPTIONS, '')} -XX:SharedArchiveFile={path}".strip()


def archive(folder):
    """Return the path of the archive, or None where this Java makes none."""
    installation = find_emulator()
    version = subprocess.run([installation.java, "-version"], capture_output=True, text=True).stderr
    number = re.search(r'version "(\d+)', version)
    if not number or int(number[1]) < SINCE_JAVA:
        return None
    jar = installation.jar.stat()
    key = hashlib.sha256(f"{installation} {version} {jar.st_size} {jar.st_mtime_ns}".encode()).hexdigest()
    path = folder / f"emulator-{key[:16]}.jsa"
    if not path.exists():
        made = path.with_suffix(f".{os.getpid()}")
        folder.mkdir(parents=True, exist_ok=True)
        with patch.dict(os.environ, {OPTIONS: f"-XX:ArchiveClassesAtExit={made}"}):
            use_and_shut_down()
        if not made.exists():
            return None
        made.replace(path)
    return path


def use_and_shut_down():
    """Have an emulator load what most requests need, and end of its own accord: then it writes its archive."""
    with Emulator() as emulator, patch.dict(os.environ, {GCD_HOST: emulator.host}):
        client = datastore.Client("archive")
        key = client.key("Cat", "luna")
        with client.transaction():
            client.get(key)
            client.put(datastore.Entity(key))
        list(client.query(kind="Cat", ancestor=key).fetch())
        client.allocate_ids(client.key("Cat"), 1)
        client.delete(key)
        request = urllib.request.Request(f"http://{emulator.host}/shutdown", method="POST")
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()
        emulator.process.wait()
