"""The commands of `workshop`."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from strict_datastore.emulator import EmulatorError

from workshop import attendee, env_file
from workshop.check import check as run_check
from workshop.difference import difference
from workshop.emulator import serve
from workshop.foreground import CannotRun, end_by_any_signal
from workshop.lesson import LessonError
from workshop.notebooks import open_notebooks
from workshop.run import SOLUTION
from workshop.run import run as run_project
from workshop.steps import ManifestError, Workshop, files

app = typer.Typer(add_completion=False, help="The commands of the mewgram workshop.")

Number = Annotated[int, typer.Argument(metavar="N", help="The number of a step.", show_default=False)]
OptionalNumber = Annotated[
    int | None,
    typer.Argument(
        metavar="[N]", help="The number of a step; the one you are at by default.", show_default=False
    ),
]
Port = Annotated[int, typer.Option(min=1, max=65535)]


@contextmanager
def in_the_foreground():
    """Ctrl-C is how these commands end, and what cannot be done is told in a sentence."""
    end_by_any_signal()
    with told_in_a_sentence(), suppress(KeyboardInterrupt):
        yield


@contextmanager
def told_in_a_sentence():
    """What cannot be done is no traceback."""
    try:
        yield
    except (CannotRun, EmulatorError, LessonError, ManifestError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        if error.filename is None:
            raise
        typer.echo(f"{error.filename} cannot be read or written: {error.strerror}.", err=True)
        raise typer.Exit(1) from None


@app.callback(invoke_without_command=True)
def alone(context: typer.Context):
    """The commands of the mewgram workshop."""
    if context.invoked_subcommand is not None:
        return
    with told_in_a_sentence():
        workshop = Workshop()
        try:
            folder = attendee.find(workshop, Path.cwd())
        except CannotRun as nothing:
            typer.echo(f"{nothing}\nWhat this machine lacks: workshop doctor\nAll commands: workshop --help")
            return
        step = attendee.step_of(workshop, folder)
        typer.echo(f"You are at step {step.number}, {step.title}, in {folder}")
        typer.echo(f"The lesson: {step.folder / 'README.md'}")
        typer.echo("When you are done with it: workshop check, then workshop next")
        typer.echo("All commands: workshop --help")


@app.command()
def doctor():
    """Say what this machine lacks for the workshop, and how to get it."""
    from workshop.doctor import findings

    with told_in_a_sentence():
        missing = False
        for what, well, advice, step in findings():
            if well:
                typer.echo(f"  ok  {what}")
            else:
                missing = True
                typer.echo(f"  --  {what}, which you need from step {step} on\n      {advice}")
        raise typer.Exit(missing)


@app.command()
def start(
    number: Number,
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="Your folder; my-mewgram in the clone by default.", show_default=False
        ),
    ] = None,
):
    """Make a folder of your own as it is where step N begins."""
    with told_in_a_sentence():
        step = step_number(Workshop(), number)
        folder = (directory or attendee.usual(step.workshop)).resolve()
        if moved := attendee.start(step, folder):
            typer.echo(f"What was in {near(folder)} is now in {near(moved)}")
        typer.echo(f"{near(folder)} is as step {number}, {step.title}, begins. Go there: cd {near(folder)}")


@app.command()
def check(
    number: OptionalNumber = None,
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever a file changes.")] = False,
):
    """Say whether a step is done, and if not, what to do next."""
    with told_in_a_sentence():
        step, folder = where_you_work(number)
        passes = report(step, folder)
        if not watch:
            raise typer.Exit(not passes)
    with in_the_foreground():
        from workshop.watch import changes

        typer.echo("\nEach change of a file is checked from now on; Ctrl-C ends it.")
        for _ in changes(folder, typer.echo):
            typer.echo()
            report(step, folder)


@app.command(name="next")
def go_on():
    """Check the step you are at, and lay down what the next one gives."""
    with told_in_a_sentence():
        step, folder = where_you_work(None)
        for name in attendee.lay_missing(step, folder):
            typer.echo(f"{name} was missing and is there again: it is given in this step.")
        if step.number and not report(step, folder, next_to_do=False):
            raise typer.Exit(1)
        following = step.workshop.get(step.number + 1)
        if following is None:
            typer.echo(f"Step {step.number} was the last one.")
            return
        set_aside = attendee.go_on(following, folder)
        for name in set_aside:
            typer.echo(
                f"Yours is kept as {name}: {name.partition(attendee.MINE)[0]} is given in the next step."
            )
        typer.echo(f"You are at step {following.number}, {following.title}: {following.folder / 'README.md'}")


@app.command()
def hint(number: OptionalNumber = None):
    """Say what to do next, and show what differs from the step's end."""
    with told_in_a_sentence():
        step, folder = where_you_work(number)
        passes, output = run_check(step, folder)
        if passes:
            typer.echo(f"Step {step.number} is done.")
            return
        typer.echo(output.strip("\n").rpartition("\n\n")[2] + "\n")
        tell_of_overridden(folder)
        if differs := difference(files(folder), step.end(), "yours", "step"):
            typer.echo(f"What differs from the step's end: - is yours, + is the step's.\n\n{differs}")
        else:
            typer.echo("Your files are those of the step's end.")


