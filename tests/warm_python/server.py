"""The warm interpreter: runs in a fork of itself what a `stand_in` asks for.

Started with the number of a listening socket and what is to be `sys.executable`. It ends with its standard input.
"""

import builtins
import contextlib
import gc
import importlib
import os
import runpy
import selectors
import signal
import socket
import sys
import types
from dataclasses import dataclass

# Packages that take long and want no settings of Django. Not `strict_datastore`: step 9 has a copy of its own.
IMPORTED = (
    *("cachetools", "csp.middleware", "environ", "pytest", "robohash", "whitenoise.middleware", "yaml"),
    *("django.contrib.admin", "django.contrib.auth.hashers", "django.contrib.auth.password_validation"),
    *("django.core.management.commands.makemigrations", "django.core.management.commands.runserver"),
    *("django.db.backends.sqlite3.base", "django.db.models.sql.compiler", "django.test"),
    *("google.cloud.datastore", "google.cloud.environment_vars", "markdown_it", "rich.console", "typer"),
)


@dataclass
class Request:
    folder: str
    words: list
    variables: dict
    streams: list


@dataclass
class Child:
    """A running program, and the connection to its stand-in."""

    pid: int
    connection: socket.socket

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)


def receive(connection):
    """Return the request that a stand-in sends, or None if it has ended meanwhile."""
    size, streams, _, _ = socket.recv_fds(connection, 4, 3)
    text = b""
    while size and len(text) < int.from_bytes(size):
        more = connection.recv(int.from_bytes(size) - len(text))
        if not more:
            size = b""
        text += more
    if not size:
        for stream in streams:
            os.close(stream)
        return None
    folder, count, *rest = os.fsdecode(text).split("\0")
    words, variables = rest[: int(count)], rest[int(count) :]
    return Request(folder, words, dict(each.split("=", 1) for each in variables), streams)


class Server:
    def __init__(self, listener):
        self.listener = listener
        self.children = {}  # by the descriptor of the process
        self.selector = selectors.DefaultSelector()
        self.selector.register(sys.stdin, selectors.EVENT_READ)
        self.selector.register(listener, selectors.EVENT_READ)

    def serve(self):
        """Return, in a fork, the request that this process is to carry out; in the server, None at the end."""
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is sys.stdin:
                    for child in self.children.values():
                        child.signal(signal.SIGKILL)
                    return None
                if key.fileobj is self.listener:
                    if request := self.accept():
                        return request
                elif key.fd in self.children:
                    self.end(key.fd)
                else:
                    self.pass_on(key)

    def accept(self):
        connection, _ = self.listener.accept()
        request = receive(connection)
        if request is None:
            connection.close()
            return None
        pid = os.fork()
        # In both, because neither knows which of them goes on first.
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)
        if not pid:
            self.selector.close()
            return request
        for stream in request.streams:
            os.close(stream)
        child = Child(pid, connection)
        process = os.pidfd_open(pid)
        self.children[process] = child
        self.selector.register(process, selectors.EVENT_READ)
        self.selector.register(connection, selectors.EVENT_READ, child)
        return None

    def pass_on(self, key):
        """A signal from the stand-in; if it was killed, so is the program."""
        numbers = key.fileobj.recv(16)
        for number in numbers or [signal.SIGKILL]:
            key.data.signal(number)
        if not numbers:
            self.selector.unregister(key.fileobj)

    def end(self, process):
        child = self.children.pop(process)
        status = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
        child.signal(signal.SIGKILL)  # to what it has left behind
        with contextlib.suppress(KeyError):
            self.selector.unregister(child.connection)
        with contextlib.suppress(OSError):
            child.connection.send(b"%d" % status)
        child.connection.close()
        self.selector.unregister(process)
        os.close(process)


def become(request, executable):
    """Make this fork the process that the stand-in was asked to be."""
    for number, stream in enumerate(request.streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.variables)
    sys.executable = executable


def run(words):
    """Run `-m module`, `-c code` or a script with its arguments, as Python does."""
    if words[0] == "-m":
        sys.argv = words[1:]
        sys.path[0] = os.getcwd()
        sys.modules.pop(words[1], None)  # where it was imported, runpy warns
        runpy._run_module_as_main(words[1])
        return
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    main.__builtins__ = builtins
    try:
        if words[0] == "-c":
            sys.argv = ["-c", *words[2:]]
            sys.path[0] = ""
            code = compile(words[1], "<string>", "exec")
        else:
            sys.argv = words
            sys.path[0] = os.path.dirname(os.path.realpath(words[0]))
            main.__file__ = os.path.join(os.getcwd(), words[0])
            with open(main.__file__, "rb") as script:
                code = compile(script.read(), main.__file__, "exec")
        exec(code, main.__dict__)
    except Exception as error:  # noqa: BLE001 - Python tells of all of them
        # Without the lines that led here from this file.
        error = error.with_traceback(error.__traceback__.tb_next)
        sys.excepthook(type(error), error, error.__traceback__)
        sys.exit(1)


def main():
    number, executable = sys.argv[1:]
    with socket.socket(fileno=int(number)) as listener:
        for name in IMPORTED:
            importlib.import_module(name)
        gc.collect()
        gc.freeze()  # else each child would copy what it looks through
        request = Server(listener).serve()
    if request:
        become(request, executable)
        run(request.words)


main()
