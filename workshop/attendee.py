"""The attendee's folder: laid down where a step begins, marked, found again, and led to the next step."""

from pathlib import Path

from workshop.foreground import CannotRun
from workshop.steps import MARKER, content, copy

MINE = ".mine"


def lay_down(step, folder, at_end=False):
    """Write the project as the step begins, or ends, with the .env that the attendee would have, and mark it."""
    folder.mkdir(parents=True, exist_ok=True)
    copy(step.end() if at_end else step.begin(), folder)
    if settings := step.settings(at_end):
        (folder / ".env").write_text(settings, encoding="utf-8", newline="\n")
    mark(folder, step)


def mark(folder, step):
    (folder / MARKER).write_text(f"{step.number}\n", encoding="utf-8")


def start(step, folder):
    """Lay down where the step begins; return the folder to which one that was there is moved, or None.

    Raises CannotRun where the folder belongs to the workshop, or holds something else than a project.
    """
    refuse_own_folders(step.workshop, folder)
    moved = None
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not ((folder / MARKER).is_file() or (folder / "manage.py").is_file()):
            raise CannotRun(f"{folder} exists and is no mewgram: name another folder.")
        moved = unused(folder, ".before")
        folder.rename(moved)
    lay_down(step, folder)
    return moved


def go_on(step, folder):
    """Lay down the files given in this step; return those of the attendee that were set aside.

    Of theirs is what neither the step before nor this one has.
    """
    before = step.previous.end()
    set_aside = []
    for name, given in step.given().items():
        theirs = folder / name
        if (
            theirs.is_file()
            and not same(theirs, given)
            and not (name in before and same(theirs, before[name]))
        ):
            kept = unused(theirs, MINE)
            theirs.rename(kept)
            set_aside.append(kept.relative_to(folder).as_posix())
    copy(step.given(), folder)
    mark(folder, step)
    return set_aside


def lay_missing(step, folder):
    """Lay down those of the step's given files that are not there; return their names."""
    missing = {name: path for name, path in step.given().items() if not (folder / name).exists()}
    copy(missing, folder)
    return sorted(missing)


def same(one, other):
    """Whether two files hold the same; an editor on Windows may have ended the lines in its own way."""
    return content(one).replace(b"\r\n", b"\n") == content(other).replace(b"\r\n", b"\n")


def unused(path, ending):
    """Return a name beside the path that nothing has yet."""
    number, name = 1, path.with_name(path.name + ending)
    while name.exists():
        number += 1
        name = path.with_name(f"{path.name}{ending}{number}")
    return name


def find(workshop, start):
    """Return the attendee's folder: around `start`, or the usual one in the clone. Raises CannotRun."""
    refuse_own_folders(workshop, start)
    for folder in (start, *start.parents, usual(workshop)):
        if (folder / MARKER).is_file():
            return folder
    raise CannotRun("There is no mewgram of yours here. Make one: workshop start 1")


def usual(workshop):
    return workshop.root / "my-mewgram"


def refuse_own_folders(workshop, folder):
    for name in ("steps", "solution"):
        if Path(folder).resolve().is_relative_to(workshop.root / name):
            raise CannotRun(
                f"{name}/ belongs to the workshop, which compares with it: work in a folder of your own."
            )


def step_of(workshop, folder):
    """Return the step that the folder is at. Raises CannotRun."""
    text = (folder / MARKER).read_text(encoding="utf-8", errors="replace").strip()
    step = workshop.get(int(text)) if text.isdecimal() else None
    if step is None:
        raise CannotRun(
            f"{folder / MARKER} should hold the number of the step that you are at, not {text!r}."
        )
    return step
