"""Names for what a slide quotes."""

import json

import pytest

from slides.excerpts import ExcerptError, find

PYTHON = '''LIMIT = 3


class Cat:
    """A cat."""

    @property
    def name(self):
        return "Luna"
'''
LESSON = """# A lesson

```console
$ python cat.py
meow
$ python cat.py --loud
MEOW
```

```console
$ python cat.py --loud
MEOW!
```

```text error="dog"
woof
```
"""
ROWS = [
    '<tr>\n<th class="blank">&nbsp;</th>\n<th class="head" colspan="2">purrs</th>\n</tr>\n',
    "<tr>\n<th>cat</th>\n<th>&nbsp;</th>\n<th>&nbsp;</th>\n</tr>\n",
    '<tr>\n<th class="row">Luna</th>\n<td class="data">3</td>\n<td>5</td>\n</tr>\n',
]
PLAIN_ROWS = """<tr><td></td><th colspan="2">purrs</th></tr>
<tr><th>Luna</th><td>3</td><td>5</td></tr>
"""
NOTEBOOK = {
    "cells": [
        {"id": "purr", "source": ["print('purr')\n"], "outputs": [{"text": ["purr\n"]}]},
        {"id": "silent", "source": ["a = 1"], "outputs": []},
        {
            "id": "table",
            "source": ["cats"],
            "outputs": [
                {"data": {"text/html": ['<style>b {}</style>\n<table id="T">\n', *ROWS, "</table>"]}}
            ],
        },
        {"id": "three", "source": ["3"], "outputs": [{"data": {"text/plain": ["3"]}}]},
    ]
}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "cat.py").write_text(PYTHON)
    (tmp_path / "lesson.md").write_text(LESSON)
    (tmp_path / "notebook.ipynb").write_text(json.dumps(NOTEBOOK))
    return tmp_path


@pytest.mark.parametrize(
    ("tag", "attributes", "text"),
    [
        ("python", {"from": "cat.py", "object": "LIMIT"}, "LIMIT = 3\n"),
        (
            "python",
            {"from": "cat.py", "object": "Cat.name"},
            '@property\ndef name(self):\n    return "Luna"\n',
        ),
        ("python", {"from": "cat.py", "first": "class", "last": '"""'}, 'class Cat:\n    """A cat."""\n'),
        ("python", {"from": "cat.py", "first": "return"}, 'return "Luna"\n'),
        ("console", {"from": "lesson.md", "command": "python cat.py"}, "$ python cat.py\nmeow\n"),
        ("console", {"from": "lesson.md", "command": "--loud"}, "$ python cat.py --loud\nMEOW\n"),
        (
            "console",
            {"from": "lesson.md", "command": "--loud", "nth": "2"},
            "$ python cat.py --loud\nMEOW!\n",
        ),
        ("text", {"from": "lesson.md", "error": "dog"}, "woof\n"),
        ("python", {"from": "notebook.ipynb", "cell": "purr"}, "print('purr')\n"),
        ("text", {"from": "notebook.ipynb", "cell": "purr"}, "purr\n"),
        ("text", {"from": "notebook.ipynb", "cell": "three"}, "3\n"),
        ("html", {"from": "notebook.ipynb", "cell": "table"}, PLAIN_ROWS),
    ],
)
def test_found(root, tag, attributes, text):
    assert find(root, tag, attributes) == text


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"from": "dog.py", "object": "Dog"}, "there is no dog.py"),
        ({"from": "cat.py"}, "one of object, first, command, error, cell"),
        ({"from": "cat.py", "object": "Cat", "first": "class"}, "one of object, first, command, error, cell"),
        ({"from": "cat.py", "objekt": "Cat"}, "one of object, first, command, error, cell"),
        ({"from": "cat.py", "object": "Cat.age"}, "cat.py: nothing is called Cat.age"),
        ({"from": "cat.py", "first": "import"}, "0 lines begin with 'import', not one"),
        ({"from": "cat.py", "first": "class", "last": "else"}, "no line begins with 'else'"),
        ({"from": "lesson.md", "command": "--loud", "nth": "3"}, "2 commands contain '--loud'"),
        ({"from": "lesson.md", "error": "cow"}, "no error is called 'cow'"),
        ({"from": "notebook.ipynb", "cell": "meow"}, "no cell has the id 'meow'"),
        ({"from": "notebook.ipynb", "cell": "silent"}, "nothing is printed there"),
    ],
)
def test_not_found(root, attributes, reason):
    with pytest.raises(ExcerptError, match=reason):
        find(root, "text", attributes)
