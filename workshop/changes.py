"""Carries out the blocks that write, change or show a file."""

LEFT_OUT = "..."


def write(block, folder):
    target = folder / block.target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(block.text, encoding="utf-8", newline="\n")


def change(block, folder):
    """Replace the old lines of each hunk by the new ones. Raises LessonError unless they occur exactly once."""
    lines = lines_of(block, folder)
    for line, hunk in hunks(block):
        old = [text for sign, text in hunk if sign != "+"]
        new = [text for sign, text in hunk if sign != "-"]
        if not old:
            raise block.error(f"a change of {block.target} needs a line that tells where it belongs", line)
        at = place(block, lines, old, line)
        lines[at : at + len(old)] = new
    text = "\n".join(lines) + "\n" if lines else ""
    (folder / block.target).write_text(text, encoding="utf-8", newline="\n")


def show(block, folder):
    """Raises LessonError unless the file has these lines as they stand, each passage exactly once."""
    lines = lines_of(block, folder)
    passage, start = [], block.line
    for number, line in enumerate([*block.text.splitlines(), LEFT_OUT], start=block.line):
        if line.strip() != LEFT_OUT:
            passage.append(line)
            continue
        if passage:
            place(block, lines, passage, start, times="at least")
        passage, start = [], number + 1


def typed_lines(block):
    """How many lines an attendee types for this block; empty ones count for nothing."""
    lines = block.text.splitlines() if block.kind in ("file", "change") else []
    if block.kind == "change":
        lines = [line[1:] for line in lines if line.startswith("+")]
    return sum(bool(line.strip()) for line in lines)


def hunks(block):
    """Yield for each hunk its line in the lesson and its lines as (sign, text)."""
    hunk, start = [], block.line
    for number, line in enumerate(block.text.splitlines(), start=block.line):
        if line == LEFT_OUT:
            if hunk:
                yield start, hunk
            hunk, start = [], number + 1
        elif line[:1] in ("", " ", "-", "+"):  # editors strip the blank of an empty line
            hunk.append((line[:1] or " ", line[1:]))
        else:
            raise block.error("a line of a change begins with a blank, - or +, or is ...", number)
    if hunk:
        yield start, hunk


def lines_of(block, folder):
    path = folder / block.target
    if not path.is_file():
        raise block.error(f"there is no file {block.target} yet")
    return path.read_text(encoding="utf-8").splitlines()


def place(block, lines, old, line, times="exactly"):
    """Return where the old lines stand. `line` is that of the lesson, for the message."""
    found = [at for at in range(len(lines) - len(old) + 1) if lines[at : at + len(old)] == old]
    if len(found) == 1 or (found and times == "at least"):
        return found[0]
    if found:
        raise block.error(
            f"these lines occur {len(found)} times in {block.target}, not once:\n{quote(old)}", line
        )
    missing = [text for text in old if text not in lines]
    if missing:
        raise block.error(f"{block.target} has no line like this one:\n{quote(missing[:1])}", line)
    raise block.error(f"{block.target} has these lines, but not one after the other:\n{quote(old)}", line)


def quote(lines):
    return "\n".join(f"    {line}" for line in lines)
