"""How pytest collects a notebook: nbval's cells, numbered as the reader sees them, and the hidden answers."""

from collections import defaultdict

import nbformat
from nbval.plugin import IPyNbCell, IPyNbFile, find_comment_markers

from .answers import with_answers


class Notebook(IPyNbFile):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_marker("emulator")
        # A table is compared as text, whose difference can be read.
        self.skip_compare = (*self.skip_compare, "text/html")

    def collect(self):
        self.nb = with_answers(nbformat.read(self.path, as_version=4))
        number = answer = 0
        for cell in self.nb.cells:
            if cell.cell_type != "code":
                continue
            if cell.metadata.get("is_answer"):
                answer += 1
                name = f"answer {answer}"
            else:
                number = cell.execution_count or number
                name = f"[{number}]"
            options = defaultdict(bool, {"check": True} | dict(find_comment_markers(cell.source)))
            yield IPyNbCell.from_parent(self, name=name, cell_num=number, cell=cell, options=options)
