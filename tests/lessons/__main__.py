"""`make steps`: runs the lessons in order and writes what is made from them."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.warm_python import warm_python
from workshop import author
from workshop.lesson import LessonError
from workshop.mistakes import MistakesError
from workshop.parts import PartError
from workshop.rules import problems
from workshop.steps import ManifestError, Workshop

from .carriers import carriers


def main():
    parser = argparse.ArgumentParser(prog="make steps", description=__doc__)
    parser.add_argument("step", nargs="*", type=int, help="the numbers of the steps; all by default")
    numbers = parser.parse_args().step
    try:
        with warm_python() as sys.executable:
            make(numbers)
    except (LessonError, ManifestError, MistakesError, PartError) as error:
        sys.exit(str(error))


def make(numbers):
    workshop = Workshop()
    for step in workshop.steps:
        if not numbers or step.number in numbers:
            with tempfile.TemporaryDirectory() as place, carriers(Path(place) / "cloud") as others:
                carried_out = author.make(step, others)
            print(f"{step.number:2} {step.title}: {sum(carried_out.values())} blocks", flush=True)
    author.write_pages(workshop)
    author.write_dockerfile(workshop)
    for problem in problems(workshop):
        print(problem)


if __name__ == "__main__":
    main()
