"""`workshop emulator`: Google's Datastore emulator by itself, for a server or a shell of one's own."""

from pathlib import Path

from strict_datastore.emulator import Emulator, port_in_use

from workshop.foreground import CannotRun, hold
from workshop.run import SOLUTION, data_dir_of


def serve(port, index_file=None):
    """Serve the project in whose folder the command was typed, or nobody in particular.

    For a project it enforces the project's index.yaml, if there is one, and keeps the data; else it enforces
    mewgram's and keeps nothing.
    """
    if port_in_use(port):
        raise CannotRun(f"Port {port} is in use: stop what uses it, or take another: --port {port + 1}")
    project = project_around(Path.cwd())
    index_file = index_file or (project or SOLUTION) / "index.yaml"
    if project and not index_file.exists():
        index_file = None
    data_dir = data_dir_of(project) if project else None
    with Emulator(index_file=index_file, data_dir=data_dir, port=port) as emulator:
        print(
            f"""
  Google's Datastore emulator is at {emulator.host}
  Indexes  {f"it enforces {index_file}" if index_file else "without an index.yaml it enforces none"}
  Data     {f"kept in {data_dir}" if data_dir else "forgotten when it stops"}
  To use it, put these lines into the file .env beside manage.py:

DEBUG=1
DATABASE=datastore
DATASTORE_EMULATOR_HOST={emulator.host}

  and then, in another terminal, for instance:

python manage.py runserver

  Ctrl-C stops it.
""",
            flush=True,
        )
        hold(emulator.process)
        raise CannotRun("The database ended.")


def project_around(folder):
    """Return the folder of the Django project that this folder belongs to, or None."""
    return next((each for each in (folder, *folder.parents) if (each / "manage.py").is_file()), None)
