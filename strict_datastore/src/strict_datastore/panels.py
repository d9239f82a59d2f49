"""A panel of django-debug-toolbar with the request's calls to Datastore; README.md tells how to use it."""

from debug_toolbar.panels import Panel
from django.utils.html import format_html, format_html_join

from .meter import meter
from .middleware import counted, summary

__all__ = ["DatastorePanel"]

COLUMNS = ["Method", "Kind", "Filters", "Order", "Index", "Entities", "Bytes", "Time"]


class DatastorePanel(Panel):
    """A table of the calls: what was asked, which index served it, what it took."""

    title = "Datastore calls"
    nav_title = "Datastore"

    @property
    def nav_subtitle(self):
        stats = self.get_stats()
        return (
            f"{counted(stats['rpcs'], 'RPC')}, {counted(stats['reads'], 'read')} "
            f"in {stats['milliseconds']:.1f} ms"
        )

    @property
    def content(self):
        # Not a template: those are found in installed apps only, and a database backend is none.
        stats = self.get_stats()
        return format_html(
            "<p>{}</p>\n<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
            stats["summary"],
            format_html_join("", "<th>{}</th>", ((each,) for each in COLUMNS)),
            format_html_join("", "<tr>{}</tr>\n", ((_cells(call),) for call in stats["calls"])),
        )

    def process_request(self, request):
        with meter() as self.counts:
            return super().process_request(request)

    def generate_stats(self, request, response):
        # Plain values only: the toolbar keeps them as JSON for its history.
        calls = [_as_row(call) for call in self.counts.calls]
        self.record_stats(
            {
                "rpcs": self.counts.total_rpcs,
                "reads": self.counts.reads,
                "milliseconds": sum(call["milliseconds"] for call in calls),
                "summary": summary(self.counts),
                "calls": calls,
            }
        )


def _as_row(call):
    return {
        "method": f"{call.method}: {call.error.name}" if call.error else call.method,
        "kind": call.kind or "",
        "filters": ", ".join(f"{name} {operator} {value!r}" for name, operator, value in call.filters),
        "order": ", ".join(call.order),
        "index": call.index or "",
        "entities": call.results,
        "bytes": call.bytes_in + call.bytes_out,
        "milliseconds": call.seconds * 1000,
    }


def _cells(call):
    index = format_html(
        "<pre><mark>{}</mark></pre>" if call["index"].startswith("missing:") else "{}", call["index"]
    )
    cells = [call["method"], call["kind"], call["filters"], call["order"], index]
    cells += [call["entities"], call["bytes"], f"{call['milliseconds']:.1f} ms"]
    return format_html_join("", "<td>{}</td>", ((each,) for each in cells))
