"""Reads index.yaml, and says by file and line what is wrong with it.

The format is Google's: https://cloud.google.com/datastore/docs/tools/indexconfig. Google's two readers, those of
`gcloud datastore indexes create` and of the emulator, differ in details; this one takes what both take, and the
indexes of kinds that the emulator does not know. tests/backend/test_index_file.py compares all three.
"""

import difflib
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.core.exceptions import ImproperlyConfigured

LAYOUT = """The layout of an index.yaml is:
indexes:
- kind: blog_post
  properties:
  - name: author_id
  - name: published
    direction: desc"""

FILE_KEYS = ("indexes", "application")
ENTRY_KEYS = ("kind", "ancestor", "properties")
PROPERTY_KEYS = ("name", "direction", "mode", "vectorConfig")
# An entry with one of these is for searches by place or by vector, which the ORM does not make.
OTHER_SEARCHES = {"mode", "vectorConfig"}

KEYS = "|".join(FILE_KEYS + ENTRY_KEYS + PROPERTY_KEYS)

# What YAML's own reader would report in a later line, or not at all.
SLIPS = (
    (r"\+", "the + at the beginning marks a new line where it was copied from. Delete it."),
    (r"```", "the ``` marks a block of code where it was copied from. Delete the line."),
    (r"[^#]*\t", "there is a tab in it. Use spaces."),
    (r"[^#]*\xa0", "there is a non-breaking space in it. Delete it, and type a space."),
    (r" *-\w", "the hyphen needs a space after it."),
    (rf"[ -]*({KEYS}):\S", "the colon needs a space after it."),
    (rf"[ -]*({KEYS})(?![:\w])", "the key needs a colon after it."),
    (
        rf"({'|'.join(ENTRY_KEYS + PROPERTY_KEYS)}):",
        "the line is outside of an entry. Indent it, or begin an entry with `- kind:`.",
    ),
)
_TAG = "tag:yaml.org,2002:"


class InvalidIndexFile(ImproperlyConfigured):
    """A file is no index.yaml; the message names the file and the line, and says what to write instead."""


@dataclass(frozen=True)
class Index:
    """A composite index: an entry of index.yaml. Descending properties are written `-name`.

    line: where the file has the entry, counted from 1; None for an index that comes from no file.
    """

    kind: str
    properties: tuple
    ancestor: bool = False
    line: int | None = field(default=None, compare=False)

    def __str__(self):
        ancestor = "HAS ANCESTOR, " if self.ancestor else ""
        return f"{self.kind}({ancestor}{', '.join(self.properties)})"

    @property
    def names(self):
        """The names of the properties, without their directions."""
        return tuple(each.removeprefix("-") for each in self.properties)

    def as_yaml(self):
        """The entry as index.yaml has it, ready to paste below `indexes:`."""
        entry = {"kind": self.kind}
        if self.ancestor:
            entry["ancestor"] = True
        entry["properties"] = [
            {"name": name, "direction": "desc"} if each.startswith("-") else {"name": name}
            for each, name in zip(self.properties, self.names, strict=True)
        ]
        return yaml.safe_dump([entry], sort_keys=False, allow_unicode=True)


def read_index_file(path):
    """Return the `Index`es of an index.yaml, in its order.

    Left out are those for searches by place or by vector. Raises InvalidIndexFile.
    """
    reader = _Reader(path)
    return tuple(index for index in map(reader.index, reader.entries()) if index)


