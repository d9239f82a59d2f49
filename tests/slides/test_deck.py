"""The deck as it is written: timed, in step with the lessons, and quoting what is."""

import re

import pytest

from slides import FOLDER
from slides.compatibility import CHART, chart
from slides.deck import DECK, DeckError, minutes_by_step, read, with_current_quotes
from workshop.steps import Workshop

WORKSHOP = Workshop()
STEPS = [step for step in WORKSHOP.steps if step.number > 0]
SLIDES = read()
QUOTES = [quote for slide in SLIDES for quote in slide.quotes]
PICTURES = re.findall(r"!\[(.*?)\]\((.*?)\)", DECK.read_text(encoding="utf-8"))
STALE = "make slides"


def test_sixty_slides_at_most():
    assert len(SLIDES) <= 60


def test_each_step_has_a_section_with_its_title():
    titles = [slide.step for slide in SLIDES if slide.step]
    assert titles == [(step.number, step.title) for step in STEPS]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_the_minutes_of_a_section_are_those_of_its_step(step):
    assert minutes_by_step(SLIDES)[step.number] == step.minutes


def test_what_is_shown_before_the_hour_takes_no_time():
    assert minutes_by_step(SLIDES)[None] == 0


def test_all_minutes_are_those_of_the_workshop():
    assert sum(slide.minutes for slide in SLIDES) == WORKSHOP.minutes


@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: f"line {quote.begin}")
def test_what_a_slide_quotes_is_so(quote):
    assert quote.text == quote.current(), STALE


def test_the_chart_is_of_the_record():
    assert CHART.read_text(encoding="utf-8") == chart(), STALE


@pytest.mark.parametrize(("alternative", "path"), PICTURES)
def test_a_picture_is_there_and_says_in_words_what_it_shows(alternative, path):
    assert (FOLDER / path).is_file()
    assert len(alternative.split()) >= 8


def test_each_drawing_is_shown():
    assert {path.name for path in FOLDER.glob("*.svg")} <= {path for _, path in PICTURES}


def test_make_slides_writes_a_quote_anew():
    text = '# 1. A\n\n```python from="slides/compatibility.py" object="LENGTH"\nold\n```\n'
    with pytest.raises(DeckError, match="nothing is called LENGTH"):
        with_current_quotes(text)
    text = text.replace("LENGTH", "RECORD")
    assert 'RECORD = ROOT / "strict_datastore" / "compatibility.json"\n```\n' in with_current_quotes(text)


def test_a_block_that_quotes_nothing_is_an_error():
    with pytest.raises(DeckError, match=r"slides/mewgram\.md:3: an excerpt says `from` which file"):
        with_current_quotes("# 1. A\n\n```python\nprint()\n```\n")


def test_make_slides_writes_a_table_anew():
    begin = """# 1. A\n\n<table data-quote='from="notebooks/5-costs.ipynb" cell="views-code"'>\n"""
    new = with_current_quotes(f"{begin}<tr><td>old</td></tr>\n</table>\n\nThe end.\n")
    assert new.startswith(f"{begin}<tr>")
    assert new.endswith("</tr>\n</table>\n\nThe end.\n")
    assert "old" not in new


def test_a_slide_without_minutes_is_an_error():
    slide = read("# 1. A\n\n<!-- Say something. -->\n")[0]
    with pytest.raises(DeckError, match="slide 1 has no note that begins with minutes"):
        _ = slide.minutes


def test_a_directive_is_no_note():
    slide = read("# 1. A\n\n<!-- _class: step -->\n\n<!-- 2 minutes. Say something. -->\n")[0]
    assert slide.minutes == 2
