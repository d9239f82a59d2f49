"""The page and the pictures that show what the measurements of `make bench` found, and the table in README.md."""

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "mewgram"  # the same figures give the same file
matplotlib.rcParams["svg.fonttype"] = "none"

from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import LogLocator, NullFormatter  # noqa: E402

from workshop.parts import with_part  # noqa: E402

from .results import RESULTS, read_figures, sentence, table  # noqa: E402
from .serving import ROOT  # noqa: E402
from .steps import MOST_SECONDS_AN_ANSWER  # noqa: E402

PAGE = RESULTS / "bench.md"
README = ROOT / "README.md"
PARTS = ("pages", "cold_start", "memory", "home_page", "growing", "steps")
SHOWN = ("home, a stranger", "home, a member", "posting")
# Told apart without colours too.
MARKERS = "osD^v"
# So many purrs fill the first page; with more of them the emulator's own search is most of what is measured.
FULL_PAGE = 200


def write():
    """Write the pages and the pictures from the figures.

    Raises PartError where README.md has no place for its table.
    """
    figures = {part: read_figures(part) for part in PARTS}
    rows = figures["steps"]["steps"]
    draw(rows, RESULTS)
    PAGE.write_text(page(**figures), encoding="utf-8")
    README.write_text(readme(figures["steps"]), encoding="utf-8")


def readme(steps):
    """The text of README.md, with its table of what the lessons do to the home page."""
    rows = [
        {
            "after": row["project"],
            "RPCs": row["rpcs"],
            "reads": row["reads"],
            "median": f"{row['median_ms']:.0f} ms",
            "processor": f"{row['cpu_ms']:.0f} ms",
        }
        for row in steps["steps"]
        if (row["action"], row["purrs"], row["added_ms"]) == ("home, a stranger", FULL_PAGE, 5)
        and row["project"] != "solution"
    ]
    return with_part(README.read_text(encoding="utf-8"), "bench", table(rows))


def page(pages, cold_start, memory, home_page, growing, steps):
    """The text of PAGE. Each argument is what `results.read_figures` gives for the part of that name."""
    rows = steps["steps"]
    text = "\n\n".join(
        [
            "# make bench",
            sentence("make bench", steps),
            *map(" ".join, INTRODUCTION),
            "![Median latency of each step by the number of purrs](latency.svg)",
            "![Processor time of each step by the number of purrs](processor.svg)",
            *(part for added_ms in (0, 5) for part in tables(rows, added_ms)),
            f"## What a page weighs, among {FULL_PAGE} purrs",
            table(weights(rows)),
            "## The home page, and what of it cannot be spared",
            home_page_text(home_page["home_page"]),
            "## Cold start",
            cold_start_text(cold_start["cold_start"]),
            "## mewgram as it grows",
            "RPCs, and behind the stroke reads.",
            table(growth(growing["growing"])),
            "## Beside the stock connector",
            table(beside(pages["pages"])),
            "## A kept connection",
            memory_text(memory["memory"]),
        ]
    )
    return text + "\n"


INTRODUCTION = [
    (
        "The code of each step behind the same gunicorn (one worker, eight threads), asked by wrk over 8",
        "connections for 3 s after 1 s to warm up, all on one machine with the emulator. What took more than",
        f"{MOST_SECONDS_AN_ANSWER} s by itself was asked once, alone: there *requests* is 1, and no point in the",
        "pictures. All read the same entities. The solution is the code of step 9 under another name: how far these",
        "two differ is how far a time can be trusted.",
    ),
    (
        "RPCs, reads and writes are those of one answer, and hold on Google Cloud too. Milliseconds only tell one",
        "step from another: the emulator looks through all entities for each query, so they grow with the purrs, which",
        "those of Datastore do not. The processor's are the program's alone, without the emulator's. A load average",
        "far above the number of processors says that the machine did other work meanwhile; then latencies are worth",
        "little.",
    ),
    (
        "A stranger gets the first page from the memory of the process, from step 8 on, for a minute. Of few",
        "requests the 99th percentile is the slowest one.",
    ),
]


def draw(rows, folder):
    """Write the pictures of the page into the folder."""
    draw_one(rows, "median_ms", "ms to the answer, median", folder / "latency.svg")
    draw_one(rows, "cpu_ms", "processor ms", folder / "processor.svg")


