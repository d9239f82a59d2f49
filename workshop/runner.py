"""Runs a lesson: every block of it, in order, in a folder that begins as the attendee's does."""

import os
import shlex
import shutil
import socket
import subprocess
import time
from collections import Counter
from contextlib import ExitStack, contextmanager

from strict_datastore.emulator import Emulator, free_port

from workshop import attendee, changes, console, process
from workshop.mistakes import mistakes_of
from workshop.ports import Ports
from workshop.server import ServerError, readable, served

SECONDS_TO_PRINT = 20
# Commands that take a port of their own accord, and how they are told another one.
USUAL_PORTS = {
    ("python", "manage.py", "runserver"): (8000, []),
    ("workshop", "run"): (8000, ["--port"]),
    ("workshop", "emulator"): (8081, ["--port"]),
}


class Run:
    """One run of a step's lesson in an empty folder.

    `carriers` maps what a command begins with to the function that carries it out instead: it takes the
    command's words, the folder and the environment, and returns the exit status and the output.
    """

    def __init__(self, step, folder, carriers=None):
        self.step = step
        self.folder = folder
        self.ports = Ports()
        self.variables = process.environment(folder, PORT=str(self.ports.of(8080)))
        self.carriers = carriers or {}
        self.carried_out = Counter()
        self.lasting = {}  # {port: the ExitStack that stops the server on it}
        self.written_at = {}  # the line of the lesson that wrote a file last

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for port in list(self.lasting):
            self.stop(port)

    def run(self):
        """Carry out the lesson; the folder is then as the step ends. Raises LessonError."""
        attendee.lay_down(self.step, self.folder)
        self.ports.put_into_settings(self.folder)
        for block in self.step.lesson.blocks:
            if not block.challenge and block.kind != "error":
                self.carry_out(block, self.folder)

    def run_aside(self):
        """Carry out the challenges and the errors, each on a copy of the end. Raises LessonError."""
        copies = {}
        mistakes = {mistake.name: mistake for mistake in mistakes_of(self.step)}
        for block in self.step.lesson.blocks:
            if block.kind == "error":
                self.provoke(block, mistakes)
                self.carried_out["error"] += 1
            elif block.challenge:
                if block.challenge not in copies:
                    copies[block.challenge] = self.copy(f"challenge-{block.challenge}")
                self.carry_out(block, copies[block.challenge])

    def copy(self, name):
        return shutil.copytree(self.folder, self.folder.with_name(f"{self.folder.name}-{name}"))

    def carry_out(self, block, folder):
        if block.kind == "file":
            changes.write(block, folder)
        elif block.kind == "change":
            changes.change(block, folder)
        elif block.kind == "shown":
            changes.show(block, folder)
        elif block.kind == "console":
            for command in console.commands(block):
                self.run_command(block, command, folder, fails="fails" in block.words)
        elif block.kind == "server":
            self.run_server(block, folder)
        if block.kind in ("file", "change") and not block.challenge:
            self.written_at[block.target] = block.line
        if block.target == ".env":
            self.ports.put_into_settings(folder)
        self.carried_out["challenge" if block.challenge else block.kind] += 1

    def run_command(self, block, command, folder, fails=False):
        last = command == console.commands(block)[-1]
        try:
            status, output = self.result(command.words, folder, self.ports)
        except (FileNotFoundError, subprocess.TimeoutExpired) as error:
            raise block.error(f"{command.text}: {error}", command.line) from None
        output = self.ports.take_out_of(output).replace(f"{self.folder.parent / 'started'}{os.sep}", "")
        if (status != 0) != (fails and last):
            expected = "another exit status than 0" if fails and last else "exit status 0"
            raise block.error(f"{command.text}: {expected} expected, not {status}:\n{output}", command.line)
        if not console.matches(command.expected, output):
            difference = console.difference(command.expected, output)
            raise block.error(f"{command.text}: prints something else\n{difference}", command.line)

    def result(self, words, folder, ports):
        """Run a command; one that concerns the attendee's folder as a whole runs beside it."""
        if words == ["cd", "my-mewgram"]:
            return 0, ""
        if words == ["workshop", "next"]:
            folder = self.copy("next")
        if words[:2] == ["workshop", "start"]:
            words = [*words, str(self.folder.parent / "started" / "my-mewgram")]
        text = " ".join(words)
        for beginning, carrier in self.carriers.items():
            if text == beginning or text.startswith(
                beginning if beginning.endswith("/") else f"{beginning} "
            ):
                return carrier(words, folder, self.variables)
        return process.run(self.with_ports(words, ports)[0], folder, self.variables)

    def with_ports(self, words, ports):
        """Return the command with free ports in it, and the one on which it serves if it is a server."""
        translated = [ports.put_into(word) for word in words]
        for free in ports.free.values():
            if any(free in word for word in translated):
                return translated, int(free)
        for beginning, (named, option) in USUAL_PORTS.items():
            if tuple(words[: len(beginning)]) == beginning:
                return [*translated, *option, str(ports.of(named))], ports.of(named)
        return translated, ports.of(8080)

    def run_server(self, block, folder):
        *before, command = console.commands(block)
        for each in before:
            self.run_command(block, each, folder)
        words, port = self.with_ports(command.words, self.ports)
        self.stop(port)  # as an attendee does, who starts a server anew
        with ExitStack() as stack:
            try:
                server = stack.enter_context(served(words, folder, self.variables, port))
                if "visit" in block.attributes:
                    self.visit(block, server)
            except (FileNotFoundError, ServerError) as error:
                raise block.error(f"{command.text}: {error}", command.line) from None
            self.check_printed(block, command, server)
            if "lasting" in block.words:
                self.lasting[port] = stack.pop_all()

    def stop(self, port):
        if port in self.lasting:
            self.lasting.pop(port).close()

    def visit(self, block, server):
        path = block.attributes["visit"]
        status, page = server.visit(path)
        words = readable(page)
        shows = split_texts(block.attributes.get("shows"))
        if status >= 400 and not shows:
            raise block.error(f"the page {path} answers {status}:\n{words}")
        for text in shows:
            if text not in page and text not in words:
                raise block.error(f"the page {path} ({status}) does not show {text!r}:\n{words}")
        for text in split_texts(block.attributes.get("hides")):
            if text in words:
                raise block.error(f"the page {path} shows {text!r}:\n{words}")

    def check_printed(self, block, command, server):
        deadline = time.monotonic() + SECONDS_TO_PRINT
        while not console.begins_with(command.expected, self.ports.take_out_of(server.output.text())):
            if time.monotonic() > deadline or server.process.poll() is not None:
                printed = self.ports.take_out_of(server.output.text())
                difference = console.difference(command.expected, printed)
                raise block.error(f"{command.text}: prints something else\n{difference}", command.line)
            time.sleep(0.05)

    def provoke(self, block, mistakes):
        name = block.attributes["error"]
        mistake = mistakes.get(name)
        if mistake is None or not mistake.command:
            raise block.error(f"mistakes.toml has no mistake {name!r} with a command")
        folder = self.copy(f"mistake-{name}")
        self.ports.take_out_of_settings(folder)
        mistake.lay_on(folder)
        with self.circumstances(mistake, folder) as ports:
            words = shlex.split(mistake.command)
            try:
                if mistake.visit:
                    words, port = self.with_ports(words, ports)
                    with served(words, folder, self.variables, port) as server:
                        _, page = server.visit(mistake.visit)
                        output = wait_for(block.text, server, readable(page), ports)
                else:
                    _, output = self.result(words, folder, ports)
            except (FileNotFoundError, ServerError, subprocess.TimeoutExpired) as error:
                raise block.error(f"{mistake.command}: {error}") from None
        output = ports.take_out_of(output)
        if not block.text.strip() or not console.contains(block.text, output):
            raise block.error(f"{mistake.command} does not say this, but:\n{output}")

    @contextmanager
    def circumstances(self, mistake, folder):
        """What the mistake's command finds: the ports, with what runs on them."""
        ports = self.ports.copy()
        with ExitStack() as stack:
            if mistake.port_in_use:
                taken = socket.create_server(("127.0.0.1", 0))
                stack.callback(taken.close)
                ports.move(mistake.port_in_use, taken.getsockname()[1])
            if mistake.emulator == "off":
                ports.move(8081, free_port())
            if mistake.emulator in ("own", "older"):
                emulator = stack.enter_context(Emulator(index_file=folder / "index.yaml"))
                ports.move(8081, emulator.port)
            if mistake.emulator == "older":
                mistake.correct_in(folder, self.folder / mistake.file)
            ports.put_into_settings(folder)
            yield ports


def wait_for(text, server, page, ports):
    """Return what the server has printed, and the page; of some visits it tells only when they are over."""
    deadline = time.monotonic() + SECONDS_TO_PRINT
    while True:
        output = server.output.text() + page
        if console.contains(text, ports.take_out_of(output)) or time.monotonic() > deadline:
            return output
        time.sleep(0.05)


def split_texts(texts):
    return texts.split("|") if texts else []
