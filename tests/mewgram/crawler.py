"""Somebody who follows every link and sends every form of mewgram, and notes what Datastore was asked."""

import heapq
from collections import defaultdict
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import html5lib
from django.urls import get_resolver, resolve
from strict_datastore.meter import meter

PASSWORD = "nine-lives-each"
# What a form is filled in with, by the names of its fields; others keep what the page gives.
VALUES = {
    "display_name": "Mitzi",
    "new_password1": PASSWORD,
    "new_password2": PASSWORD,
    "old_password": PASSWORD,
    "password": PASSWORD,
    "password1": PASSWORD,
    "password2": PASSWORD,
    "q": "a",
    "text": "Meow",
}
NEW_ADDRESS = "another one in each form"
# Sent when all else is done: behind these the visitor is somebody else, or nobody.
LAST = ["admin:logout", "log_out", "log_in", "sign_up", "delete_account"]


class Crawler:
    """Visits the site as one role.

    visited: the names of the URLs that were asked for; pages: how many answers were pages; forms and controls:
    how many forms were sent, and how many ways to sort, filter, search and page the admin's lists there were;
    queries: for each kind, (who and where, the protobuf message) of each query.
    """

    def __init__(self, client, role, email):
        self.client = client
        self.role = role
        self.email = email
        self.visited, self.problems = set(), []
        self.pages = self.forms = self.controls = 0
        self.queries = defaultdict(list)
        self._waiting, self._seen, self._number = [], set(), 0

    def crawl(self, *paths):
        for path in paths:
            self._plan("GET", path)
        while self._waiting:
            _last, _number, method, path, data = heapq.heappop(self._waiting)
            self._visit(method, path, data)

    def _plan(self, method, path, data=()):
        match = resolve(urlsplit(path).path)
        query = dict(parse_qsl(urlsplit(path).query))
        # Where the visitor came from, and the columns behind the first that sorts, change nothing.
        query.pop("_changelist_filters", None)
        if "o" in query:
            query["o"] = query["o"].partition(".")[0]
        # Of the rows of a list one is enough; of the ways to list them each is another query.
        is_list = match.view_name.endswith("_changelist")
        names = frozenset(query.items() if is_list else query)
        buttons = frozenset(item for item in data if item[0] in BUTTONS)
        key = (method, match.view_name, names, buttons)
        if key in self._seen:
            return
        self._seen.add(key)
        self.controls += is_list and bool(query)
        self._number += 1
        last = LAST.index(match.view_name) + 1 if match.view_name in LAST and method == "POST" else 0
        heapq.heappush(self._waiting, (last, self._number, method, path, list(data)))

    def _visit(self, method, path, data=()):
        where = f"{self.role} {method} {path}"
        self.visited.add(resolve(urlsplit(path).path).view_name)
        with meter() as counts:
            if method == "GET":
                response = self.client.get(path)
            else:
                self.forms += 1
                fields = defaultdict(list)
                for name, value in data:
                    address = f"{self.role}{self.forms}@example.com"
                    fields[name].append(address if value == NEW_ADDRESS else value)
                response = self.client.post(path, fields)
        for call in counts.calls:
            if call.method == "RunQuery":
                self.queries[call.kind].append((where, call.request))
        if response.status_code in (301, 302):
            self._plan("GET", self._own(path, response["Location"]))
        elif response.status_code != 200:
            self.problems.append(f"{where}: {response.status_code}")
        elif response["Content-Type"].startswith("text/html"):
            self.pages += 1
            self._read(path, where, response)

    def _read(self, path, where, response):
        page = html5lib.parse(response.content, namespaceHTMLElements=False)
        ids = [element.attrib["id"] for element in page.iter() if "id" in element.attrib]
        if len(set(ids)) < len(ids):
            self.problems.append(f"{where}: the same id twice")
        if invalid := [each.text for each in page.iter("ul") if "errorlist" in each.get("class", "")]:
            self.problems.append(f"{where}: a form with errors {invalid}")
        for tag, attribute in (("a", "href"), ("img", "src")):
            for element in page.iter(tag):
                if url := self._own(path, element.get(attribute, "")):
                    self._plan("GET", url)
        for form in page.iter("form"):
            action = self._own(path, form.get("action") or path)
            method = form.get("method", "get").upper()
            for data in self._filled_in(form):
                if method == "GET":
                    query = "&".join(f"{name}={value}" for name, value in data)
                    self._plan("GET", f"{action.partition('?')[0]}?{query}")
                else:
                    self._plan("POST", action, data)

    def _own(self, path, url):
        """The URL as a path of this site, or None for another site, a static file or an anchor."""
        parts = urlsplit(urldefrag(urljoin(f"http://testserver{path}", url)).url)
        if (
            not url
            or url.startswith("#")
            or parts.netloc != "testserver"
            or parts.path.startswith("/static/")
        ):
            return None
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _filled_in(self, form):
        """The data of the form: once for each of its buttons, and for each action of the admin."""
        data, buttons, actions = [], [], [None]
        for field in form.iter():
            name = field.get("name")
            kind = field.get("type", "text") if field.tag == "input" else field.tag
            if kind in {"submit", "button"} and not name:
                buttons.append(None)
            if not name or kind not in {"input", "textarea", "select", "button"} | INPUTS:
                continue
            if kind in {"submit", "button"}:
                buttons.append((name, field.get("value", "")))
            elif kind == "select" and name == "action":
                actions = [option.get("value") for option in field.iter("option") if option.get("value")]
            elif kind == "select":
                chosen = [option for option in field.iter("option") if "selected" in option.attrib]
                data += [(name, option.get("value")) for option in chosen]
            elif kind == "checkbox":
                if "checked" in field.attrib or name == "_selected_action":
                    data.append((name, field.get("value", "on")))
            else:
                data.append((name, self._value(name, field)))
        for action in actions:
            for button in buttons:
                yield [
                    *one_row(data),
                    *([("action", action)] if action else []),
                    *([button] if button else []),
                ]

    def _value(self, name, field):
        if name == "username":
            return self.email
        if name == "email" and not field.get("value"):
            return NEW_ADDRESS
        if name == "text":
            return VALUES["text"]
        return field.get("value") or VALUES.get(name) or (field.text or "").strip()


INPUTS = {"text", "hidden", "email", "password", "checkbox", "submit", "search"}
# Of two forms sent to one address these tell which is which.
BUTTONS = {"_save", "_addanother", "_continue", "action", "post", "usable_password"}


def one_row(data):
    """Of the rows to be selected the first, so that some are left for the other actions."""
    selected = [item for item in data if item[0] == "_selected_action"]
    return [item for item in data if item not in selected[1:]]


def all_names(resolver=None, namespace=""):
    """The names of all URLs of the project."""
    resolver = resolver or get_resolver()
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from all_names(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif pattern.name:
            yield namespace + pattern.name
