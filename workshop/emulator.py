"""`workshop emulator`: Google's Datastore emulator by itself, for a server or a shell of one's own."""

from strict_datastore.emulator import Emulator, port_in_use

from workshop.foreground import CannotRun, hold


def serve(port, index_file):
    if port_in_use(port):
        raise CannotRun(f"Port {port} is in use: stop what uses it, or take another: --port {port + 1}")
    with Emulator(index_file=index_file, port=port) as emulator:
        print(
            f"""
  Google's Datastore emulator is at {emulator.host}; it enforces {emulator.index_file}
  and forgets its data when it stops. To use it, put these lines into the file .env beside manage.py:

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
