"""What goes wrong in each step, for INSTRUCTOR.md, from the lessons."""


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
