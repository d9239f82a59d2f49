"""As many rows as one transaction takes, for what rewrites all rows of a model."""

from .limits import BYTES_A_TRANSACTION, ROWS_A_TRANSACTION


def batches(rows, size_of):
    """Yield lists of up to a hundred of the rows and 3 MiB; size_of: a function that says the bytes of one.

    A row that is larger by itself is a batch of its own.
    """
    batch, batch_bytes = [], 0
    for row in rows:
        row_bytes = size_of(row)
        if len(batch) == ROWS_A_TRANSACTION or (batch and batch_bytes + row_bytes > BYTES_A_TRANSACTION):
            yield batch
            batch, batch_bytes = [], 0
        batch.append(row)
        batch_bytes += row_bytes
    if batch:
        yield batch
