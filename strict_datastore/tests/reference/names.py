"""The public names: those in the `__all__` of a module, with their signatures and docstrings."""

import ast
import re

from .source import Undocumented, definition, docstring, literals, modules, one_line


def names():
    parts = []
    for module, tree in modules().items():
        # Names that are passed on from another distribution, as connector.py does, are that one's.
        if public := [name for name in literals(tree).get("__all__", []) if not is_foreign(tree, name)]:
            parts += [f"### `{module}`", docstring(tree, module)]
            parts += [entry(tree, name, f"{module}.{name}") for name in public]
    return "\n\n".join(parts)


def entry(tree, name, full_name):
    """A heading with how the name is used, the docstring, and the members of a class."""
    node = definition(tree, name)
    if isinstance(node, ast.FunctionDef):
        return f"#### `{signature(node)}`\n\n{documentation(node, full_name)}"
    if isinstance(node, ast.ClassDef):
        parts = [f"#### `class {class_signature(node)}`", documentation(node, full_name)]
        if members := [member(each, full_name) for each in node.body if is_public_method(each)]:
            parts.append("\n".join(members))
        return "\n\n".join(parts)
    if isinstance(node, ast.Assign):
        return f"#### `{name}`\n\n    {ast.unparse(node)}"
    if node := import_of(tree, name):
        return f"#### `{name}`\n\nThe one in `strict_datastore.{node.module}`, below."
    raise Undocumented(f"{full_name} is in __all__, and the module does not define it.")


def import_of(tree, name):
    """The import by which a module has a name, or None."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and name in {each.asname or each.name for each in node.names}:
            return node
    return None


def is_foreign(tree, name):
    node = import_of(tree, name)
    return node is not None and not node.level


def signature(node, name=None, without_first=False):
    arguments = ast.unparse(node.args)
    if without_first:
        arguments = re.sub(r"^\w+(, )?(\*, )?", r"\2", arguments)
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{name or node.name}({arguments}){returned}"


def class_signature(node):
    """How the class is called; where Django calls it, or it is an exception, its bases."""
    init = definition(node, "__init__")
    fields = [each.target.id for each in node.body if isinstance(each, ast.AnnAssign)]
    if fields:
        return f"{node.name}({', '.join(fields)})"
    if init and "get_response" not in ast.unparse(init.args):
        return signature(init, node.name, without_first=True)
    bases = [base for base in map(ast.unparse, node.bases) if not base.startswith("_")]
    return f"{node.name}({', '.join(bases)})" if bases else node.name


def is_public_method(node):
    """Django's own methods, which a class only overrides, have no docstring."""
    return isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and ast.get_docstring(node)


def member(node, owner):
    is_property = any(ast.unparse(each).endswith("property") for each in node.decorator_list)
    shown = node.name if is_property else signature(node, without_first=True)
    return f"- `{shown}`: {one_line(docstring(node, owner))}"


def documentation(node, name):
    known = sorted(described_names(node), key=len, reverse=True)
    paragraphs = docstring(node, name).split("\n\n")
    return "\n\n".join(as_list(one_line(each), known) for each in paragraphs)


def described_names(node):
    """The names that a docstring may describe: arguments, fields and attributes."""
    for each in ast.walk(node):
        match each:
            case ast.arg(name):
                yield name
            case ast.AnnAssign(ast.Name(name)) | ast.Attribute(ast.Name("self"), name):
                yield name


def as_list(paragraph, known):
    """A paragraph such as `using: the alias. idempotent: it does no harm` as a list."""
    name = "|".join(known) or "(?!)"
    beginning = rf"(?:^|(?<=[.;] ))((?:{name})(?:, (?:{name}))*): "
    before, *items = re.split(beginning, paragraph)
    lines = [
        f"- {quoted(names)}: {text.strip().rstrip(';')}"
        for names, text in zip(items[::2], items[1::2], strict=True)
    ]
    return "\n\n".join(filter(None, [before.strip(), "\n".join(lines)]))


def quoted(names):
    return ", ".join(f"`{name}`" for name in names.split(", "))
