"""
From the start of gunicorn to the first page it serves, of mewgram and of a Django that does nothing.

Prints the medians of five runs in seconds, as JSON.
"""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from statistics import median

from strict_datastore.emulator import free_port

APPLICATIONS = {"mewgram": "mewgram.wsgi", "bare": "bench.bare"}


def seconds_to_first_page(application):
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--threads=8", f"--bind=127.0.0.1:{port}", application]
    started = time.perf_counter()
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - started < 60:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
            except urllib.error.URLError:
                time.sleep(0.01)
            else:
                return time.perf_counter() - started
        raise TimeoutError("gunicorn served nothing within a minute.")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    # In turn, so that whatever else the machine does meets both.
    runs = [
        (name, seconds_to_first_page(application))
        for _ in range(5)
        for name, application in APPLICATIONS.items()
    ]
    print(
        json.dumps({name: median(seconds for each, seconds in runs if each == name) for name in APPLICATIONS})
    )
