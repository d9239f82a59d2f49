"""A program of a warm Python's folder: has `server` run it, and ends as it ends.

The folder's programs call it with the folder of the real ones, the server's address, and what they were called
with. It is there to be quick: Python starts it without `site`, and it imports next to nothing.
"""

import _socket
import array
import os
import signal
import sys

OPTIONS = ("-c", "-m")
VARIABLES = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONUTF8"}


def possible(name, arguments):
    """Other options and variables are for an interpreter that starts."""
    if {variable for variable in os.environ if variable.startswith("PYTHON")} - VARIABLES:
        return False
    return name != "python" or (bool(arguments) and (arguments[0] in OPTIONS or os.path.isfile(arguments[0])))


def request(words):
    variables = [f"{name}={value}" for name, value in os.environ.items()]
    text = "\0".join([os.getcwd(), str(len(words)), *words, *variables])
    return os.fsencode(text)


def main():
    _, programs, address, called, *arguments = sys.argv
    name = os.path.basename(called)
    program = os.path.join(programs, name)
    if not possible(name, arguments):
        os.execv(program, [program, *arguments])
    connection = _socket.socket(_socket.AF_UNIX)
    connection.connect(address)
    streams = array.array("i", [0, 1, 2])
    text = request(arguments if name == "python" else [program, *arguments])
    connection.sendmsg([len(text).to_bytes(4)], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
    connection.sendall(text)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: connection.send(bytes([number])))
    answer = connection.recv(16)
    if not answer:
        sys.exit("The warm Python has ended.")
    status = int(answer)
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


main()
