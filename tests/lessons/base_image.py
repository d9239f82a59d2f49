"""The base image of the container, from the root's Dockerfile into the lesson that has it typed and the steps' code.

A person changes the lesson, and `make steps` writes the Dockerfile. The bot knows only Dockerfiles: after it has
raised the version in the root's, `make refresh` runs this.
"""

import re
import sys

from workshop.steps import Workshop

FROM = re.compile(r"(?m)^FROM (\S+)(?= AS \w+$|$)")


class BaseImageError(Exception):
    """A lesson's Dockerfile has other stages than the one at the root."""


def refresh(workshop):
    """Rewrite each lesson and each stored Dockerfile that names another base image; return their paths.

    Raises BaseImageError, and writes nothing, where one of them has more or fewer stages.
    """
    images = FROM.findall((workshop.root / "Dockerfile").read_text(encoding="utf-8"))
    changed = {}
    for step in workshop.steps:
        for block in step.lesson.blocks:
            if (block.kind, block.target) == ("file", "Dockerfile"):
                lesson = step.folder / "README.md"
                text = lesson.read_text(encoding="utf-8")
                changed[lesson] = text.replace(block.text, with_images(block.text, images, lesson))
        if step.stored and (stored := step.stored / "Dockerfile").is_file():
            changed[stored] = with_images(stored.read_text(encoding="utf-8"), images, stored)
    changed = {path: text for path, text in changed.items() if path.read_text(encoding="utf-8") != text}
    for path, text in changed.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(changed)


def with_images(dockerfile, images, path):
    stages = FROM.findall(dockerfile)
    if len(stages) != len(images):
        raise BaseImageError(
            f"{path} has {len(stages)} lines with FROM, the Dockerfile at the root {len(images)}."
        )
    remaining = iter(images)
    return FROM.sub(lambda _: f"FROM {next(remaining)}", dockerfile)


def main():
    workshop = Workshop()
    try:
        for path in refresh(workshop):
            print(path.relative_to(workshop.root))
    except BaseImageError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
