"""The answers to a notebook's exercises, hidden in its Markdown and run as cells of it all the same.

An exercise is a Markdown cell with a `<details>` in it: a block of Python and, below it, a block of text with what
that prints.
"""

import copy
import re

from nbformat.v4 import new_code_cell, new_output

ANSWER = re.compile(r"(<details>.*?```python\n)(.*?)(\n```\n\n```text\n)(.*?)(\n```.*?</details>)", re.DOTALL)


def answer_to(cell):
    """Return the answer in this cell as a match of ANSWER, or None."""
    return ANSWER.search(cell.source) if cell.cell_type == "markdown" else None


def with_answers(notebook):
    """Return a copy of the notebook in which each answer is a code cell behind its exercise."""
    expanded = copy.copy(notebook)
    expanded.cells = []
    for cell in notebook.cells:
        expanded.cells.append(cell)
        if answer := answer_to(cell):
            output = new_output("stream", name="stdout", text=f"{answer[4]}\n")
            expanded.cells.append(
                new_code_cell(answer[2], execution_count=0, outputs=[output], metadata={"is_answer": True})
            )
    return expanded


def without_answers(expanded):
    """Return the notebook again, with what its answers have now printed in its Markdown."""
    notebook = copy.copy(expanded)
    notebook.cells = []
    for cell in expanded.cells:
        if cell.metadata.get("is_answer"):
            exercise = notebook.cells[-1]
            answer = answer_to(exercise)
            output = "".join(each.text for each in cell.outputs).rstrip("\n")
            exercise.source = exercise.source[: answer.start(4)] + output + exercise.source[answer.end(4) :]
        else:
            notebook.cells.append(cell)
    return notebook
