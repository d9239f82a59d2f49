"""The bars that compare the stock connector with strict_datastore, drawn from compatibility.json."""

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
WIDTH, HEIGHT = 1136, 300


def counts():
    """Return {backend: {outcome: number of probes}}."""
    probes = json.loads(RECORD.read_text(encoding="utf-8"))["probes"]
    return {backend: Counter(probe[backend] for probe in probes) for backend in BACKENDS}


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
                parts.append(f'<text x="{middle}" y="{top + 76}" {style}>{number}</text>')
                left += width
    for column, (text, colour) in enumerate(OUTCOMES.values()):
        left = column * 270
        parts.append(f'<rect x="{left}" y="256" width="26" height="26" fill="{colour}"/>')
        parts.append(f'<text x="{left + 36}" y="278">{text}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def on(outcome):
    """The colour in which a number can be read on that of the outcome."""
    return "#35263a" if outcome in ("clear error", "unclear error") else "#fff"
