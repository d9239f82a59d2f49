"""Agendas for INSTRUCTOR.md: which steps fit into how much time, from the minutes in steps/workshop.toml."""

import tomllib
from dataclasses import dataclass

from . import FOLDER

PLANS = FOLDER / "agendas.toml"


@dataclass(frozen=True)
class Entry:
    begins: int  # minutes since the beginning
    what: str
    minutes: int
    rejoin: str


def plans():
    """Return the plans: each with its title, why, minutes, pace, and parts that are steps or anything else."""
    return tomllib.loads(PLANS.read_text(encoding="utf-8"))["agenda"]


def entries(plan, workshop):
    """Return what the plan puts one after the other. Raises KeyError for a step that there is not."""
    steps = {step.number: step for step in workshop.steps}
    now, found = 0, []
    for part in plan["parts"]:
        if "step" in part:
            step = steps[part["step"]]
            # In fives, as one looks at a clock, when there is time for more than the step alone.
            minutes = step.minutes if plan.get("pace", 1) == 1 else 5 * round(step.minutes * plan["pace"] / 5)
            entry = Entry(now, f"{step.number}. {step.title}", minutes, f"`workshop start {step.number}`")
        else:
            entry = Entry(now, part["say"], part["minutes"], "")
        found.append(entry)
        now += entry.minutes
    return found


def clock(minutes):
    return f"{minutes // 60}:{minutes % 60:02}"


def agendas(workshop):
    """All plans as Markdown."""
    text = ""
    for plan in plans():
        text += f"### {plan['title']}\n\n{plan['why'].strip()}\n\n"
        text += "| begins | | minutes | who comes late or is stuck begins with |\n|---|---|---|---|\n"
        listed = entries(plan, workshop)
        for each in listed:
            text += f"| {clock(each.begins)} | {each.what} | {each.minutes} | {each.rejoin} |\n"
        text += f"| {clock(sum(each.minutes for each in listed))} | The end | | |\n\n"
        text += f"**When time runs short:** {plan['cut'].strip()}\n\n"
    return text
