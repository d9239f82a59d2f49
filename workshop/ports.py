"""Lessons run side by side: each gets free ports in place of those that its text names."""

import re

from strict_datastore.emulator import free_port

NAMED = (8000, 8080, 8081)  # Django's server, gunicorn's here, the emulator's


class Ports:
    """Free ports in place of `NAMED`, and how to translate a text into either."""

    def __init__(self, free=None):
        self.free = free or {str(port): str(free_port()) for port in NAMED}

    def copy(self):
        return Ports(dict(self.free))

    def move(self, named, free):
        self.free[str(named)] = str(free)

    def of(self, port):
        """The free port in place of the named one."""
        return int(self.free[str(port)])

    def put_into(self, text):
        return replace(text, self.free)

    def take_out_of(self, text):
        return replace(text, {free: named for named, free in self.free.items()})

    def put_into_settings(self, folder):
        """Translate the project's .env, which a lesson had typed."""
        rewrite(folder / ".env", self.put_into)

    def take_out_of_settings(self, folder):
        rewrite(folder / ".env", self.take_out_of)


def rewrite(path, function):
    if path.is_file():
        path.write_text(function(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def replace(text, ports):
    return re.sub(rf"(?<!\d)({'|'.join(ports)})(?!\d)", lambda found: ports[found[0]], text)
