"""One gRPC stub for the process, and a light client on it for each database connection.

A `datastore.Client` of its own for every connection costs a new channel each time (4 ms a request); one
client shared by all connections would mix their transactions and freeze their namespace. So the expensive
part is shared and the part with state is not.
"""

import os
import threading

import google.auth
import grpc
from django.core.exceptions import ImproperlyConfigured
from google.auth.exceptions import DefaultCredentialsError
from google.cloud import datastore
from google.cloud._helpers import _LocalStack
from google.cloud.datastore_v1.services.datastore import DatastoreClient
from google.cloud.datastore_v1.services.datastore.transports import DatastoreGrpcTransport

from .address import emulator_host, look_for_emulator
from .deadline import DeadlineTransport
from .meter import MeterInterceptor

_stubs = {}
_stubs_lock = threading.Lock()


def datastore_stub(project, database):
    """The process's gRPC stub for this project and database.

    The process id is part of the key: a channel that went through a fork hangs, so a child makes its own.

    Raises ImproperlyConfigured when there is neither an emulator nor credentials, OperationalError when the
    emulator is not running.
    """
    key = (project, database, emulator_host(), os.getpid())
    if key not in _stubs:
        with _stubs_lock:
            if key not in _stubs:
                _stubs[key] = _make_stub()
    return _stubs[key]


def _make_stub():
    # Datastore bounds its own answers; gRPC's limit of 4 MB would refuse some of them.
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    # gRPC would wait up to two minutes before it tries again to reach a Datastore that was away.
    options += [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 500)]
    if host := emulator_host():
        look_for_emulator(host)
        # The emulator is on this machine: a proxy from the environment could not reach it.
        channel = grpc.insecure_channel(host, [*options, ("grpc.enable_http_proxy", 0)])
    else:
        try:
            credentials, _ = google.auth.default(scopes=datastore.Client.SCOPE)
        except DefaultCredentialsError as error:
            raise ImproperlyConfigured(
                "strict_datastore found neither an emulator nor Google credentials. Start the emulator and "
                "set DATASTORE_EMULATOR_HOST to its address, or run `gcloud auth application-default login`."
            ) from error
        channel = DatastoreGrpcTransport.create_channel(credentials=credentials, options=options)
    channel = grpc.intercept_channel(channel, MeterInterceptor())
    return DatastoreClient(transport=DeadlineTransport(channel=channel))


class Client(datastore.Client):
    """A `datastore.Client` without a channel or credentials of its own.

    settings_dict: the connection's entry in DATABASES. The namespace is read from it at each use, so that
    tests can switch it under kept connections and a live server.
    """

    def __init__(self, settings_dict):
        # Not super().__init__(): it would look up the project and credentials again for each connection.
        self._settings_dict = settings_dict
        self._batch_stack = _LocalStack()
        self._database = settings_dict.get("DATABASE_ID") or None
        self.project = settings_dict["PROJECT"]

    @property
    def namespace(self):
        return self._settings_dict.get("NAMESPACE") or None

    @property
    def _datastore_api(self):
        return datastore_stub(self.project, self._database)
