"""What a slide quotes, found by a name that outlives changes around it."""

import ast
import json
import re
from textwrap import dedent

from workshop import lesson

WAYS = ("object", "first", "command", "error", "cell")
ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<(th|td)([^>]*)>(.*?)</\1>", re.DOTALL)
SPAN = re.compile(r' colspan="\d+"')
BLANK = "&nbsp;"


class ExcerptError(Exception):
    """There is nothing of that name; the message says where it was looked for."""


def find(root, tag, attributes):
    """Return the text that a block of the deck quotes. Raises ExcerptError.

    `tag` is the block's language, `attributes` are the words after it: `from` is a file of the repository, and one
    more says what of it:

    - `object`: a class, function or setting of a Python file; `Class.method` too;
    - `first`, with `last`: the lines from the only one that begins so, to the next one that begins with the other;
    - `command`: of a lesson, the command that is or contains this, with what it prints; with `nth=2` its second run;
    - `error`: of a lesson, the error of that name;
    - `cell`: of a notebook, the cell of that id: its source for `python`, the rows of its table for `html`, else what
      it printed.
    """
    found = dict(attributes)
    name, last, nth = found.pop("from", None), found.pop("last", None), int(found.pop("nth", 1))
    if name is None or len(found) != 1 or not found.keys() <= set(WAYS):
        raise ExcerptError(f"an excerpt says `from` which file, and one of {', '.join(WAYS)}: {attributes}")
    path = root / name
    if not path.is_file():
        raise ExcerptError(f"there is no {name}")
    [(way, what)] = found.items()
    try:
        if way == "object":
            text = python_object(path.read_text(encoding="utf-8"), what)
        elif way == "first":
            text = lines(path.read_text(encoding="utf-8"), what, last)
        elif way == "cell":
            text = cell(json.loads(path.read_text(encoding="utf-8")), what, tag)
        elif way == "command":
            text = command(lesson.read(path), what, nth)
        else:
            text = error(lesson.read(path), what)
    except LookupError as reason:
        raise ExcerptError(f"{name}: {reason.args[0]}") from None
    if not text.strip():
        raise ExcerptError(f"{name}: nothing is printed there")
    return dedent(text).strip("\n") + "\n"


def python_object(source, name):
    place = ast.parse(source)
    for part in name.split("."):
        place = next((node for node in place.body if part in names(node)), None)
        if place is None:
            raise LookupError(f"nothing is called {name}")
    first = min([place.lineno, *(each.lineno for each in getattr(place, "decorator_list", []))])
    return "\n".join(source.splitlines()[first - 1 : place.end_lineno])


def names(node):
    """What a statement defines."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def lines(text, first, last):
    every = text.splitlines()
    begins = [number for number, line in enumerate(every) if line.strip().startswith(first)]
    if len(begins) != 1:
        raise LookupError(f"{len(begins)} lines begin with {first!r}, not one")
    begin = begins[0]
    ends = [number for number in range(begin, len(every)) if every[number].strip().startswith(last or first)]
    if not ends:
        raise LookupError(f"after {first!r} no line begins with {last!r}")
    return "\n".join(every[begin : ends[0] + 1])


def command(lesson, what, nth):
    runs = []
    for block in lesson.blocks:
        if block.kind in ("console", "server"):
            for line in block.text.splitlines():
                if line.startswith("$ "):
                    runs.append([])
                runs[-1].append(line)
    found = [run for run in runs if run[0] == f"$ {what}"] or [run for run in runs if what in run[0]]
    if len(found) < nth:
        raise LookupError(f"{len(found)} commands contain {what!r}, and number {nth} is asked for")
    return "\n".join(found[nth - 1])


def error(lesson, name):
    for block in lesson.blocks:
        if block.attributes.get("error") == name:
            return block.text
    raise LookupError(f"no error is called {name!r}")


def cell(notebook, name, tag):
    for each in notebook["cells"]:
        if each.get("id") == name:
            if tag == "python":
                return "".join(each["source"])
            if tag == "html":
                return plain_rows("".join(text for output in each["outputs"] for text in html(output)))
            return "".join(text for output in each["outputs"] for text in printed(output))
    raise LookupError(f"no cell has the id {name!r}")


def printed(output):
    return output.get("text") or output.get("data", {}).get("text/plain", [])


def html(output):
    return output.get("data", {}).get("text/html", [])


def plain_rows(table):
    """The rows of a table of pandas' without styles, and without the one that only names the index."""
    rows = [CELL.findall(row) for row in ROW.findall(table)]
    rows = [row for row in rows if any(content != BLANK for *_, content in row[1:])]
    return "\n".join(f"<tr>{''.join(plain_cell(*each) for each in row)}</tr>" for row in rows)


def plain_cell(kind, attributes, content):
    if content == BLANK:
        return "<td></td>"
    span = "".join(SPAN.findall(attributes))
    return f"<{kind}{span}>{content}</{kind}>"
