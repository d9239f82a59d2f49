"""`workshop notebooks`: JupyterLab on the notebooks."""

import sys
from pathlib import Path

from strict_datastore import guardian

from workshop.foreground import hold

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def open_notebooks():
    # JupyterLab would ask the network for news and newer versions of itself.
    offline = ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    # It listens on this machine alone, and wants its token from whoever asks: in a container, root may run it.
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={NOTEBOOKS}", "--allow-root", *offline]
    process = guardian.start(command)
    try:
        hold(process)
    finally:
        guardian.end(process)
