"""Django on Google Datastore: the same answer as SQLite, or a clear error; never a silent difference."""

from .retry import retry_on_contention

__all__ = ["retry_on_contention"]
