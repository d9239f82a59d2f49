"""The command `workshop`, for which a broken virtual environment is a sentence and no traceback."""

import sys


def main():
    try:
        from workshop.cli import app
    except ImportError as error:
        sys.exit(
            f"The virtual environment {sys.prefix} is broken ({error}): delete it and make it anew, as the README says."
        )
    app(prog_name="workshop")


if __name__ == "__main__":
    main()
