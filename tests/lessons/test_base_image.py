"""`make refresh` brings the base image that the bot has raised into the lesson that has it typed."""

import pytest

from workshop.steps import Workshop

from .base_image import BaseImageError, refresh

FIRST = "steps/01-first/README.md"
TYPED = """# Where the project lies.
ARG APP=.
FROM python:3.13.9-slim-trixie AS packages
RUN pip install cats
FROM python:3.13.9-slim-trixie
COPY --from=packages /packages /packages
"""


@pytest.fixture
def dockerfile(root, edit):
    """The Dockerfile that step 1 has typed, as it is at the root."""
    block = f'Write `Dockerfile`:\n\n```dockerfile title="Dockerfile"\n{TYPED}```\n\nRun it:\n'
    edit(FIRST, "Run it:\n", block)
    (root / "steps/01-first/code/Dockerfile").write_text(TYPED)
    path = root / "Dockerfile"
    path.write_text(TYPED.replace("APP=.", "APP=solution"))
    return path


def everything(root):
    return {path: path.read_text() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "image", ["python:3.15.1-slim-forky", "python:3.13.9-slim-trixie@sha256:" + 64 * "1"]
)
def test_it_reaches_the_lesson_and_the_code_of_the_step(root, dockerfile, image):
    before = everything(root)
    dockerfile.write_text(dockerfile.read_text().replace("python:3.13.9-slim-trixie", image))
    assert refresh(Workshop(root)) == [root / FIRST, root / "steps/01-first/code/Dockerfile"]
    changed = {path for path, text in everything(root).items() if text != before[path]}
    assert changed == {dockerfile, root / FIRST, root / "steps/01-first/code/Dockerfile"}
    assert Workshop(root).get(1).lesson.blocks[1].text == TYPED.replace("python:3.13.9-slim-trixie", image)


def test_each_stage_gets_its_own(root, dockerfile):
    dockerfile.write_text(dockerfile.read_text().replace("slim-trixie AS", "trixie AS"))
    refresh(Workshop(root))
    assert (root / "steps/01-first/code/Dockerfile").read_text() == TYPED.replace(
        "slim-trixie AS", "trixie AS"
    )


def test_where_nothing_has_been_raised_nothing_is_written(root, dockerfile):
    assert refresh(Workshop(root)) == []


def test_other_stages_are_an_error_and_nothing_is_written(root, dockerfile):
    dockerfile.write_text(dockerfile.read_text() + "FROM scratch\n")
    before = everything(root)
    with pytest.raises(
        BaseImageError, match=r"README.md has 2 lines with FROM, the Dockerfile at the root 3"
    ):
        refresh(Workshop(root))
    assert everything(root) == before
