"""`make notebooks`: run the notebooks, all or those named, and write what their cells now give into them."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from . import NOTEBOOKS
from .answers import with_answers, without_answers

# Without the versions that a kernel tells of itself: they are the machine's.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def rewrite(path):
    notebook = with_answers(nbformat.read(path, as_version=4))
    NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": path.parent}},
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
    ).execute()
    notebook = without_answers(notebook)
    number_cells(notebook)
    notebook.metadata = nbformat.from_dict(METADATA)
    nbformat.write(notebook, path)


def number_cells(notebook):
    """The answers were counted too."""
    run = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(run, start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number


def main():
    for path in map(Path, sys.argv[1:] or NOTEBOOKS):
        print(path.name, flush=True)
        rewrite(path.resolve())


if __name__ == "__main__":
    main()
