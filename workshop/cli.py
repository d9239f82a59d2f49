"""The commands of `workshop`."""

from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from strict_datastore.emulator import EmulatorError

from workshop.emulator import serve
from workshop.foreground import CannotRun, end_by_any_signal
from workshop.run import SOLUTION
from workshop.run import run as run_project

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The commands of the mewgram workshop.")

Port = Annotated[int, typer.Option(min=1, max=65535)]


@contextmanager
def in_the_foreground():
    """Ctrl-C is how these commands end, and what cannot be done is told in a sentence."""
    end_by_any_signal()
    try:
        yield
    except KeyboardInterrupt:
        pass
    except (CannotRun, EmulatorError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None


@app.command()
def run(
    directory: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="The folder with manage.py; mewgram by default.", show_default=False
        ),
    ] = SOLUTION,
    port: Port = 8000,
):
    """Serve mewgram, with sample cats, from Google's Datastore emulator."""
    with in_the_foreground():
        run_project(directory, port)


@app.command()
def emulator(
    port: Port = 8081,
    index_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The composite indexes to enforce; by default those of the project around, or mewgram's.",
        ),
    ] = None,
):
    """Run Google's Datastore emulator, composite indexes enforced."""
    with in_the_foreground():
        serve(port, index_file)
