"""The command `meetlat`. A subcommand is imported when it is called: scoring needs no web server."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence

import click

COMMANDS = {
    "score": "app.cli.score:score",
    "compare": "app.cli.score:compare",
    "instrument": "app.cli.instrument:instrument",
    "serve": "app.cli.serve:serve",
    "init": "app.cli.setup:init",
    "demo": "app.cli.setup:demo",
    "figures": "app.cli.figures:figures",
    "export": "app.cli.export:export",
    "report": "app.cli.report:report",
    "answers": "app.cli.answers:answers",
    "user": "app.cli.user:user",
    "followup": "app.cli.followup:followup",
    "backup": "app.cli.backup:backup",
    "backup-key": "app.cli.backup:key",
    "restore": "app.cli.backup:restore",
    "verify": "app.cli.backup:verify",
    "check": "app.cli.check:check",
    "import": "app.cli.archive:import_",
    "retention": "app.cli.retention:retention_",
    "log": "app.cli.log:log_",
}
"""Where each subcommand lives: module and name."""


class _Lazy(click.Group):
    """A group that imports a subcommand when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(cls=_Lazy, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
def meetlat() -> None:
    """Meetlat: vragenlijsten uitzetten, invullen, scoren en vergelijken."""


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line. Wrong input gives one clear line on standard error, and exit code 2."""
    given = list(sys.argv[1:] if args is None else args)
    if wrong := _unreadable(given):
        click.echo(wrong, err=True)
        sys.exit(2)
    try:
        result = meetlat.main(given, prog_name="meetlat", standalone_mode=False)
        sys.stdout.flush()
    except OSError as error:
        sys.exit(_unusable(error))
    except click.UsageError as error:
        click.echo(f"meetlat: {_usage(error)}", err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Gestopt.", err=True)
        sys.exit(130)
    sys.exit(result if isinstance(result, int) else 0)


def _unreadable(given: Sequence[str]) -> str | None:
    """Tell which argument or setting is no text: a database and a document have no place for it."""
    named = [(text, "een argument") for text in given]
    named += [(name + value, name) for name, value in os.environ.items() if name.startswith("MEETLAT_")]
    for text, name in named:
        try:
            text.encode()
        except UnicodeEncodeError:
            return f"meetlat: {name} is geen tekst in UTF-8. Verbeter de tekens die dat niet zijn."
    return None


def _unusable(error: OSError) -> int:
    """End after a file or the output failed: in silence when whoever read it had enough, else with a line."""
    if error.filename is not None:
        click.echo(f"{error.filename}: kan niet worden gebruikt ({error.strerror}).", err=True)
        return 2
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python tries again when it exits
    if error.errno == errno.EPIPE:
        return 1
    click.echo(f"De uitvoer kan niet worden geschreven ({error.strerror}).", err=True)
    return 2


def _usage(error: click.UsageError) -> str:
    """Say in Dutch what is wrong with how a command was called."""
    command = error.ctx.command_path if error.ctx else "meetlat"
    help_text = f"(zie {command} --help)"
    match error:
        case click.NoSuchOption():
            return f"onbekende optie {error.option_name} {help_text}"
        case click.MissingParameter():
            name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else "een argument"
            return f"{name} ontbreekt {help_text}"
        case click.BadOptionUsage():
            return f"optie {error.option_name} is niet goed gebruikt {help_text}"
        case click.BadParameter():
            name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else "argument"
            return f"{name}: {error.message} {help_text}"
    return f"onbekende of ontbrekende opdracht, of te veel argumenten {help_text}"
