"""What holds for every step and lesson, so that all can be read and followed in the same way."""

import re
from collections import Counter
from dataclasses import dataclass

from workshop import changes, pages
from workshop.mistakes import mistakes_of
from workshop.steps import content, files

BEFORE, AFTER = (
    ["What you will learn"],
    ["Checkpoint", "When it goes wrong", "Words", "Key points", "Challenges"],
)
LINES_TO_TYPE = 60
BESIDE_THE_STEPS = {
    "workshop.toml",
    "README.md",
    "TROUBLESHOOTING.md",
    "GLOSSARY.md",
    "CHANGES-FROM-TRIALS.md",
}
CHALLENGE = re.compile(r"Challenge: \S")


@dataclass(frozen=True)
class Problem:
    """`path` is relative to the repository's root."""

    path: str
    line: int
    reason: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.reason}"


def problems(workshop):
    """Return what does not hold, of everything."""
    found = list(of_manifest(workshop)) + list(of_words(workshop))
    for step in workshop.steps:
        found += of_folder(step)
        found += of_lesson(step)
        if step.number:
            found += of_structure(step)
            found += of_challenges(step)
            found += of_mistakes(step)
            found += of_given(step)
    return found


def of_manifest(workshop):
    def problem(reason):
        return Problem("steps/workshop.toml", 1, reason)

    numbers = [step.number for step in workshop.steps]
    if numbers and (
        numbers[0] not in (0, 1) or numbers != list(range(numbers[0], numbers[0] + len(numbers)))
    ):
        yield problem(f"the steps are numbered one after the other, from 0 or 1 on: {numbers}")
    for step in workshop.steps:
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", step.name):
            yield problem(f"the name {step.name!r} is not of small letters and hyphens")
    together = sum(step.minutes for step in workshop.steps if step.number)
    if workshop.steps and together != workshop.minutes:
        yield problem(f"the steps take {together} minutes together, and {workshop.minutes} are stated")
    folders = {step.folder.name for step in workshop.steps}
    for path in sorted((workshop.root / "steps").iterdir()):
        if path.name not in (folders if path.is_dir() else BESIDE_THE_STEPS):
            yield Problem(f"steps/{path.name}", 1, "belongs to no step of workshop.toml")


def of_folder(step):
    needed = {"README.md"}
    allowed = set()
    if step.number:
        needed |= {"check.py", "mistakes.toml"}
        allowed = {"given"}
    if step.stored:
        needed.add("code")
    there = {path.name for path in step.folder.iterdir()} - {"__pycache__"}
    name = step.folder.relative_to(step.workshop.root).as_posix()
    for missing in sorted(needed - there):
        yield Problem(f"{name}/{missing}", 1, "is missing")
    for orphan in sorted(there - needed - allowed):
        yield Problem(f"{name}/{orphan}", 1, "is used by nothing")


def of_lesson(step):
    """What holds for any page with blocks."""
    lesson = step.lesson

    def problem(line, reason):
        return Problem(lesson.path.as_posix(), line, reason)

    titles = [section for section in lesson.sections if section.level == 1]
    expected = f"{step.number}. {step.title}"
    if [title.title for title in titles] != [expected]:
        yield problem(1, f"the title is: # {expected}")
    lead = lesson.text.splitlines()[1:5]
    if not any(line.startswith(f"*{step.minutes} minutes.") for line in lead):
        yield problem(1, f"under the title stands how long it takes: *{step.minutes} minutes. ...*")
    for block in lesson.blocks:
        if block.kind in ("file", "change") and block.target not in block.named:
            yield problem(block.line - 1, f"the paragraph right before the block must name `{block.target}`")
        if block.kind == "change" and block.target == ".env":
            yield problem(
                block.line - 1, ".env is always written as a whole, so that `workshop start` knows it"
            )
        for number, line in enumerate(block.text.splitlines(), start=block.line):
            if re.search(r"#\s*new\W*$", line, re.IGNORECASE):
                yield problem(number, "what is new shows by itself: no trailing '# new'")
    for line, link in links(lesson):
        path, _, anchor = link.partition("#")
        target = (step.folder / path).resolve() if path else step.folder / "README.md"
        if not target.exists():
            yield problem(line, f"the link leads nowhere: {link}")
        elif anchor and anchor not in anchors(target):
            yield problem(line, f"the link leads to no heading: {link}")


def links(lesson):
    for line, token in lesson.inline:
        address = token.attrGet("href") or token.attrGet("src")
        if address and not re.match(r"\w+:", address):
            yield line, address


