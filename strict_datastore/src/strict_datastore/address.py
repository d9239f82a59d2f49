"""Where Datastore is: at an emulator, if the environment names one, or on Google Cloud."""

import os
import re
import socket

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from google.cloud.environment_vars import GCD_HOST


def emulator_host():
    """The emulator's `host:port` from DATASTORE_EMULATOR_HOST, or None for Google Cloud.

    Raises ImproperlyConfigured where the variable holds something else, such as a URL.
    """
    host = os.environ.get(GCD_HOST) or None
    if host and not is_host_and_port(host):
        raise ImproperlyConfigured(
            f"{GCD_HOST} is {host!r}. Write the host and the port alone, without http:// and without a path,"
            f" for example {GCD_HOST}=127.0.0.1:8081"
        )
    return host


def is_host_and_port(text):
    return bool(re.fullmatch(r"[^/\s]+:\d+", text))


def look_for_emulator(host):
    """Raise OperationalError where nothing listens: gRPC would try for a minute, and say it in a hundred lines."""
    name, _, port = host.rpartition(":")
    try:
        socket.create_connection((name.strip("[]"), port), timeout=5).close()
    except OSError as error:
        raise OperationalError(
            f"No emulator answers at {host}, where DATASTORE_EMULATOR_HOST says that it is: start it."
        ) from error
