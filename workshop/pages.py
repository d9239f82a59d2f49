"""The pages beside the lessons that are made from them: the table of steps, troubleshooting, the glossary."""

import posixpath
import re

from workshop.parts import with_part

WORD = re.compile(r"(?ms)^- \*\*(?P<term>[^*\n]+)\*\* — (?P<explanation>.+?)(?=^- |\Z)")
DATABASES = {"none": "none", "sqlite": "SQLite", "datastore": "Datastore"}


def pages(workshop):
    """Return the pages as {path: text}.

    Raises LessonError where a lesson does not have what they need, and PartError where steps/README.md has no place
    for its table.
    """
    steps = workshop.root / "steps"
    readme = steps / "README.md"
    return {
        readme: with_part(readme.read_text(encoding="utf-8"), "table", table(workshop)),
        steps / "TROUBLESHOOTING.md": troubleshooting(workshop),
        steps / "GLOSSARY.md": glossary(workshop),
    }


def table(workshop):
    lines = ["| | step | minutes | database |", "|---|---|---|---|"]
    for step in workshop.steps:
        minutes = str(step.minutes) if step.number else "before"
        link = f"[{step.title}]({step.folder.name}/README.md)"
        lines.append(f"| {step.number} | {link} | {minutes} | {DATABASES[step.database]} |")
    return "\n".join(lines) + "\n"


def troubleshooting(workshop):
    text = (
        "# When it goes wrong\n\n"
        "The error messages that people meet in the steps, word for word, and what to do about each.\n"
        "`make steps` writes this page from the lessons.\n"
    )
    for step in workshop.steps:
        section = step.lesson.section("When it goes wrong")
        if section is None:
            continue
        text += f"\n## Step {step.number}: [{step.title}]({step.folder.name}/README.md)\n\n"
        text += from_above(section.body.strip(), step.folder.name) + "\n"
    return text


def glossary(workshop):
    entries = {}
    for step in workshop.steps:
        for term, explanation in words(step.lesson):
            link = f"([step {step.number}]({step.folder.name}/README.md))"
            entries[term] = f"- **{term}** — {from_above(explanation, step.folder.name)} {link}\n"
    return (
        "# The words\n\n"
        "What each word means, and the step in which it is first needed.\n"
        "`make steps` writes this page from the lessons.\n\n"
        + "".join(entries[term] for term in sorted(entries, key=str.casefold))
    )


def words(lesson):
    """Return the terms that a lesson explains, each with its explanation on one line."""
    section = lesson.section("Words")
    found = WORD.finditer(section.body) if section else []
    return [(each["term"], " ".join(each["explanation"].split())) for each in found]


def from_above(text, folder):
    """The text as it stands in the folder above: its links lead to the same, its blocks are only to be read."""
    text = re.sub(r"(?m)^(\s*```\w*) .*$", r"\1", text)
    return re.sub(
        r"\]\((?!\w+:|#)([^)]+)\)",
        lambda link: f"]({posixpath.normpath(posixpath.join(folder, link[1]))})",
        text,
    )
