"""The list of commands. Each is imported when it is asked for, so that `katas` alone starts at once."""

from __future__ import annotations

import importlib
import os

import click

from checker import __version__
from checker.cli.help_pages import HelpContext, in_language
from checker.languages.catalogues import LANGUAGES
from checker.languages.translation import _, use

# In the order in which a learner meets them.
COMMANDS = {
    "init": "checker.cli.init",
    "status": "checker.cli.status",
    "lesson": "checker.cli.reading",
    "check": "checker.cli.check",
    "watch": "checker.cli.watch",
    "report": "checker.cli.report",
    "notebook": "checker.cli.notebook",
    "hint": "checker.cli.reading",
    "solution": "checker.cli.reading",
    "doctor": "checker.cli.doctor",
    "data": "checker.cli.data",
    "calibrate": "checker.cli.calibrate",
    "race": "checker.cli.race",
    "demo": "checker.cli.demo",
    "certificate": "checker.cli.certificate",
    "verify-certificate": "checker.cli.certificate",
    "grade": "checker.cli.grade",
    "export": "checker.cli.export",
    "ci": "checker.cli.ci",
    "contest": "checker.cli.contest",
    "submit": "checker.cli.submit",
    "verify": "checker.cli.verify",
    "new": "checker.cli.new",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is used."""

    context_class = HelpContext

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help of the group itself, in the language of this process."""
        in_language(self)
        super().format_help(ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(
            importlib.import_module(COMMANDS[cmd_name]), cmd_name.replace("-", "_")
        )
        if isinstance(command, click.Group):
            for one in command.commands.values():
                in_language(one)
        return in_language(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a number alone is a likely slip, so say what was meant."""
        if args and args[0].isdigit():
            raise click.UsageError(
                _(
                    "{number} is no command. Did you mean: {command}",
                    number=args[0],
                    command=f"katas check {args[0]}",
                )
            )
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "color": False if os.environ.get("NO_COLOR") else None,
        "max_content_width": 100,
    },
)
@click.version_option(__version__, "--version", prog_name="katas")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    callback=lambda ctx, param, value: use(value) if value else None,
    is_eager=True,
    expose_value=False,
    help="The language of all that is shown. Default: KATAS_LANG, else that of your system.",
)
@click.pass_context
def katas(ctx: click.Context) -> int | None:
    """Learn deep learning by building it, one kata after the other.

    Without a command: where you are on the path, and what to type next.
    """
    if ctx.invoked_subcommand is None:
        from checker.cli.status import status

        result = ctx.invoke(status)
        return result if isinstance(result, int) else None
    return None
