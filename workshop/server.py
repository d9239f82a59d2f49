"""A server that a lesson starts: waited for, visited, and stopped."""

import html
import re
import socket
import time
import urllib.request
from contextlib import contextmanager
from urllib.error import HTTPError, URLError

from workshop.process import started

SECONDS_TO_START = 60


class ServerError(Exception):
    """The server did not do what it should; the message says so with what it printed."""


class Server:
    def __init__(self, process, output, port):
        self.process = process
        self.output = output
        self.port = port

    def wait_until_it_answers(self):
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                self.output.reader.join()
                raise ServerError(f"the server ended:\n{self.output.text()}")
            if self.answers():
                return
            time.sleep(0.05)
        raise ServerError(f"the server does not answer on its port:\n{self.output.text()}")

    def answers(self):
        try:  # not by a request, which the server would tell of
            socket.create_connection(("127.0.0.1", self.port), timeout=10).close()
        except OSError:
            return False
        return True

    def visit(self, path):
        """Return the status and the text of the page that a browser ends at."""
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
        )
        try:
            with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=60) as response:
                return response.status, response.read().decode(errors="replace")
        except HTTPError as response:
            return response.code, response.read().decode(errors="replace")
        except URLError as error:
            return 502, str(error.reason)  # it was sent on to where nobody answers


@contextmanager
def served(words, folder, variables, port):
    """The server of a command. Raises ServerError if it does not come to answer."""
    with started(words, folder, variables) as (process, output):
        server = Server(process, output, port)
        server.wait_until_it_answers()
        yield server


def readable(page):
    """The words of a page, as a visitor reads them."""
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!--.*?-->", " ", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
