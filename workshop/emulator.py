"""`workshop emulator`: Google's Datastore emulator by itself, for a server or a shell of one's own."""

from strict_datastore.emulator import Emulator

from workshop.foreground import hold


def serve(port, index_file):
    with Emulator(index_file=index_file, port=port) as emulator:
        print(
            f"""
  Google's Datastore emulator is at {emulator.host}; it enforces {emulator.index_file}
  and forgets its data when it stops. To use it, put these lines into the environment or into .env:

DATABASE=datastore
DATASTORE_EMULATOR_HOST={emulator.host}

  Ctrl-C stops it.
""",
            flush=True,
        )
        hold(emulator.process)
