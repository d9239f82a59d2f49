"""For commands that take long: a line that tells how far they have come, and an end by Ctrl-C."""

from contextlib import contextmanager

from django.core.management.base import CommandError

WIDTH = 20
PROGRESS_KIND = "strict_datastore_progress"  # of the entities in which a command keeps its place


@contextmanager
def interruptible():
    """Say after Ctrl-C that the command goes on when it is run again, in place of a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError("Interrupted. Run it again, and it goes on.", returncode=130) from None


class Progress:
    """Writes one line that is written again on a terminal; elsewhere, such as in a log, only its end."""

    def __init__(self, stream, name, total):
        self.stream, self.name, self.total = stream, name, total

    def show(self, done, remark=""):
        """Tell that so many rows of all are done; remark: what else there is to say."""
        if self.stream.isatty():
            self.stream.write("\r" + self._line(done, remark), ending="")
            self.stream.flush()

    def end(self, done, remark=""):
        """Tell the last state, and leave the line."""
        self.stream.write(("\r" if self.stream.isatty() else "") + self._line(done, remark))

    def _line(self, done, remark):
        # Rows that are written meanwhile may be more than the total.
        filled = WIDTH * min(done, self.total) // self.total if self.total else WIDTH
        return f"{self.name} [{'#' * filled:.<{WIDTH}}] {done:,} of {self.total:,}{remark}"