@app.command()
def diff(
    number: Number,
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A folder to compare with the step's end.", show_default=False),
    ] = None,
):
    """Show what step N changes; with DIR, how that folder differs from the step's end."""
    with told_in_a_sentence():
        step = step_number(Workshop(), number)
        if directory is None:
            text = difference(step.begin(), step.end(), "before", "after")
        elif directory.is_dir():
            text = difference(files(directory), step.end(), "yours", "step")
        else:
            raise CannotRun(f"There is no folder {directory}.")
        typer.echo(text or "Nothing differs.", nl=not text)


@app.command()
def where():
    """Say which step your folder has reached: the highest whose check passes."""
    with told_in_a_sentence():
        at, folder = where_you_work(None)
        steps = [step for step in Workshop().steps if step.number][::-1]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            checks = [pool.submit(run_check, step, folder) for step in steps]
            for step, future in zip(steps, checks, strict=True):
                if future.result()[0]:
                    pool.shutdown(cancel_futures=True)
                    typer.echo(f"Step {step.number}, {step.title}, is done.")
                    return
        typer.echo(f"No check passes as the folder is now: it is on its way to the end of step {at.number}.")


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


@app.command()
def notebooks():
    """Open JupyterLab on the notebooks, which measure Datastore."""
    with in_the_foreground():
        open_notebooks()


def where_you_work(number):
    """Return the step of that number, or the one that the folder is at, and the attendee's folder."""
    workshop = Workshop()
    folder = attendee.find(workshop, Path.cwd())
    step = attendee.step_of(workshop, folder) if number is None else step_number(workshop, number)
    return step, folder


def step_number(workshop, number):
    step = workshop.get(number)
    if step is None or number == 0:
        numbers = [step.number for step in workshop.steps if step.number]
        raise CannotRun(f"There is no step {number}: they are {', '.join(map(str, numbers))}.")
    return step


def report(step, folder, next_to_do=True):
    passes, output = run_check(step, folder)
    typer.echo(f"Step {step.number}, {step.title}\n{output}")
    tell_of_overridden(folder)
    if passes and next_to_do:
        go_on = "Go on: workshop next" if step.workshop.get(step.number + 1) else "That was the last one."
        typer.echo(f"Step {step.number} is done. {go_on}")
    elif not passes:
        typer.echo(f"For a hint: workshop hint {step.number}")
    return passes


def tell_of_overridden(folder):
    if told := env_file.overridden(folder):
        typer.echo(f"{told}\n")


def near(path):
    """The path as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) and path != here else path
