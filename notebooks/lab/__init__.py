"""What each notebook begins with, `lab.start()`: Google's Datastore emulator, and Django on it."""

import os
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import django
import pandas
from django.apps import apps as registry
from django.db import connections
from IPython import get_ipython
from pandas.io.formats.style import Styler
from strict_datastore.emulator import Emulator, EmulatorError
from strict_datastore.index_file import read_index_file

HOST = "DATASTORE_EMULATOR_HOST"
ROOT = Path(__file__).resolve().parents[2]
MEWGRAM_INDEXES = ROOT / "solution" / "index.yaml"

_running = None


class CannotStart(Exception):
    """The message is a sentence for the reader: Jupyter shows it alone, without a traceback."""

    def _render_traceback_(self):
        return [str(self)]


def start(index_file=None):
    """Start Google's Datastore emulator, empty, with Django and Google's own client on it.

    index_file: the composite indexes that it enforces, as Google Cloud does. Without a file it enforces none.

    It ends when the notebook's kernel ends. Called again, it begins afresh. Raises CannotStart.
    """
    global _running
    if _running:
        _running.stop()
    else:
        _set_up_jupyter()
    emulator = Emulator(index_file=index_file)
    try:
        emulator.start()
    except EmulatorError as error:
        raise CannotStart(error) from None
    _running = emulator
    _set_up_django(emulator)
    print(f"Google's Datastore emulator runs. {_enforced(index_file)}")


@contextmanager
def another(**options):
    """Use another `Emulator(**options)` for as long as this lasts."""
    with Emulator(**options) as emulator, patch.dict(os.environ, {HOST: emulator.host}):
        yield


def attempt(call, *arguments):
    """Return what the call returns, or the name and the words of its error, for a table of both."""
    try:
        return call(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _enforced(index_file):
    if index_file is None:
        return "It enforces no composite index: it serves every query."
    entries = len(read_index_file(Path(index_file)))
    return f"It enforces the {entries} composite indexes of {Path(index_file).name}."


def _set_up_django(emulator):
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "lab.settings",
        HOST: emulator.host,
        # Google's own client asks for it.
        "GOOGLE_CLOUD_PROJECT": "mewgram",
        # A notebook's cells run in an event loop, where Django would refuse to touch the database.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
    if str(ROOT / "solution") not in sys.path:
        sys.path.append(str(ROOT / "solution"))
    django.setup()
    # The models of a run before this one would be related to those of this one.
    registry.all_models["notebook"].clear()
    registry.clear_cache()
    # They still lead to the emulator before, and SQLite's holds its rows.
    for connection in connections.all(initialized_only=True):
        connection.close()
        del connections[connection.alias]


def _set_up_jupyter():
    # A cell that defines a model may be run again.
    warnings.filterwarnings("ignore", r"Model '\w+\.\w+' was already registered", RuntimeWarning)
    # Nothing of a table is cut off, and a text in it begins at the left.
    for option in ("display.max_colwidth", "display.max_columns", "display.max_rows"):
        pandas.set_option(option, None)
    pandas.set_option("display.width", 140)
    get_ipython().display_formatter.formatters["text/html"].for_type(pandas.DataFrame, _as_html)
    # Pictures that come out the same at each run; what else they need is in matplotlibrc.
    inline = get_ipython().config.InlineBackend
    inline.figure_formats = {"svg"}
    inline.print_figure_kwargs = {"metadata": {"Date": None}}


def _as_html(table):
    texts = table.select_dtypes(exclude="number").columns
    left = [{"selector": "", "props": "text-align: left"}]
    # By itself pandas would make up an id for each table and each cell.
    styled = Styler(table, uuid="table", cell_ids=False, precision=2, escape="html")
    return styled.set_table_styles(dict.fromkeys(texts, left)).to_html()
