"""What the emulator itself says of indexes: the entries it writes for queries, and the queries it refuses.

The queries are protobuf messages of the type RunQueryRequest, as `meter.Call.request` holds them.
"""

import os
from dataclasses import replace
from unittest import mock

import yaml
from google.api_core.exceptions import FailedPrecondition
from google.cloud.datastore_v1 import RunQueryRequest
from google.cloud.environment_vars import GCD_HOST
from strict_datastore.emulator import Emulator
from strict_datastore.index_file import read_index_file
from strict_datastore.indexes import Shape
from strict_datastore.stub import datastore_stub

PROJECT = "indexes"


def of_kinds_of_their_own(requests):
    """Return each shape among the requests once, by the name of a kind that only this one asks for."""
    shapes = {}
    for request in requests:
        shapes.setdefault(replace(Shape.of(request.query), kind=bool(request.query.kind)), request)
    return {f"Kind{number}": of_kind(f"Kind{number}", each) for number, each in enumerate(shapes.values())}


def of_kind(kind, request):
    """Return the request for another kind, outside any transaction; a query of no kind stays one."""
    again = RunQueryRequest.pb(RunQueryRequest())
    again.CopyFrom(request)
    again.ClearField("read_options")
    if again.query.kind:
        again.query.kind[0].name = kind
    return again


def needed_for(requests):
    """Return the index that each of the requests needs, of those that need one."""
    return {kind: index for kind, request in requests.items() if (index := Shape.of(request.query).needed)}


def written_for(requests, folder):
    """Return the indexes, by kind, that the emulator writes into its own index.yaml when it is asked this.

    It does so where it keeps data, and nobody gave it an index file.
    """
    with Emulator(data_dir=folder) as emulator:
        assert refused(requests, emulator) == []
        return {index.kind: index for index in read_index_file(folder / "WEB-INF" / "index.yaml")}


def refused(requests, emulator):
    """Return the names of the requests for which this emulator lacks an index."""
    with mock.patch.dict(os.environ, {GCD_HOST: emulator.host}):
        stub = datastore_stub(PROJECT, None)
    return [name for name, request in requests.items() if not _runs(request, stub)]


def _runs(request, stub):
    try:
        stub.run_query(request)
    except FailedPrecondition as error:
        if "composite index" not in error.message:
            raise
        return False
    return True


def write_index_file(path, indexes):
    """Write an index.yaml with these entries and return its path."""
    entries = [entry for index in indexes for entry in yaml.safe_load(index.as_yaml())]
    path.write_text(yaml.safe_dump({"indexes": entries}))
    return path
