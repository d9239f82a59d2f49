"""What works and what is refused, from compatibility.json: by group, each reason once."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

COMPATIBILITY = Path(__file__).parents[2] / "compatibility.json"


def compatibility():
    probes = json.loads(COMPATIBILITY.read_text(encoding="utf-8"))["probes"]
    groups = defaultdict(list)
    for entry in probes:
        groups[entry["group"]].append(entry)
    return "\n\n".join(
        f"### {name[0].upper()}{name[1:]}\n\n{described(entries)}" for name, entries in groups.items()
    )


def described(entries):
    outcomes = Counter(entry["strict"] for entry in entries)
    refused = defaultdict(list)
    for entry in entries:
        if "message" in entry:
            refused[reason(entry["message"])].append(entry["probe"])
    lines = [f"{outcomes['same']} as on SQLite, {outcomes['clear error']} refused{':' if refused else '.'}"]
    if refused:
        lines.append("")
    for told, calls in refused.items():
        more = f" and {len(calls) - 1} more" if calls[1:] else ""
        lines.append(f"- `{calls[0]}`{more}: {told}")
    return "\n".join(lines)


def reason(message):
    """The message of a refusal without what was asked for, which the call shows, and for any field."""
    return re.sub(r"\w+(?=__(gte|lt)=)", "field", message.partition(": ")[2])
