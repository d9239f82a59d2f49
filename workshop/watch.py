"""Waits for changes in the attendee's folder."""

from watchfiles import DefaultFilter, watch

from workshop.steps import MARKER

POLLING = (
    "File events do not work here, so the files are looked at again and again."
    " To have that from the start: WATCHFILES_FORCE_POLLING=1"
)


class OfTheProject(DefaultFilter):
    ignore_dirs = (*DefaultFilter.ignore_dirs, "staticfiles", ".data")

    def __call__(self, change, path):
        return super().__call__(change, path) and not path.endswith(("db.sqlite3", "db.sqlite3-journal"))


def changes(folder, say):
    """Yield whenever something in the folder has changed; `say` is told if files have to be polled for that."""
    if not events_work(folder):
        say(POLLING)
        yield from watch(folder, watch_filter=OfTheProject(), force_polling=True)
        return
    yield from watch(folder, watch_filter=OfTheProject())


def events_work(folder):
    """Whether the system tells of a change: on shared and network folders it may not, and says nothing."""
    marker = folder / MARKER
    try:
        watched = watch(folder, watch_filter=None, rust_timeout=300, step=10, yield_on_timeout=True)
        next(watched)
        marker.write_bytes(marker.read_bytes())
        return any(next(watched) for _ in range(10))
    except (OSError, RuntimeError):
        return False
