"""Where Datastore is: at an emulator, if the environment names one, or on Google Cloud."""

import os
import socket

from django.db import OperationalError
from google.cloud.environment_vars import GCD_HOST


def emulator_host():
    """The emulator's `host:port` from DATASTORE_EMULATOR_HOST, or None for Google Cloud."""
    return os.environ.get(GCD_HOST) or None


def look_for_emulator(host):
    """Raise OperationalError where nothing listens: gRPC would try for a minute, and say it in a hundred lines."""
    name, _, port = host.rpartition(":")
    try:
        socket.create_connection((name.strip("[]"), port), timeout=5).close()
    except OSError as error:
        raise OperationalError(
            f"No emulator answers at {host}, where DATASTORE_EMULATOR_HOST says that it is: start it."
        ) from error
