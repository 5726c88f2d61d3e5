"""`quizapp facts`: reads curated facts and proves their citations; needs no database."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from quizapp import paths
from quizapp.formats.facts_yaml import BankError, BankErrors, check_source, read_bank


@click.group()
def facts() -> None:
    """Check curated facts."""


@facts.command()
@click.argument("banks", nargs=-1, metavar="[BANK]...")
@click.option(
    "--source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The source document, to prove every cited span and fingerprint.",
)
def check(banks: tuple[str, ...], source: Path | None) -> None:
    """Validate the facts of banks: all of them, or those named by id or folder."""
    failed = False
    for folder in find_banks(banks):
        file = folder / "facts.yaml"
        name = shown(file)
        try:
            bank = read_bank(file, name)
        except BankErrors as errors:
            failed = True
            _print(errors.errors)
            continue
        errors_of_source = check_source(bank, _text(source), name) if source else []
        _print(errors_of_source)
        failed = failed or bool(errors_of_source)
        if not errors_of_source:
            proved = ", every citation proved" if source else ""
            counts = f"{len(bank.facts)} facts, {len(bank.entities)} entities, {len(bank.sets)} sets"
            click.echo(f"{bank.id}: {counts}, no error{proved}.")
    if failed:
        sys.exit(1)


def find_banks(names: tuple[str, ...]) -> list[Path]:
    """Return the folders of the named banks, of all if none is named; ends the command for an unknown one."""
    root = paths.questions()
    if not names:
        found = sorted(file.parent for file in root.glob("*/facts.yaml"))
        if not found:
            raise click.ClickException(f"There is no bank in {root}. A bank is a folder with a facts.yaml.")
        return found
    folders = []
    for name in names:
        folder = next((one for one in (root / name, Path(name)) if (one / "facts.yaml").is_file()), None)
        if folder is None:
            known = ", ".join(sorted(file.parent.name for file in root.glob("*/facts.yaml"))) or "none"
            raise click.ClickException(f"There is no bank “{name}”. Known are: {known}.")
        folders.append(folder)
    return folders


def shown(file: Path) -> str:
    """Return a file's path as messages show it: from the folder of banks where it lies in there."""
    root = paths.questions()
    return str(file.relative_to(root.parent)) if file.is_relative_to(root) else str(file)


def _text(source: Path) -> str:
    try:
        return source.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{source} is not UTF-8 (byte {error.start}). Spans are counted in its UTF-8 text."
        raise click.ClickException(message) from error


def _print(errors: list[BankError] | tuple[BankError, ...]) -> None:
    for error in errors:
        click.echo(str(error), err=True)