def draw_one(rows, figure, label, file):
    fig, axes = pyplot.subplots(2, len(SHOWN), figsize=(11, 6), sharex=True, layout="constrained")
    for line, added_ms in zip(axes, (0, 5), strict=True):
        for ax, action in zip(line, SHOWN, strict=True):
            projects = dict.fromkeys(row["project"] for row in rows)
            for project, marker in zip(projects, MARKERS, strict=True):
                its = [
                    row
                    for row in rows
                    if (row["project"], row["action"], row["added_ms"]) == (project, action, added_ms)
                    and row["requests"] > 1
                ]
                ax.plot(
                    [row["purrs"] for row in its],
                    [row[figure] for row in its],
                    marker=marker,
                    label=project,
                )
            ax.set(xscale="log", yscale="log", title=f"{action}, {added_ms} ms added")
            for axis in (ax.xaxis, ax.yaxis):
                axis.set_major_formatter("{x:,.0f}")
                axis.set_minor_formatter(NullFormatter())
            ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            ax.grid(alpha=0.3)
    for ax in axes[:, 0]:
        ax.set_ylabel(label)
    for ax in axes[-1]:
        ax.set_xlabel("purrs")
    axes[0, 0].legend()
    fig.savefig(file, metadata={"Date": None})
    pyplot.close(fig)


def tables(rows, added_ms):
    yield f"## {added_ms} ms added to each RPC" if added_ms else "## The emulator next door"
    for action in SHOWN:
        yield f"### {action[0].upper()}{action[1:]}"
        yield table(
            [
                {
                    "": row["project"],
                    "purrs": f"{row['purrs']:,}",
                    "RPCs": row["rpcs"],
                    "reads": row["reads"],
                    "writes": row["writes"],
                    "processor ms": f"{row['cpu_ms']:.1f}",
                    "requests/s": f"{row['requests_a_second']:,.0f}",
                    "median ms": f"{row['median_ms']:.0f}",
                    "p99 ms": f"{row['p99_ms']:.0f}",
                    "requests": f"{row['requests']:,}",
                    "errors": row["errors"],
                }
                for row in rows
                if (row["action"], row["added_ms"]) == (action, added_ms)
            ]
        )


def weights(rows):
    """For each step: bytes, memory and the start."""
    return [
        {
            "": row["project"],
            "home page, bytes": f"{row['html_bytes']:,}",
            "cats on it": row["cats"],
            "their bytes": f"{row['cat_bytes']:,}",
            "memory, MB": f"{row['megabytes']:.0f}",
            "start to first page, s": f"{row['seconds_to_first_page']:.2f}",
        }
        for row in rows
        if (row["purrs"], row["added_ms"], row["action"]) == (FULL_PAGE, 0, "home, a member")
    ]


def home_page_text(ms):
    least = ms["bare"] + ms["template"]
    return (
        f"Processor time in one process, of the quickest of many runs: {ms['page']:.1f} ms with nothing in memory. "
        f"The same three requests by Google's client alone take {ms['bare']:.1f} ms, the template "
        f"{ms['template']:.1f} ms: the page is {ms['page'] / least:.2f} times what cannot be spared. The ORM's part is "
        f"the rest of the {ms['read']:.1f} ms that `timeline.read` takes; the remainder is Django's middleware."
    )


def cold_start_text(seconds):
    return (
        f"From the start of gunicorn to the first page: {seconds['mewgram']:.2f} s, "
        f"{seconds['mewgram'] / seconds['bare']:.2f} times the {seconds['bare']:.2f} s of a Django that only asks one "
        "thing by the stock connector."
    )


def growth(rows):
    """What mewgram asks of Datastore for each action, by the number of purrs."""
    return [
        {"": action}
        | {
            f"{row['purrs']:,} purrs": f"{row['rpcs']} / {row['reads']:,}"
            for row in rows
            if row["action"] == action
        }
        for action in dict.fromkeys(row["action"] for row in rows)
    ]


def memory_text(memory):
    return (
        f"Resident memory after {memory['operations']:,} reads and writes: {memory['before_mb']:.1f} MB before, "
        f"{memory['after_mb']:.1f} MB after."
    )


def beside(pages):
    """What mewgram's pages take on the stock connector, and on strict_datastore."""
    return [
        {
            "": page,
            "stock: RPCs": pages["stock"][page]["rpcs"],
            "processor ms": f"{pages['stock'][page]['cpu_ms']:.1f}",
            "strict: RPCs": pages["strict"][page]["rpcs"],
            "processor ms ": f"{pages['strict'][page]['cpu_ms']:.1f}",
        }
        for page in pages["strict"]
    ]


if __name__ == "__main__":
    write()
