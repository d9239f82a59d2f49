"""Entities as they were before a field was added to their model."""

from django.db import connection


def forget(column, *rows):
    """Make the rows as they were before there was the field."""
    client = connection.connection._client
    for row in rows:
        kind = row._meta.db_table if not row._meta.parents else "probes_place"
        entity = client.get(client.key(kind, row._meta.pk.get_db_prep_value(row.pk, connection)))
        del entity[column]
        client.put(entity)
