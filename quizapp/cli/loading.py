"""Loads banks from their folder into the database, one transaction a bank."""

from __future__ import annotations

import functools
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from flask_migrate import upgrade

from quizapp import clock, paths
from quizapp.cli.application import database_in_words, make_app
from quizapp.database import run_tx
from quizapp.formats.facts_yaml import BankErrors, read_bank
from quizapp.formats.questions_json import QuestionsError
from quizapp.formats.questions_json import load as read_questions
from quizapp.models.question_sets import find_set
from quizapp.operations.banks import Loaded, SlugTakenError, load_bank
from quizapp.operations.search import index_missing, rebuild_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

#: Counts up when the same files would be stored differently: then every bank is loaded again.
_FORM = b"2"
#: Where the first bank stands in the library, and the first of those from packages; sets of instructors follow them all.
_FIRST = 1
_FIRST_OF_PACKAGES = 101


class StaleBankError(Exception):
    """The questions of a bank were not made from the facts beside them."""


def list_banks(folder: Path, names: Iterable[str] = ()) -> list[Path]:
    """Return the folders of the banks, all or those named."""
    wanted = set(names)
    return [
        file.parent
        for file in sorted(folder.glob("*/facts.yaml"))
        if not wanted or file.parent.name in wanted
    ]


def load_banks(folder: Path, now: datetime, names: Iterable[str] = ()) -> Iterator[Loaded]:
    """Load the banks of a folder and tell of each what it did; a bank loaded before is not even read.

    Curated documents come before tables derived from packages. Raises `StaleBankError`, and what reading raises.
    """
    fresh = []
    for path in list_banks(folder, names):
        sha256 = _fingerprint(path)
        known = find_set(path.name)
        if known is not None and known.loaded_sha256 == sha256:
            yield Loaded(path.name, is_unchanged=True)
        else:
            fresh.append((read_bank(path / "facts.yaml"), path, sha256))
    places = [path.name for path in list_banks(folder)]
    for bank, path, sha256 in sorted(fresh, key=lambda item: (bool(item[0].source.package), item[0].id)):
        made = read_questions((path / "questions.json").read_bytes())
        if made.facts_sha256 != bank.facts_sha256:
            raise StaleBankError(
                f"{path.name}/questions.json was made from other facts. Run: quizapp banks build {path.name}"
            )
        first = _FIRST_OF_PACKAGES if bank.source.package else _FIRST
        position = first + places.index(path.name)
        yield run_tx(
            functools.partial(load_bank, bank, made.questions, sha256=sha256, position=position, now=now)
        )


def _fingerprint(path: Path) -> str:
    digest = hashlib.sha256(_FORM)
    for name in ("facts.yaml", "questions.json"):
        file = path / name
        digest.update(hashlib.sha256(file.read_bytes() if file.exists() else b"").digest())
    return digest.hexdigest()


def load_named(names: tuple[str, ...]) -> None:
    """Bring the named banks, or all, into the database of the environment's settings, and say what it did."""
    folder = paths.questions()
    unknown = set(names) - {path.name for path in list_banks(folder)}
    if unknown:
        raise click.ClickException(f"There is no bank named {', '.join(sorted(unknown))} in {folder}.")
    app = make_app()
    with app.app_context(), files_in_words(), database_in_words():
        upgrade()
        for loaded in load_banks(folder, clock.now(), names):
            click.echo(describe(loaded))
        index_missing()


def index_all() -> None:
    """Make the index of the search anew for the environment's settings, and say what it did."""
    app = make_app()
    with app.app_context(), database_in_words():
        upgrade()
        sets = rebuild_index()
    click.echo(f"Indexed {sets} question {'set' if sets == 1 else 'sets'} for the search.")


def describe(loaded: Loaded) -> str:
    """Return in one line what loading a bank did."""
    if loaded.is_unchanged:
        return f"{loaded.slug}: unchanged since it was loaded"
    return (
        f"{loaded.slug}: {loaded.facts} facts, {loaded.questions} questions "
        f"({loaded.added} new, {loaded.revised} revised, {loaded.retired} retired)"
    )


@contextmanager
def files_in_words() -> Iterator[None]:
    """Turn a bank's file that cannot be used into its errors, one a line; nothing of that bank is loaded."""
    try:
        yield
    except (BankErrors, QuestionsError, StaleBankError, SlugTakenError) as problem:
        raise click.ClickException(
            f"{problem}\nNothing of this bank was loaded; what was there stays."
        ) from problem
    except OSError as problem:
        raise click.ClickException(
            f"{problem.filename}: {problem.strerror}. Nothing of this bank was loaded."
        ) from problem
