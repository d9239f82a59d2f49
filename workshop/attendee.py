"""The attendee's folder: laid down where a step begins, marked, and found again."""

from workshop.steps import MARKER, copy


def lay_down(step, folder, found):
    """Write files of a step into a folder, with the .env that the attendee would have, and mark it."""
    folder.mkdir(parents=True, exist_ok=True)
    copy(found, folder)
    if settings := step.environment_file():
        (folder / ".env").write_text(settings, encoding="utf-8", newline="\n")
    mark(folder, step)


def mark(folder, step):
    (folder / MARKER).write_text(f"{step.number}\n", encoding="utf-8")
