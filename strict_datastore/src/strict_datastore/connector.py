"""All that is taken from django-gcloud-connectors, whose import name is gcloudc: no other module imports it.

From it come connections that stage writes, entities and keys, Google's queries, the conversion of values, and the
special indexes (`contains` and the like). Most of it is private there. tests/backend/test_connector.py names each
thing that is relied on, so that a new release says in one place what it has changed.
"""

from gcloudc.db.backends.common.base.connection import StagedWriteKind
from gcloudc.db.backends.common.base.entity import Entity, Key
from gcloudc.db.backends.common.indexing import (
    IgnoreForIndexing,
    get_indexer,
    indexers_for_model,
    load_special_indexes,
    special_index_exists,
    special_indexes_for_column,
)
from gcloudc.db.backends.common.indexing import _merged_indexes as special_indexes
from gcloudc.db.backends.common.parsers.builder import WhereNode as SpecialIndexNode
from gcloudc.db.backends.datastore.base import Connection, DatabaseOperations, DatabaseWrapper, Query

__all__ = [
    "Connection",
    "DatabaseOperations",
    "DatabaseWrapper",
    "Entity",
    "IgnoreForIndexing",
    "Key",
    "Query",
    "SpecialIndexNode",
    "StagedWriteKind",
    "get_indexer",
    "indexers_for_model",
    "load_special_indexes",
    "special_index_exists",
    "special_indexes",
    "special_indexes_for_column",
]
