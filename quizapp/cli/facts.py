"""`quizapp facts`: reads curated facts and proves their citations; needs no database."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Final

import click

from quizapp import paths
from quizapp.core.coverage import coverage as measure
from quizapp.formats import uncited_yaml
from quizapp.formats.facts_yaml import BankError, BankErrors, check_source, read_bank
from quizapp.formats.uncited_yaml import read_reasons

# So many characters of a gap are shown: enough to find it.
_SHOWN: Final = 60


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


@facts.command()
@click.argument("banks", nargs=-1, metavar="[BANK]...")
@click.option(
    "--source",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The source document.",
)
@click.option(
    "--least",
    default=88.0,
    show_default=True,
    type=click.FloatRange(0, 100),
    help="Fail below so many per cent of characters cited.",
)
def coverage(banks: tuple[str, ...], source: Path, least: float) -> None:
    """Print what of a document no fact cites, and why; of all banks curated from it, or those named."""
    text = _text(source)
    digest = hashlib.sha256(text.encode()).hexdigest()
    failed = True
    for folder in find_banks(banks):
        try:
            bank = read_bank(folder / "facts.yaml", shown(folder / "facts.yaml"))
            if not banks and bank.source.sha256 != digest:
                continue
            reasons = read_reasons(folder / uncited_yaml.FILE, shown(folder / uncited_yaml.FILE))
        except BankErrors as errors:
            _print(errors.errors)
            sys.exit(1)
        if bank.source.sha256 != digest:
            raise click.ClickException(f"{source} is not the document that {bank.id} was curated from.")
        found = measure(bank, text, reasons)
        failed = 100 * found.share < least or bool(found.unexplained)
        for gap in found.gaps:
            start, end = gap.span
            click.echo(f"  [{start}, {end}] {gap.why or 'NO REASON GIVEN'}: {_beginning(text[start:end])}")
        click.echo(
            f"{bank.id}: {found.cited:,} of {found.characters:,} characters cited ({found.share:.1%}); "
            f"{len(found.gaps)} gaps, {len(found.unexplained)} without a reason."
        )
        if failed:
            remedy = f"Cite them, or say why in {shown(folder / uncited_yaml.FILE)}."
            click.echo(f"At least {least:g} % are to be cited, and every gap explained. {remedy}", err=True)
            sys.exit(1)
    if failed:
        raise click.ClickException(f"No bank was curated from {source}.")


def _beginning(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


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
