"""A command that holds the terminal, and what it started, end however the command is ended."""

import os
import signal
import sys
import time

PARENT = os.getppid()
# Windows has no SIGHUP.
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class CannotRun(Exception):
    """The message is a sentence for the person who typed the command."""


def end_by_any_signal():
    """Let a SIGTERM and a closed terminal end the command as Ctrl-C does."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, end)


def end(*_):
    ignore_signals()
    raise KeyboardInterrupt


def ignore_signals():
    """Whoever presses Ctrl-C again, out of impatience, must not cut the end short."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def hold(*processes):
    """Return once one of them has ended; KeyboardInterrupt when the user, or the `make` above, ends them."""
    had_terminal = has_terminal()
    while all(process.poll() is None for process in processes):
        if "MAKELEVEL" in os.environ and os.getppid() != PARENT:
            end()
        # A `make` that leads the terminal's session keeps the news of its end, SIGHUP, to itself.
        if had_terminal and not has_terminal():
            end()
        time.sleep(0.2)  # Ctrl-C interrupts a sleep on every system, but not a wait on Windows
    ignore_signals()


def has_terminal():
    """Whether standard input is a terminal that is still there."""
    return sys.stdin is not None and sys.stdin.isatty()
