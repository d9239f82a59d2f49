"""`workshop diff`: what differs between two states of a project."""

import difflib

from workshop.steps import content


def difference(old, new, old_name, new_name):
    """Return a unified diff of two {path: where it is}, as text; empty where they are the same."""
    parts = []
    for name in sorted(old.keys() | new.keys()):
        before, after = lines(old.get(name)), lines(new.get(name))
        if before == after:
            continue
        if before is None or after is None:
            parts.append(f"Binary file {name} differs\n")
            continue
        parts += difflib.unified_diff(before, after, label(old, old_name, name), label(new, new_name, name))
    return "".join(parts)


def label(found, state, name):
    return f"{state}/{name}" if name in found else "/dev/null"


def lines(path):
    """Return the lines of a file, of none if there is none, or None for a file that holds no text."""
    if path is None:
        return []
    try:
        text = content(path).decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    if text and not text.endswith("\n"):
        text += "\n"
    return text.splitlines(keepends=True)
