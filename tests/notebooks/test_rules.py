"""What every notebook keeps to, so that it reads as the others and all of it is checked."""

import ast
import re
from itertools import pairwise

import nbformat
import pytest

from . import NOTEBOOKS
from .answers import answer_to

HEADINGS = ["You will be able to answer", "On Google Cloud", "To take away", "Exercises"]
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")

pytestmark = pytest.mark.parametrize("notebook", NOTEBOOKS, indirect=True, ids=lambda path: path.stem)


@pytest.fixture
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    """The Markdown of the notebook as its reader sees it, without its answers and without code."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"(?s)```.*?```|`[^`]*`|\(https?:[^)]*\)|</?details>", " ", text)


def headings(notebook):
    return re.findall(r"(?m)^## (.*)", prose(notebook))


def formats(cell):
    return {name for output in cell.outputs for name in output.get("data", ())}


def has_table(cell):
    return "text/html" in formats(cell)


def has_picture(cell):
    return any(name.startswith("image/") for name in formats(cell))


def printed(cell):
    return "\n".join(
        output.text if output.output_type == "stream" else output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    )


def section(notebook, heading):
    """The cells below this heading, up to the next one."""
    cells = iter(notebook.cells)
    for cell in cells:
        if cell.source.startswith(f"## {heading}"):
            break
    found = [cell]
    for cell in cells:
        if cell.source.startswith("## "):
            break
        found.append(cell)
    return found


def is_constant(node):
    """Whether the statement only shows a constant."""
    match node:
        case ast.Expr(ast.Call(ast.Name("print"), arguments)):
            return all(isinstance(each, ast.Constant) for each in arguments)
        case ast.Expr(value):
            return isinstance(value, ast.Constant)
    return False


def test_it_was_run_from_the_first_cell_to_the_last(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook) if cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1)), "run: make notebooks"


def test_no_cell_fails_or_warns(notebook):
    kinds = [
        output.get("name", output.output_type) for cell in code_cells(notebook) for output in cell.outputs
    ]
    assert set(kinds) <= {"stdout", "display_data", "execute_result"}


def test_it_is_stored_as_make_notebooks_stores_it(request, notebook):
    path = request.node.callspec.params["notebook"]
    assert path.read_text(encoding="utf-8") == nbformat.writes(notebook) + "\n"
    assert notebook.metadata.language_info == {"name": "python"}


def test_its_outputs_say_nothing_of_the_machine_they_were_made_on(notebook):
    outputs = "\n".join(printed(cell) for cell in code_cells(notebook))
    assert re.findall(r"(?:/home/|/Users/|/root/|/tmp/|127\.0\.0\.1:)\S*|0x[0-9a-f]{6,}", outputs) == []


def test_it_begins_with_what_you_will_be_able_to_answer_and_ends_with_exercises(notebook):
    assert notebook.cells[0].source.startswith("# ")
    found = headings(notebook)
    assert [found[0], *found[-3:]] == HEADINGS


def test_a_heading_begins_its_cell(notebook):
    begun = [cell for cell in notebook.cells if cell.cell_type == "markdown" and cell.source.startswith("#")]
    assert len(begun) == 1 + len(headings(notebook))


def test_its_first_code_starts_the_emulator_and_says_which(notebook):
    first = code_cells(notebook)[0]
    assert first.source.startswith("import lab\n\nlab.start(")
    assert printed(first).startswith("Google's Datastore emulator runs.")


def test_what_to_take_away_is_a_table(notebook):
    assert any(has_table(cell) for cell in section(notebook, "To take away") if cell.cell_type == "code")


def test_it_has_two_exercises_whose_answers_are_hidden_and_run(notebook):
    answered = [cell for cell in notebook.cells if answer_to(cell)]
    assert [cell.source.partition(".")[0] for cell in answered] == ["**Exercise 1", "**Exercise 2"]
    assert all(cell in section(notebook, "Exercises") for cell in answered)
    assert sum(cell.source.count("<details>") for cell in notebook.cells) == 2


def test_a_picture_stands_between_its_data_as_a_table_and_a_sentence_of_what_is_seen(notebook):
    codes = code_cells(notebook)
    tables_before = [has_table(table) for table, picture in pairwise(codes) if has_picture(picture)]
    sentences_behind = [
        after.cell_type == "markdown" and not after.source.startswith("#")
        for cell, after in pairwise(notebook.cells)
        if cell.cell_type == "code" and has_picture(cell)
    ]
    assert all(tables_before)
    assert all(sentences_behind)


def test_no_cell_only_prints_a_constant(notebook):
    bodies = {cell.source: ast.parse(cell.source).body for cell in code_cells(notebook)}
    assert [source for source, body in bodies.items() if body and all(map(is_constant, body))] == []


def test_a_table_is_text_too_because_that_is_what_is_compared(notebook):
    assert all("text/plain" in formats(cell) for cell in code_cells(notebook) if formats(cell))


def test_figures_in_the_text_come_from_cells(notebook):
    """Those of two digits and more: each stands in a cell or in what a cell gave."""
    cells = " ".join(cell.source + "\n" + printed(cell) for cell in code_cells(notebook))
    known = {figure.replace(",", "").replace("_", "") for figure in re.findall(r"\d[\d,_]*(?:\.\d+)?", cells)}
    figures = {figure.replace(",", "") for figure in NUMBER.findall(prose(notebook))}
    assert {figure for figure in figures if len(figure) > 1} - known == set()
