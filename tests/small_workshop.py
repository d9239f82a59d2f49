"""A workshop of two small steps, to try on it what makes, checks and leads through the real one."""

import pytest

MANIFEST = """
minutes = 20
root_files = ["notes"]

[[step]]
number = 1
name = "first"
title = "The first"
minutes = 10
database = "none"

[[step]]
number = 2
name = "second"
title = "The second"
minutes = 10
database = "sqlite"
given_from_root = ["notes"]
code = "solution"
"""
FIRST = """# 1. The first

*10 minutes. You begin with an empty folder (`workshop start 1` gives it to you).*

## What you will learn

- How a file comes to be.

## A file

Write `cat.py`:

```python title="cat.py"
def purr(times):
    return "purr " * times


print(purr(2))
```

Run it:

```console
$ python cat.py
purr purr...
```

## Checkpoint

```console
$ python -c "import cat"
purr purr...
$ workshop check 1
Step 1, The first
  ok  there is a cat
  ok  the cat purrs

Step 1 is done. Go on: workshop next
```

## When it goes wrong

### Python knows no such name

```text error="misspelt"
NameError: name 'prr' is not defined
```

You wrote another name than you defined. Look at the last line of `cat.py`.

## Words

- **cat** — who purrs.

## Key points

- Files hold programs.

## Challenges

### Challenge: make it purr longer

<details><summary>Answer</summary>

In `cat.py`:

```diff title="cat.py" challenge=1
-print(purr(2))
+print(purr(3))
```

```console challenge=1
$ python cat.py
purr purr purr...
```

</details>
"""
MISTAKES = """
[[mistake]]
name = "misspelt"
file = "cat.py"
old = "print(purr"
new = "print(prr"
command = "python cat.py"
says = "cat.py, line 5: NameError: name 'prr' is not defined"

[[mistake]]
name = "no-cat"
file = "cat.py"
delete = true
says = "There is no file cat.py yet. Write it, as the lesson shows."

[[mistake]]
name = "unclosed"
file = "cat.py"
old = "(times)"
new = "(times"
says = "cat.py, line 1: SyntaxError: '(' was never closed"
"""
CHECK = """from workshop.checking import fail, text_of


def test_there_is_a_cat():
    text_of("cat.py", "Write it, as the lesson shows.")


def test_the_cat_purrs():
    import cat

    if cat.purr(1) != "purr ":
        fail("cat.py: purr(1) is not one purr: end its line with * times")
"""
SECOND = """# 2. The second

*10 minutes. You begin with what step 1 left (`workshop start 2` gives it to you).*

## What you will learn

- How a file is changed.

## A change

In `cat.py` the cat purrs longer:

```diff title="cat.py"
 def purr(times):
-    return "purr " * times
+    return "purr " * times * 2
...
-print(purr(2))
+print(purr(1))
```

It is served with the notes in `notes/`, of which this is all:

```text shows="notes/note.txt"
Luna likes fish
```

```console server visit="/notes/note.txt" shows="Luna likes fish|fish" hides="dogs"
$ python -m http.server 8000 --bind 127.0.0.1
Serving HTTP on 127.0.0.1 port 8000 (http://127.0.0.1:8000/) ...
```

## Checkpoint

```console
$ workshop check 2
Step 2, The second
...
```

## When it goes wrong

### The port is taken

```text error="port-in-use"
Address already in use
```

Stop what uses it.

## Words

- **note** — a text.

## Key points

- Changes are small.

## Challenges

### Challenge: read it

<details><summary>Answer</summary>

It is there, in `cat.py`:

```python shows="cat.py" challenge=1
    return "purr " * times * 2
```

</details>
"""
SECOND_MISTAKES = """
[[mistake]]
name = "port-in-use"
command = "python -m http.server 8000 --bind 127.0.0.1"
port_in_use = 8000

[[mistake]]
name = "not-longer"
file = "cat.py"
old = " * 2"
new = ""
says = "purr(1) is not two purrs"

[[mistake]]
name = "misspelt"
file = "cat.py"
old = "def purr"
new = "def prr"
says = "NameError"

[[mistake]]
name = "no-cat"
file = "cat.py"
delete = true
says = "There is no file cat.py yet"
"""
SECOND_CHECK = """from workshop.checking import fail, text_of


def test_the_cat_purrs_longer():
    text_of("cat.py")
    import cat

    if cat.purr(1) != "purr purr ":
        fail("cat.py: purr(1) is not two purrs: end its line with * times * 2")
"""
SOLUTION = """def purr(times):
    return "purr " * times * 2


print(purr(1))
"""
README = """# Steps

<!-- table: made -->
<!-- end of table -->
"""
FILES = {
    "steps/README.md": README,
    "steps/workshop.toml": MANIFEST,
    "steps/01-first/README.md": FIRST,
    "steps/01-first/check.py": CHECK,
    "steps/01-first/mistakes.toml": MISTAKES,
    "steps/01-first/code/cat.py": SOLUTION.replace(" * 2", "").replace("(1)", "(2)"),
    "steps/02-second/README.md": SECOND,
    "steps/02-second/check.py": SECOND_CHECK,
    "steps/02-second/mistakes.toml": SECOND_MISTAKES,
    "solution/cat.py": SOLUTION,
    "notes/note.txt": "Luna likes fish\n",
}


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "clone"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def edit(root):
    """Replaces a text, which must be there once, in a file of the workshop; returns the line it stands in."""

    def edit(name, old, new):
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return edit
