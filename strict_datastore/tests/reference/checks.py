"""The system checks: each id, with the messages and hints that the source has for it."""

import ast
import re

from .source import calls, definition, docstring, literals, modules

PREFIX = "strict_datastore."
LEVELS = {"E": "Error", "W": "Warning"}


def checks():
    messages = sorted({(identity, text) for identity, _, text in (*messages_with_id(), *functions_with_id())})
    return "\n".join(f"- **{identity}**: {text}" for identity, text in messages)


def messages_with_id():
    """Each message whose id is written beside it, as (id, its class, text)."""
    for tree in modules().values():
        known = literals(tree)
        for called, arguments, options in calls(tree):
            identity = getattr(options.get("id"), "value", None)
            if isinstance(identity, str) and identity.startswith(PREFIX):
                hint = f" *{shown(options['hint'], known)}*" if "hint" in options else ""
                yield identity, called, shown(arguments[0], known) + hint


def functions_with_id():
    """Each function in a table such as `{"E008": reserved_names}`, as (id, class, docstring)."""
    for tree in modules().values():
        for table in tables(tree):
            for key, function in zip(table.keys, table.values, strict=True):
                node = definition(tree, function.id)
                yield PREFIX + key.value, LEVELS[key.value[0]], docstring(node, function.id)


def tables(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and node.keys:
            numbers = [str(getattr(key, "value", "")) for key in node.keys]
            if all(re.fullmatch(r"[EW]\d{3}", number) for number in numbers):
                yield node


def shown(node, known):
    """A text as its reader sees it; in angle brackets what it is filled with."""
    match node:
        case ast.Constant():
            text = node.value
        case ast.JoinedStr():
            text = "".join(shown(each, known) for each in node.values)
        case ast.BinOp():
            text = shown(node.left, known) + shown(node.right, known)
        case ast.IfExp():
            text = f"{shown(node.body, known)} / {shown(node.orelse, known)}"
        case ast.FormattedValue():
            text = shown(node.value, known)
        case ast.Name() if node.id in known:
            text = str(known[node.id])
        case ast.Name() | ast.Attribute():
            text = f"`<{ast.unparse(node).rpartition('.')[2].strip('_')}>`"
        case _:
            text = "`<…>`"
    return re.sub(r"\s+", " ", text)
