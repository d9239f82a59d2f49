"""
gcloud for the scripts of deploy/, which takes milliseconds instead of a second.

The first time that a command is given, the real gcloud carries it out against the stand-in for Google's APIs. What it
asked them and what they answered is kept with what it printed: when they would answer the same again, so does this.
"""

import json
import os
import socketserver
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

WARM = Path(__file__).with_name("warm_gcloud.py")
# Sent: the number of arguments, these, the folder, gcloud's variables by name and value, and what stands in the pipe.
STAND_IN = """#!/usr/bin/env bash
input=""
for argument in "$@"; do case $argument in *=-) input=$(cat) ;; esac; done
exec 3<> /dev/tcp/127.0.0.1/{port}
printf '%s\\0' "$#" "$@" "$PWD" "$input" >&3
for name in ${{!CLOUDSDK_@}}; do printf '%s=%s\\0' "$name" "${{!name}}" >&3; done
printf 'end\\0' >&3
for part in status out err; do IFS= read -r -d '' "$part" <&3; done
printf '%s' "$out"
printf '%s' "$err" >&2
exit "$status"
"""


def sdk():
    """The folder of the Cloud SDK, and its own Python."""
    command = ["gcloud", "info", "--format=value(installation.sdk_root,basic.python_location)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@dataclass
class Call:
    """What a command printed, and the requests to Google's APIs with their answers that made it do so."""

    result: dict
    requests: list


class WarmGcloud:
    """The real gcloud, and what it has said so far: for all tests of a session."""

    def __init__(self):
        root, python = sdk()
        self.process = subprocess.Popen(
            [python, WARM, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.known = {}

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def ask(self, argv, env, stdin="", cwd="/", only_parse=False):
        """Carry out a command, or only look whether it could be: its status, out and err."""
        call = {"argv": argv, "env": env, "stdin": stdin, "cwd": cwd, "only_parse": only_parse}
        print(json.dumps(call), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


class Gcloud:
    """gcloud on the PATH of the scripts that `run` starts, on the given `GoogleApis`. Use it as a context manager.

    `calls` are the arguments of all calls so far. From the call with the number `fails_at` on, that command fails.
    """

    def __init__(self, warm, apis, folder):
        self.warm, self.apis, self.folder = warm, apis, folder
        self.calls, self.fails_at = [], None

    def __enter__(self):
        gcloud = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                text = b""
                while not text.endswith(b"\0end\0"):
                    more = self.request.recv(65536)
                    if not more:
                        return  # who asked has ended
                    text += more
                count, *rest = text.removesuffix(b"\0end\0").decode().split("\0")
                argv, (cwd, stdin, *variables) = rest[: int(count)], rest[int(count) :]
                result = gcloud.answer(argv, dict(each.split("=", 1) for each in variables), stdin, cwd)
                parts = (str(result["status"]), result["out"], result["err"])
                self.wfile.write("".join(f"{part}\0" for part in parts).encode())

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=[0.01]).start()
        programs = self.folder / "bin"
        programs.mkdir(exist_ok=True)
        self.program("gcloud", STAND_IN.format(port=self.server.server_address[1]))
        self.program("sleep", "#!/bin/sh\n")
        # Whatever the time, the same name for the image.
        self.program("date", "#!/bin/sh\necho 20260102-030405\n")
        return self

    def __exit__(self, *exception):
        self.server.shutdown()
        self.server.server_close()

    def program(self, name, text):
        """Put a program on the PATH of the scripts."""
        file = self.folder / "bin" / name
        file.write_text(text)
        file.chmod(0o755)

    def run(self, *command, stdin="", **environment):
        """Run a script as somebody does who calls it; its output with what it said about errors, and its status.

        environment: more variables, or None for one that is not to be there.
        """
        variables = {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.defpath}",
            "HOME": str(self.folder),
            **self.apis.environment(self.folder),
            **environment,
        }
        return subprocess.run(
            command,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={name: value for name, value in variables.items() if value is not None},
        )

    def answer(self, argv, variables, stdin, cwd):
        self.calls.append(argv)
        number = len(self.calls) - 1
        if self.fails_at is not None and number >= self.fails_at and argv == self.calls[self.fails_at]:
            return {
                "status": 1,
                "out": "",
                "err": f"ERROR: (gcloud.{'.'.join(argv[:2])}) The cat sat on it.\n",
            }
        names = ("CLOUDSDK_AUTH_DISABLE_CREDENTIALS", "CLOUDSDK_CORE_PROJECT", "CLOUDSDK_RUN_REGION")
        settings = {name: variables.get(name) for name in names}
        known = self.warm.known.setdefault(json.dumps([argv, settings]), [])
        if self.apis.cloud_run and argv[0] in ("builds", "run"):
            known = []  # to see whether the answers are the same would take containers
        for call in known:
            if self.goes_the_same(call):
                return call.result
        start = len(self.apis.requests)
        result = self.warm.ask(
            argv,
            variables
            | {"PATH": os.defpath, "HOME": str(self.folder)}
            | {"http_proxy": self.apis.environment(self.folder)["http_proxy"]},
            stdin,
            cwd,
        )
        known.append(Call(result, self.apis.requests[start:]))
        return result

    def goes_the_same(self, call):
        """Whether the APIs answer again as they did then; if so they did it now, else nothing has happened."""
        before = self.apis.state()
        for request, answer in call.requests:
            if self.apis.answer(*request) != answer:
                vars(self.apis).update(before)
                return False
        return True
