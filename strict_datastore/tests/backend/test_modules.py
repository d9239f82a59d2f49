"""How the modules of the package depend on each other."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import strict_datastore

MODULES = {path.stem: path for path in Path(strict_datastore.__file__).parent.glob("*.py")}


def imported(path):
    """The modules of the package that a module imports before it can be used."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.level or node.module.startswith("strict_datastore")):
            module = (node.module or "").removeprefix("strict_datastore").lstrip(".")
            yield from [module] if module else [each.name for each in node.names]


def test_no_module_needs_itself():
    graph = {name: set(imported(path)) & MODULES.keys() for name, path in MODULES.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError
