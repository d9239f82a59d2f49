"""The stock connector and strict_datastore side by side, from compatibility.json: as bars and as a table."""

import json
from collections import Counter

from . import FOLDER, ROOT

CHART = FOLDER / "compatibility.svg"
RECORD = ROOT / "strict_datastore" / "compatibility.json"
BACKENDS = {"stock": "the stock connector", "strict": "strict_datastore"}
OUTCOMES = {
    "same": ("as on SQLite", "#2c6b34"),
    "clear error": ("a clear error", "#8fb573"),
    "unclear error": ("an unclear error", "#d99a4e"),
    "different": ("wrong, without an error", "#b3261e"),
}
EXAMPLES = [
    'Thing.objects.exclude(char__gt="Ab")',
    'Thing.objects.order_by("char")[:3].count()',
    'Book.objects.order_by("author__name", "pk")',
    "Thing.objects.filter(integer=3).union(Thing.objects.filter(boolean=True))",
    'sorted((b.name, str(b.author)) for b in Book.objects.prefetch_related("author"))',
]
WIDTH, HEIGHT = 1136, 300


def probes():
    return json.loads(RECORD.read_text(encoding="utf-8"))["probes"]


def counts():
    """Return {backend: {outcome: number of probes}}."""
    return {backend: Counter(probe[backend] for probe in probes()) for backend in BACKENDS}


def table():
    """The same as Markdown, with a few of the calls."""
    stock, strict = counts().values()
    text = f"| of {stock.total():,} calls of the ORM | the stock connector | `strict_datastore` |\n|---|---|---|\n"
    for outcome, (words, _) in OUTCOMES.items():
        text += f"| {words} | {stock[outcome]:,} | {strict[outcome]:,} |\n"
    text += "\n| for example | the stock connector | `strict_datastore` |\n|---|---|---|\n"
    recorded = {probe["probe"]: probe for probe in probes()}
    for name in EXAMPLES:
        stock, strict = (OUTCOMES[recorded[name][backend]][0] for backend in BACKENDS)
        text += f"| `{name}` | {stock} | {strict} |\n"
    return text


def chart():
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        "<style>text{font:24px ui-rounded,Nunito,Quicksand,system-ui,sans-serif;fill:#35263a}</style>",
    ]
    for row, (backend, outcomes) in enumerate(counts().items()):
        top, left = row * 110, 0
        parts.append(f'<text x="0" y="{top + 28}" font-weight="700">{BACKENDS[backend]}</text>')
        for outcome, (_, colour) in OUTCOMES.items():
            if number := outcomes[outcome]:
                width = round(WIDTH * number / outcomes.total())
                middle = left + width // 2
                parts.append(f'<rect x="{left}" y="{top + 40}" width="{width}" height="54" fill="{colour}"/>')
                style = f'text-anchor="middle" style="fill:{on(outcome)}"'
                parts.append(f'<text x="{middle}" y="{top + 76}" {style}>{number:,}</text>')
                left += width
    for column, (text, colour) in enumerate(OUTCOMES.values()):
        left = column * 270
        parts.append(f'<rect x="{left}" y="256" width="26" height="26" fill="{colour}"/>')
        parts.append(f'<text x="{left + 36}" y="278">{text}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def on(outcome):
    """The colour in which a number can be read on that of the outcome."""
    return "#35263a" if outcome in ("clear error", "unclear error") else "#fff"
