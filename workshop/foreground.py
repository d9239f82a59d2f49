"""A command that holds the terminal, and what it started, end however the command is ended."""

import os
import signal
import time

PARENT = os.getppid()


def end_by_any_signal():
    """Let a SIGTERM and a closed terminal end the command as Ctrl-C does."""
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, signal.default_int_handler)


def hold(process):
    """Return once the process has ended; KeyboardInterrupt when the user, or the `make` above, ends it."""
    while process.poll() is None:
        if "MAKELEVEL" in os.environ and os.getppid() != PARENT:
            raise KeyboardInterrupt
        time.sleep(0.2)  # Ctrl-C interrupts a sleep on every system, but not a wait on Windows