class _Reader:
    def __init__(self, path):
        self.path = Path(path)

    def wrong(self, where, reason):
        """The error to raise; where: a node of YAML, or the number of a line."""
        line = where if isinstance(where, int) else where.start_mark.line + 1
        return InvalidIndexFile(f"{self.path}, line {line}: {reason}")

    def misplaced(self, line, reason):
        """The error to raise of a line, or of one before it that is indented otherwise than others with its key."""
        found = [re.match(r"([ -]*)(\w+):", each) for each in self.lines]
        usual = {}
        for (beginning, key), times in Counter(each.groups() for each in found if each).most_common():
            usual.setdefault(key, (beginning, times))
        for number, each in enumerate(found[:line], start=1):
            beginning, times = usual[each[2]] if each else (None, 0)
            if times > 1 and each[1] != beginning:
                elsewhere = f"`{beginning}{each[2]}:`"
                line, reason = number, f"check the hyphen and the indentation: elsewhere it is {elsewhere}."
                break
        return self.wrong(line, f"{reason}\n{LAYOUT}")

    def text(self):
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise InvalidIndexFile(f"{self.path} cannot be read: {error.strerror}.") from error
        other_encoding = "it is not saved as plain UTF-8. Save the file again, with the encoding UTF-8."
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise self.wrong(content.count(b"\n", 0, error.start) + 1, other_encoding) from error
        if text.startswith("\ufeff") or "\0" in text:
            raise self.wrong(1, other_encoding)
        self.lines = text.splitlines()
        for number, line in enumerate(self.lines, start=1):
            for slip, reason in SLIPS:
                if line.strip() and re.match(slip, line):
                    raise self.wrong(number, reason)
        return text

    def root(self):
        text = self.text()
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            reason = f"this is not YAML from column {mark.column + 1} on: {error.problem}."
            raise self.misplaced(mark.line + 1, reason) from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise self.wrong(
                line, f"the character U+{error.character:04X} is not allowed in YAML."
            ) from error
        if root is None:
            raise self.wrong(1, "the file is empty. Even without an entry, it needs a line `indexes:`.")
        return root

    def entries(self):
        """The nodes of the entries."""
        root = self.root()
        if isinstance(root, yaml.SequenceNode):
            raise self.wrong(root, "before the first entry there has to be a line `indexes:`.")
        if not isinstance(root, yaml.MappingNode):
            raise self.wrong(root, f"`{root.value}` is neither a key nor an entry.\n{LAYOUT}")
        found = self.values(root, FILE_KEYS)
        if "indexes" not in found:
            raise self.wrong(root, "there is no line `indexes:` for the entries to follow.")
        entries = found["indexes"]
        if entries.tag == f"{_TAG}null" and not entries.value:
            return []
        if not isinstance(entries, yaml.SequenceNode):
            raise self.wrong(entries, f"each entry below `indexes:` begins with `- kind:`.\n{LAYOUT}")
        return entries.value

    def index(self, entry):
        """The `Index` of an entry, or None for one that the ORM has no use for."""
        found = self.mapping(entry, ENTRY_KEYS, "an entry begins with `- kind:` and a name.")
        for key in ("kind", "properties"):
            if key not in found:
                raise self.wrong(entry, f"this entry has no `{key}:`.\n{LAYOUT}")
        kind = self.name(found["kind"], "kind")
        ancestor = found.get("ancestor")
        if ancestor is not None and ancestor.tag != f"{_TAG}bool":
            raise self.wrong(ancestor, "write `ancestor: yes` or `ancestor: no`.")
        properties = found["properties"]
        if not isinstance(properties, yaml.SequenceNode) or not properties.value:
            raise self.wrong(
                properties, f"below `properties:` each property begins with `- name:`.\n{LAYOUT}"
            )
        properties = [self.property(each) for each in properties.value]
        if None in properties:
            return None
        return Index(
            kind=kind,
            properties=tuple(properties),
            ancestor=ancestor is not None and ancestor.value.lower() in ("yes", "true", "on"),
            line=entry.start_mark.line + 1,
        )

    def property(self, node):
        """The property, with `-` if it is descending; None for one of another kind of search."""
        found = self.mapping(node, PROPERTY_KEYS, "a property is written `- name:` and its name.")
        if "name" not in found:
            raise self.wrong(
                node,
                "this property has no `name:`."
                + (
                    " Its direction belongs below the name, without a hyphen." if "direction" in found else ""
                ),
            )
        name = self.name(found["name"], "name")
        if OTHER_SEARCHES & found.keys():
            return None
        direction = found.get("direction")
        if direction is None:
            return name
        if direction.value not in ("asc", "desc"):
            raise self.wrong(
                direction,
                f"the direction is `asc` or `desc`, not {direction.value!r}. Without one it is asc.",
            )
        return f"-{name}" if direction.value == "desc" else name

    def mapping(self, node, keys, otherwise):
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, f"{otherwise}\n{LAYOUT}")
        return self.values(node, keys)

    def values(self, node, keys):
        """The nodes of a mapping's values by key, each of which has to be one of these and comes once."""
        found = {}
        for key, value in node.value:
            if key.value not in keys:
                raise self.wrong(key, self.unknown(key, keys))
            if key.value in found:
                reason = f"there is a second `{key.value}:`, which would replace the first."
                raise self.misplaced(key.start_mark.line + 1, reason)
            found[key.value] = value
        return found

    def unknown(self, key, keys):
        if not isinstance(key, yaml.ScalarNode):
            return f"this is no key.\n{LAYOUT}"
        if keys == ENTRY_KEYS and key.value in PROPERTY_KEYS:
            return f"`{key.value}:` is outside of a property: check its hyphen and its indentation.\n{LAYOUT}"
        if keys == PROPERTY_KEYS and key.value in ENTRY_KEYS:
            return f"`{key.value}:` is inside of a property: check its indentation.\n{LAYOUT}"
        likely = difflib.get_close_matches(key.value.lower(), keys, n=1)
        return f"there is no key `{key.value}:`. " + (
            f"Is `{likely[0]}:` meant?" if likely else f"Here it is one of: {', '.join(keys)}."
        )

    def name(self, node, key):
        if node.tag == f"{_TAG}str" and node.value:
            return node.value
        if isinstance(node, yaml.ScalarNode) and node.value:
            raise self.wrong(node, f'YAML does not read {node.value} as text. Write {key}: "{node.value}"')
        raise self.wrong(node, f"there has to be one name after `{key}:`.")
