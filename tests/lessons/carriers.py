"""Commands of the lessons that are carried out in a way of their own; the runner says what they take and return."""

from pathlib import Path

from workshop import process

README = Path(__file__).parents[2] / "README.md"


def same_in_readme(words, folder, variables):
    """What installs the workshop has its own tests, in tests/repository: here it must be what the README says."""
    line = f"    {' '.join(words)}\n"
    return (
        (0, "") if line in README.read_text(encoding="utf-8") else (1, f"README.md has no such line: {line}")
    )


def doctor(words, folder, variables):
    """What this machine lacks, or which of its ports are in use, is not the lesson's fault."""
    _, output = process.run(words, folder, variables)
    return 0, output


CARRIERS = {
    "git clone": same_in_readme,
    "make": same_in_readme,
    "python3 -m venv": same_in_readme,
    ".venv/bin/python -m pip": same_in_readme,
    "workshop doctor": doctor,
}
