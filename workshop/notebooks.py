"""`workshop notebooks`: JupyterLab on the notebooks."""

import sys
from pathlib import Path

from strict_datastore import guardian

from workshop.foreground import hold

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"

OPTIONS = [
    # JupyterLab listens on this machine alone and wants a token: in a container, root may run it.
    "--allow-root",
    # It would ask the network for news, for newer versions of itself and for extensions.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--log-level=WARN",
]


def open_notebooks():
    print("JupyterLab opens in your browser. Ctrl-C stops it and all notebooks.", flush=True)
    process = guardian.start([sys.executable, "-m", "jupyterlab", f"--notebook-dir={NOTEBOOKS}", *OPTIONS])
    try:
        hold(process)
    finally:
        guardian.end(process)
