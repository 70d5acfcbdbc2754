"""The command `meetlat`. A subcommand is imported when it is called: scoring needs no web server."""

from __future__ import annotations

import importlib
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
    "user": "app.cli.user:user",
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
    try:
        result = meetlat.main(args, prog_name="meetlat", standalone_mode=False)
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
