"""The parts of INSTRUCTOR.md that repeat what stands elsewhere: the agendas, and the mistakes of each step."""

from workshop.parts import with_part

from . import ROOT
from .agenda import page_part

INSTRUCTOR = ROOT / "INSTRUCTOR.md"


def with_current_parts(text, workshop):
    text = with_part(text, "agendas", page_part(workshop))
    return with_part(text, "mistakes", mistakes(workshop))


def mistakes(workshop):
    """What people meet in each step: the headings of its lesson's section, with the first line of the error."""
    text = ""
    for step in workshop.steps:
        entries = list(errors(step.lesson))
        if entries:
            text += (
                f"### {step.number}. {step.title}\n\n| what happens | what their screen says |\n|---|---|\n"
            )
            text += "".join(f"| {heading} | `{shown}` |\n" for heading, shown in entries) + "\n"
    return text


def errors(lesson):
    for block in lesson.blocks:
        if block.kind == "error":
            lines = [line for line in block.text.splitlines() if line.strip(" .")]
            yield block.sections[-1], lines[0].strip().replace("|", "\\|")
