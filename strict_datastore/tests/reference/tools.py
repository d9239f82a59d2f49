"""What is used from a command line: the management commands, and what the plugin adds to pytest."""

import ast

from .source import Undocumented, calls, definition, docstring, literals, modules, one_line

COMMANDS = "strict_datastore.management.commands."


def commands():
    parts = []
    for module, tree in modules().items():
        if module.startswith(COMMANDS):
            name = module.removeprefix(COMMANDS)
            arguments = [
                (argument(names, options), ast.literal_eval(options["help"]))
                for called, names, options in calls(tree)
                if called == "add_argument"
            ]
            usage = " ".join(["manage.py", name, *(shown for shown, _ in arguments)])
            parts += [f"### `{usage}`", literals(definition(tree, "Command"))["help"]]
            parts.append("\n".join(f"- `{shown.strip('[]')}`: {told}" for shown, told in arguments))
    return "\n\n".join(parts)


def argument(names, options):
    """How an argument is written: `DIR`, `[app.Model ...]` or `[--database DATABASE]`."""
    flag = ast.literal_eval(names[0])
    value = ast.literal_eval(options["metavar"]) if "metavar" in options else flag.lstrip("-").upper()
    if flag.startswith("-"):
        return f"[{flag}]" if "action" in options else f"[{flag} {value}]"
    return f"[{value} ...]" if "nargs" in options else value


def plugin():
    tree = modules()["strict_datastore.pytest_plugin"]
    rows = []
    for called, arguments, options in calls(tree):
        if called in ("addini", "addoption"):
            name, *told = map(ast.literal_eval, arguments)
            kind = "in pytest's settings" if called == "addini" else "option"
            rows.append((name, kind, told[0] if told else ast.literal_eval(options["help"])))
        elif called == "addinivalue_line":
            _, marker = map(ast.literal_eval, arguments)
            name, _, told = marker.partition(": ")
            rows.append((name, "marker", told))
    for node in tree.body:
        if any("fixture" in ast.unparse(each) for each in getattr(node, "decorator_list", [])):
            rows.append((node.name, "fixture", one_line(docstring(node, node.name))))
    if not rows:
        raise Undocumented("The pytest plugin adds nothing.")
    return "\n".join(
        ["| | | |", "|---|---|---|", *(f"| `{name}` | {kind} | {told} |" for name, kind, told in rows)]
    )
