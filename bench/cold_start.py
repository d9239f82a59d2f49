"""
From the start of gunicorn to the first page it serves, of mewgram and of a Django that does next to nothing.

Prints the medians of seven runs in seconds, as JSON.
"""

import json
import os
from statistics import median

from .serving import SOLUTION, Instance

APPLICATIONS = {"mewgram": "mewgram.wsgi", "bare": "bench.bare"}


def seconds_to_first_page(application):
    host, namespace = os.environ["DATASTORE_EMULATOR_HOST"], os.environ["DATASTORE_NAMESPACE"]
    with Instance(SOLUTION, host, namespace, application, os.environ["BENCH_ENGINE"]) as instance:
        return instance.seconds_to_first_page


if __name__ == "__main__":
    # In turn, so that whatever else the machine does meets both.
    runs = [
        (name, seconds_to_first_page(application))
        for _ in range(7)
        for name, application in APPLICATIONS.items()
    ]
    print(
        json.dumps({name: median(seconds for each, seconds in runs if each == name) for name in APPLICATIONS})
    )
