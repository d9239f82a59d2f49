"""Runs a command for as long as somebody holds the other end of its standard input.

Whoever starts a guardian keeps a pipe to it. The system closes that pipe when the owner ends, even by
SIGKILL, and at end-of-file the guardian ends the command and all that the command started. This works on
every system, and nobody has to look through a list of processes.

The file is run as a script, so that a guardian costs no import of Django.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading

LOCKED = 75  # the exit status when another process holds the lock
POSIX = os.name == "posix"
# Ctrl-C reaches every process of the terminal's group: the owner alone decides when the command ends.
OWN_GROUP = {"start_new_session": True} if POSIX else {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}


def start(command, *, lock=None, shutdown=None, **options):
    """Start the command under a guardian of its own and return the guardian, a Popen.

    `lock` is a file that only one guardian at a time can hold, until its command has ended. `shutdown` is the
    host:port that answers POST /shutdown, for a command that has something to save first.
    """
    arguments = [f"--lock={lock}"] if lock else []
    arguments += [f"--shutdown={shutdown}"] if shutdown else []
    # What holds the lock comes from a package; without packages Python starts in half the time.
    options_of_python = ["-I"] if lock else ["-I", "-S"]
    return subprocess.Popen(
        [sys.executable, *options_of_python, __file__, *arguments, "--", *map(str, command)],
        stdin=subprocess.PIPE,
        **OWN_GROUP,
        **options,
    )


def end(guardian):
    """End the guardian's command; when this returns, nothing of it runs."""
    guardian.stdin.close()
    guardian.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lock")
    parser.add_argument("--shutdown", metavar="HOST:PORT")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    if options.lock:
        from filelock import FileLock, Timeout

        lock = FileLock(options.lock)  # held for as long as this name is
        try:
            # An owner that was killed leaves a guardian that still saves: its lock is soon free.
            lock.acquire(timeout=3)
        except Timeout:
            return LOCKED
    child = subprocess.Popen(options.command, stdin=subprocess.DEVNULL, **OWN_GROUP)

    def finish(*_):
        threading.Thread(target=finish_child, args=(child, options.shutdown), daemon=True).start()

    signal.signal(signal.SIGTERM, finish)
    threading.Thread(target=call_at_end_of_input, args=(finish,), daemon=True).start()
    status = child.wait()
    kill_group(child)
    return status


def call_at_end_of_input(function):
    while os.read(sys.stdin.fileno(), 1024):
        pass
    function()


def finish_child(child, shutdown):
    if shutdown and asked_to_shut_down(shutdown) and ended(child, seconds=15):
        return
    if POSIX:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        if ended(child, seconds=5):
            return
    kill_group(child)


def asked_to_shut_down(address):
    import http.client

    try:
        connection = http.client.HTTPConnection(address, timeout=5)
        connection.request("POST", "/shutdown")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def ended(child, seconds):
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def kill_group(child):
    """Kill the command and what it started, as far as any of it is left."""
    if POSIX:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    elif child.poll() is None:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(child.pid)], capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