def anchors(path):
    """The names that GitHub gives to the headings of a page."""
    headings = re.findall(r"(?m)^#+ (.+)$", path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def of_structure(step):
    lesson = step.lesson

    def problem(line, reason):
        return Problem(lesson.path.as_posix(), line, reason)

    if f"`workshop start {step.number}`" not in "\n".join(lesson.text.splitlines()[1:6]):
        yield problem(
            1, f"under the title stands where one begins, and that `workshop start {step.number}` gives it"
        )
    second = [section for section in lesson.sections if section.level == 2]
    titles = [section.title for section in second]
    if titles[:1] != BEFORE or titles[-len(AFTER) :] != AFTER:
        yield problem(1, f"the sections are: {', '.join([*BEFORE, '...', *AFTER])}")
        return
    check = f"$ workshop check {step.number}\n"
    checkpoint = lesson.section("Checkpoint")
    if not any(check in block.text for block in lesson.blocks_in(checkpoint) if block.kind == "console"):
        yield problem(checkpoint.line, f"the checkpoint has a console block with {check.strip()}")
    wrong = lesson.section("When it goes wrong")
    if not lesson.within(wrong):
        yield problem(wrong.line, "each error has a heading of its own: ###")
    for entry in lesson.within(wrong):
        if not any(block.kind == "error" for block in lesson.blocks_in(entry)):
            yield problem(entry.line, "under the heading stands the error, word for word: ```text error=...")
        if re.search(r"```\s*\Z", entry.body):
            yield problem(entry.line, "behind the error stands what to do")
    for block in lesson.blocks:
        if block.kind == "error" and block not in lesson.blocks_in(wrong):
            yield problem(block.line, 'errors stand under "When it goes wrong"')
    for title in ("What you will learn", "Key points"):
        section = lesson.section(title)
        if not re.search(r"(?m)^- \S", section.body):
            yield problem(section.line, f'"{title}" is a list')
    section = lesson.section("Words")
    if len(pages.words(lesson)) != len(re.findall(r"(?m)^[-*] ", section.body)) or not pages.words(lesson):
        yield problem(section.line, "a word is written: - **word** — what it means")
    typed = typed_lines(lesson)
    if typed > LINES_TO_TYPE:
        yield problem(
            1, f"{typed} lines are to be typed, more than {LINES_TO_TYPE}: give what teaches nothing"
        )


def typed_lines(lesson):
    return sum(changes.typed_lines(block) for block in lesson.blocks if not block.challenge)


def of_challenges(step):
    lesson = step.lesson
    section = lesson.section("Challenges")
    if section is None:
        return

    def problem(line, reason):
        return Problem(lesson.path.as_posix(), line, reason)

    challenges = [each for each in lesson.within(section) if each.level == 3]
    if not 1 <= len(challenges) <= 2:
        yield problem(section.line, "there are one or two challenges: ### Challenge: ...")
    for number, challenge in enumerate(challenges, start=1):
        if not CHALLENGE.match(challenge.title):
            yield problem(challenge.line, "its heading is: ### Challenge: ...")
        body = challenge.body
        if (
            not re.search(r"(?m)^<details>\s*<summary>Answer</summary>\n\n", body)
            or body.count("</details>") != 1
        ):
            yield problem(challenge.line, "its answer is collapsed: <details><summary>Answer</summary>")
        blocks = lesson.blocks_in(challenge)
        if not blocks:
            yield problem(challenge.line, "its answer has a block, so that it is tried")
        for block in blocks:
            if block.challenge != str(number):
                yield problem(block.line - 1, f"a block of this challenge carries challenge={number}")
    inside = [block for challenge in challenges for block in lesson.blocks_in(challenge)]
    for block in lesson.blocks:
        if block.challenge and block not in inside:
            yield problem(block.line - 1, "a challenge's block stands under its heading")


def of_mistakes(step):
    path = (step.folder / "mistakes.toml").relative_to(step.workshop.root).as_posix()
    mistakes = mistakes_of(step)
    errors = {block.attributes["error"] for block in step.lesson.blocks if block.kind == "error"}
    if sum(bool(mistake.says) for mistake in mistakes) < 3:
        yield Problem(path, 1, "at least three mistakes are told by the check")
    for name, times in Counter(mistake.name for mistake in mistakes).items():
        if times > 1:
            yield Problem(path, 1, f"{times} mistakes are named {name}")
    for mistake in mistakes:
        if mistake.command and mistake.name not in errors:
            yield Problem(path, 1, f"{mistake.name} has a command, but the lesson does not show its error")


def of_given(step):
    spoken = {token.content for _, token in step.lesson.inline if token.type == "code_inline"}
    before = step.previous.end() if step.previous else {}
    folder = step.folder.relative_to(step.workshop.root).as_posix()
    for name, path in step.given().items():
        if not any(each in (name, name.rsplit("/", 1)[-1]) or within(name, each) for each in spoken):
            yield Problem(step.lesson.path.as_posix(), 1, f"the lesson does not say why `{name}` is given")
        if name in before and content(before[name]) == content(path):
            yield Problem(f"{folder}/given/{name}", 1, "is what the step before has already")
    for name, path in files(step.folder / "given").items():
        if re.search(rb"(?im)#\s*new\W*$", path.read_bytes()):
            yield Problem(f"{folder}/given/{name}", 1, "what is new shows by itself: no trailing '# new'")


def within(name, folder):
    return folder.endswith("/") and name.startswith(folder)


def of_words(workshop):
    explained = {}
    for step in workshop.steps:
        for term, _ in pages.words(step.lesson):
            if term.casefold() in explained:
                reason = f"{term} is explained in step {explained[term.casefold()]} already"
                yield Problem(step.lesson.path.as_posix(), step.lesson.section("Words").line, reason)
            explained.setdefault(term.casefold(), step.number)
