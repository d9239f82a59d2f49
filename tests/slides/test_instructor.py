"""INSTRUCTOR.md: agendas that add up, and nothing that is not there."""

import re

import pytest
import typer

from slides import ROOT
from slides.agenda import entries, plans
from slides.pages import INSTRUCTOR, README, pages
from workshop.cli import app
from workshop.steps import Workshop

WORKSHOP = Workshop()
TEXT = INSTRUCTOR.read_text(encoding="utf-8")


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan["title"])
def test_an_agenda_takes_the_time_it_says(plan):
    assert sum(entry.minutes for entry in entries(plan, WORKSHOP)) == plan["minutes"]


def test_the_three_hours_have_every_step():
    [three_hours] = [plan for plan in plans() if plan["title"] == "Three hours"]
    said = " ".join(str(part) for part in three_hours["parts"])
    assert [n for n in range(1, 11) if f"'step': {n}}}" not in said and f"step {n}" not in said] == []


@pytest.mark.parametrize("page", [INSTRUCTOR, README], ids=lambda path: path.name)
def test_what_a_page_repeats_is_so(page):
    assert pages(WORKSHOP)[page] == page.read_text(encoding="utf-8"), "make slides"


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT))))
def test_a_file_that_it_links_to_exists(path):
    assert (ROOT / path).exists()


def test_each_command_that_it_names_is_one_of_workshop():
    named = set(re.findall(r"`workshop (\w+)", TEXT))
    assert named
    assert named <= typer.main.get_command(app).commands.keys()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:steps|deploy|slides)/[\w./-]+)`", TEXT))))
def test_a_file_that_it_names_exists(path):
    assert (ROOT / path).exists() or path == "slides/build/"


def test_the_set_up_from_a_stick_is_that_of_make_without_the_network():
    commands = re.findall(r"(?m)^    \.venv/bin/python -m pip (.*)", TEXT)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    online = [each.replace("--no-index ", "").replace("--find-links ../wheels ", "") for each in commands]
    assert len(online) == 2
    assert [each for each in online if each not in makefile.replace("--quiet ", "")] == []
