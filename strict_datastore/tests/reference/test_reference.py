"""REFERENCE.md says what is public, and misses nothing of it."""

import ast
import re
from collections import Counter

import pytest

from . import names, source
from .checks import functions_with_id, messages_with_id, tables
from .page import REFERENCE, WRITTEN_BY_HAND, page
from .source import Undocumented, calls, literals, modules

STALE = "REFERENCE.md is stale: make reference"
# creation.py keeps the configured namespace there while tests run.
INTERNAL_KEYS = {"CONFIGURED_NAMESPACE"}


def defined_in(heading):
    """The names that a section of page.md defines, as `NAME`: at the beginning of items."""
    text = WRITTEN_BY_HAND.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"(?m)^- `(\w+)`: ", text))


def texts(tree):
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def looked_up(owner):
    """The keys that the source looks up in a mapping of that name: `owner["key"]`, `owner.get("key")`."""
    found = set()
    for tree in modules().values():
        for node in ast.walk(tree):
            match node:
                case ast.Subscript(mapping, key):
                    pass
                case ast.Call(ast.Attribute(mapping, "get" | "setdefault" | "pop"), [key, *_]):
                    pass
                case _:
                    continue
            if ast.unparse(mapping).endswith(owner):
                found.add(literals(tree).get(getattr(key, "id", None), getattr(key, "value", None)))
    return {key for key in found if isinstance(key, str)}


def test_the_page_is_made_from_the_source():
    assert REFERENCE.read_text(encoding="utf-8") == page(), STALE


def test_each_setting_is_described():
    ours = {
        text
        for tree in modules().values()
        for text in texts(tree)
        if re.fullmatch(r"STRICT_DATASTORE_\w+", text)
    }
    assert defined_in("Settings") == ours | looked_up("settings_dict") - INTERNAL_KEYS


def test_each_environment_variable_is_described():
    assert defined_in("Environment variables") == looked_up("environ")


def test_the_id_of_a_check_begins_with_the_letter_of_its_level():
    for identity, level, _ in (*messages_with_id(), *functions_with_id()):
        assert re.fullmatch(rf"strict_datastore\.{level[0]}\d{{3}}", identity)


def test_an_id_is_given_in_one_function_alone():
    given = Counter()
    for tree in modules().values():
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            given.update({getattr(options.get("id"), "value", None) for _, _, options in calls(function)})
    given.update(identity for identity, _, _ in functions_with_id())
    assert [identity for identity, times in given.items() if identity and times > 1] == []


def test_no_check_has_an_id_that_the_page_cannot_see():
    """It is written beside the message, or it comes from a table of functions."""
    messages = {"CheckMessage", "Critical", "Error", "Info", "Warning"}
    made = [options for tree in modules().values() for name, _, options in calls(tree) if name in messages]
    computed = [options for options in made if isinstance(options.get("id"), ast.JoinedStr)]
    assert len(made) == len([*messages_with_id()]) + len(computed)
    assert len(computed) == len([table for tree in modules().values() for table in tables(tree)])


@pytest.fixture
def module(monkeypatch):
    """Makes a package of one module, with that source."""

    def module(text):
        monkeypatch.setattr(names, "modules", lambda: {"strict_datastore.cats": ast.parse(text)})

    return module


def test_a_public_function_has_its_signature_and_its_arguments(module):
    module(
        '"""Cats."""\n__all__ = ["purr"]\n'
        'def purr(times: int, *, loud=False) -> str:\n    """Purr.\n\n    times: how often.\n    loud: for a big cat.\n'
        '\n    Raises CatError: when it rains.\n    """\n'
    )
    assert names.names() == (
        "### `strict_datastore.cats`\n\nCats.\n\n#### `purr(times: int, *, loud=False) -> str`\n\nPurr.\n\n"
        "- `times`: how often.\n- `loud`: for a big cat.\n\nRaises CatError: when it rains."
    )


def test_a_public_class_has_its_documented_members(module):
    module(
        '"""Cats."""\n__all__ = ["Cat"]\nclass Cat:\n    """A cat. name: what it listens to."""\n'
        "    def __init__(self, name): self.name = name\n"
        '    @property\n    def age(self):\n        """Years."""\n'
        '    def purr(self, *, times=1):\n        """Purr."""\n'
        '    def _sleep(self):\n        """Private."""\n'
    )
    assert names.names().partition("Cats.\n\n")[2] == (
        "#### `class Cat(name)`\n\nA cat.\n\n- `name`: what it listens to.\n\n"
        "- `age`: Years.\n- `purr(*, times=1)`: Purr."
    )


def test_a_name_of_another_distribution_is_not_ours(module):
    module('"""Cats."""\nfrom zoo import Cat\nfrom zoo import Dog as Wolf\n__all__ = ["Cat", "Wolf"]\n')
    assert names.names() == ""


def test_a_name_of_another_module_is_described_there(module):
    module('"""Cats."""\nfrom .lions import roar\n__all__ = ["roar"]\n')
    assert names.names().endswith("#### `roar`\n\nThe one in `strict_datastore.lions`, below.")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            '"""Cats."""\n__all__ = ["purr"]\ndef purr(): ...\n',
            "strict_datastore.cats.purr is public and has no docstring",
        ),
        (
            '"""Cats."""\n__all__ = ["meow"]\n',
            "strict_datastore.cats.meow is in __all__, and the module does not define it",
        ),
        ('__all__ = ["meow"]\nmeow = 1\n', "strict_datastore.cats is public and has no docstring"),
    ],
)
def test_a_public_name_without_documentation_is_an_error(module, text, error):
    module(text)
    with pytest.raises(Undocumented, match=error):
        names.names()


def test_every_module_with_public_names_can_be_imported_for_them():
    for module, tree in source.modules().items():
        for name in literals(tree).get("__all__", []):
            assert hasattr(__import__(module, fromlist=[name]), name)
