"""`make test` runs the notebooks with nbval, strictly: each cell has to give the output that it shows."""

from tests.notebooks.collecting import Notebook


def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".ipynb":
        return Notebook.from_parent(parent, path=file_path)
    return None
