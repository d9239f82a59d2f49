"""The mistakes of a step that learners make, laid on a copy of its end to see what is said of them."""

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path


class MistakesError(Exception):
    """mistakes.toml is not as it should be; the message names the file and the mistake."""


@dataclass(frozen=True)
class Mistake:
    """A mistake, or, without a file, a circumstance.

    `says` is what the step's check says of it. `command` runs into it; with `visit` the command is a server and
    that page is asked for. `port_in_use` is taken by somebody else meanwhile. `emulator` is "off" where none
    runs, "own" where one enforces the index.yaml that the mistake has changed, "older" where that one still runs
    after the file has been corrected.
    """

    path: Path
    name: str
    file: str = ""
    old: str = ""
    new: str = ""
    delete: bool = False
    says: str = ""
    command: str = ""
    visit: str = ""
    port_in_use: int = 0
    emulator: str = "running"

    def lay_on(self, folder):
        """Make the mistake in a project. Raises MistakesError unless `old` occurs exactly once."""
        if not self.file:
            return
        target = folder / self.file
        if not target.is_file():
            raise self.error(f"there is no file {self.file}")
        if self.delete:
            target.unlink()
            return
        text = target.read_text(encoding="utf-8")
        if not self.old or text.count(self.old) != 1:
            raise self.error(f"its old text occurs {text.count(self.old)} times in {self.file}, not once")
        target.write_text(text.replace(self.old, self.new), encoding="utf-8", newline="\n")

    def correct_in(self, folder, corrected):
        """Put a file without the mistake into the project."""
        shutil.copyfile(corrected, folder / self.file)

    def error(self, reason):
        return MistakesError(f"{self.path}: {self.name}: {reason}")


def mistakes_of(step):
    path = step.folder / "mistakes.toml"
    if not path.is_file():
        return []
    shown = path.relative_to(step.workshop.root)
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("mistake", [])
        mistakes = [Mistake(shown, **entry) for entry in entries]
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise MistakesError(f"{shown}: {error}") from None
    for mistake in mistakes:
        if mistake.emulator not in ("running", "off", "own", "older"):
            raise mistake.error(f"no emulator {mistake.emulator!r}: running, off, own or older")
        if not (mistake.says or mistake.command):
            raise mistake.error("it needs what the check says of it, or a command that runs into it")
        if bool(mistake.file) != bool(mistake.delete or mistake.old):
            raise mistake.error("a file and its old text belong together")
    return mistakes
