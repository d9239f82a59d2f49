"""`python -m probes`, in strict_datastore/tests: write strict_datastore/compatibility.json."""

import os
from collections import Counter

import django


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    django.setup()

    from .engines import engines
    from .run import COMPATIBILITY, as_json, compare

    with engines() as started:
        comparisons = compare(started)
    COMPATIBILITY.write_text(as_json(comparisons), encoding="utf-8")
    print(f"{len(comparisons)} probes, written to {COMPATIBILITY.name}.")
    for engine in ("stock", "strict"):
        counts = Counter(each.outcomes[engine] for each in comparisons)
        print(f"{engine}: {', '.join(f'{count} {outcome}' for outcome, count in sorted(counts.items()))}.")


if __name__ == "__main__":
    main()
