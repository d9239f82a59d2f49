"""The package's source, which the reference is made from. It is read, not imported.

So the page is the same on every Python and Django, and needs no settings.
"""

import ast
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


class Undocumented(Exception):
    """Something public lacks its documentation."""


@cache
def modules():
    """The syntax tree of each module, by the module's name."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def calls(tree):
    """Each call in a tree, as (what is called, its arguments, its keyword arguments), in the order of the lines."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        called = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        yield called, node.args, {each.arg: each.value for each in node.keywords}


def literals(tree):
    """What a module or a class gives to names as a literal, by the name."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


def definition(tree, name):
    """The node that defines a name in a module or a class, or None."""
    for node in tree.body:
        names = [
            getattr(node, "name", None),
            *(getattr(each, "id", None) for each in getattr(node, "targets", [])),
        ]
        if name in names:
            return node
    return None


def docstring(node, name):
    """The docstring of a public function or class. Raises Undocumented where there is none."""
    if text := ast.get_docstring(node):
        return text
    raise Undocumented(f"{name} is public and has no docstring.")


def one_line(text):
    return " ".join(text.split())
