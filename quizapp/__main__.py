"""The `quizapp` command."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {
    "banks": "quizapp.cli.banks",
    "cards": "quizapp.cli.cards",
    "facts": "quizapp.cli.facts",
    "fit": "quizapp.cli.fits",
    "serve": "quizapp.cli.serve",
    "users": "quizapp.cli.users",
    "work": "quizapp.cli.serve",
}


class _Commands(click.Group):
    """Commands that are imported when they are called, so that `facts check` does not load the web framework."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
        return command


@click.command(cls=_Commands)
@click.version_option(package_name="quizapp", message="quizapp %(version)s")
def main() -> None:
    """Study cited facts; serve, check and load question banks."""


if __name__ == "__main__":
    main(prog_name="quizapp")
