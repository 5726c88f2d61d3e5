"""`quizapp banks`: builds questions from facts and checks them; building and checking need no database."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from quizapp.cli.facts import find_banks, shown
from quizapp.core import item_checks
from quizapp.core.generation import generate
from quizapp.core.questions import TrueFalseQuestion
from quizapp.formats import questions_json
from quizapp.formats.facts_yaml import BankErrors, read_bank

if TYPE_CHECKING:
    from pathlib import Path

    from quizapp.core.facts import Bank
    from quizapp.core.item_checks import BankReport, Flaw
    from quizapp.core.questions import AnyQuestion

QUESTIONS_FILE = "questions.json"


@dataclass(frozen=True, slots=True)
class Checked:
    """A bank with its questions as they should be, their bytes and their flaws."""

    bank: Bank
    questions: list[AnyQuestion]
    content: bytes
    flaws: list[Flaw]

    @property
    def hard(self) -> list[Flaw]:
        """Flaws that must not ship."""
        return [flaw for flaw in self.flaws if flaw.severity == "hard"]

    @property
    def soft(self) -> list[Flaw]:
        """Flaws counted per 100 questions; leaks are counted apart, since a quiz keeps such pairs apart."""
        return [flaw for flaw in self.flaws if flaw.severity == "soft" and flaw.rule != "leak"]

    @property
    def leaks(self) -> list[Flaw]:
        """Questions that the stem of another gives away."""
        return [flaw for flaw in self.flaws if flaw.rule == "leak"]

    @property
    def soft_per_100(self) -> float:
        """Soft flaws per 100 questions."""
        return round(100 * len(self.soft) / max(len(self.questions), 1), 2)


@click.group()
def banks() -> None:
    """Build, check and load question banks."""


@banks.command()
@click.argument("names", nargs=-1, metavar="[BANK]...")
def load(names: tuple[str, ...]) -> None:
    """Bring banks into the database as question sets; what learners remember stays theirs."""
    # Building and checking work without a database, and start without loading what it needs.
    from quizapp.cli.loading import load_named  # noqa: PLC0415

    load_named(names)


@banks.command()
@click.argument("names", nargs=-1, metavar="[BANK]...")
def build(names: tuple[str, ...]) -> None:
    """Write questions.json from facts.yaml; a bank with a hard flaw is not written."""
    failed = False
    for folder in find_banks(names):
        checked = _checked(folder)
        if checked is None or checked.hard:
            failed = True
            _print_flaws(checked.hard if checked else [])
            click.echo(f"{shown(folder / QUESTIONS_FILE)} was left as it was.", err=True)
            continue
        changed = _write(folder / QUESTIONS_FILE, checked.content)
        state = "written" if changed else "already up to date"
        click.echo(f"{checked.bank.id}: {len(checked.questions)} questions {state}.")
    if failed:
        sys.exit(1)


@banks.command()
@click.argument("names", nargs=-1, metavar="[BANK]...")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
def check(names: tuple[str, ...], as_json: bool) -> None:
    """Check questions.json: present, up to date and without a hard flaw."""
    failed = False
    reports = []
    for folder in find_banks(names):
        checked = _checked(folder)
        state = _state(folder / QUESTIONS_FILE, checked) if checked else "unreadable facts"
        failed = failed or checked is None or bool(checked.hard) or state != "up to date"
        if checked is None:
            continue
        report = item_checks.report(checked.questions)
        if as_json:
            reports.append(_as_data(checked, state, report))
        else:
            _print_report(checked, state, report)
    if as_json:
        click.echo(json.dumps(reports, ensure_ascii=False, indent=1))
    if failed:
        sys.exit(1)


def _checked(folder: Path) -> Checked | None:
    file = folder / "facts.yaml"
    try:
        bank = read_bank(file, shown(file))
    except BankErrors as errors:
        click.echo(str(errors), err=True)
        return None
    questions = generate(bank)
    content = questions_json.dump(bank, questions)
    return Checked(bank, questions, content, item_checks.check(bank, questions))


def _write(file: Path, content: bytes) -> bool:
    """Replace the file in one step if its content differs; says whether it did."""
    if file.is_file() and file.read_bytes() == content:
        return False
    partial = file.with_suffix(".json.partial")
    try:
        partial.write_bytes(content)
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        message = (
            f"{file} cannot be written ({error.strerror}); it was left as it was. Check the folder's rights."
        )
        raise click.ClickException(message) from error
    return True


def _state(file: Path, checked: Checked) -> str:
    if not file.is_file():
        return "missing: run `quizapp banks build`"
    if file.read_bytes() == checked.content:
        return "up to date"
    try:
        stored = questions_json.load(file.read_bytes())
    except questions_json.QuestionsError as error:
        return f"unreadable: {error}"
    if stored.facts_sha256 != checked.bank.facts_sha256:
        return "stale: the facts have changed, run `quizapp banks build`"
    return "stale: it is not what the facts give now, run `quizapp banks build`"


def _print_flaws(flaws: list[Flaw]) -> None:
    for flaw in flaws:
        click.echo(f"{flaw.severity} {flaw.rule}: {flaw.question}: {flaw.detail} — {flaw.remedy}", err=True)


def _print_report(checked: Checked, state: str, report: BankReport) -> None:
    _print_flaws(checked.hard + checked.soft)
    types = ", ".join(f"{count} {name}" for name, count in report.types.items())
    click.echo(f"{checked.bank.id}: questions.json is {state}.")
    click.echo(f"  {len(checked.questions)} questions: {types}")
    click.echo(f"  {len(checked.hard)} hard flaws, {checked.soft_per_100} soft flaws per 100 questions")
    click.echo(f"  {len(checked.leaks)} questions given away by another stem, which a quiz keeps apart")
    click.echo(f"  {_true_share(report)}")
    click.echo(f"  {_key_positions(report)}")
    for remark in report.remarks:
        click.echo(f"  {remark}")


def _true_share(report: BankReport) -> str:
    count = report.types.get(TrueFalseQuestion.type, 0)
    if report.true_share is None:
        return "no true-false statements"
    return f"{round(report.true_share * count)} of {count} true-false statements are true ({report.true_share:.0%})"


def _key_positions(report: BankReport) -> str:
    if not report.key_positions:
        return "no key positions: there is no choice question"
    places = ", ".join(f"{count} at {place}" for place, count in report.key_positions.items())
    return f"key positions after the shuffle: {places}"


def _as_data(checked: Checked, state: str, report: BankReport) -> dict[str, Any]:
    return {
        "bank": checked.bank.id,
        "state": state,
        "questions": len(checked.questions),
        "hard": len(checked.hard),
        "soft_per_100": checked.soft_per_100,
        "leaks": len(checked.leaks),
        "rules": dict(sorted(Counter(flaw.rule for flaw in checked.flaws).items())),
        "flaws": [asdict(flaw) for flaw in checked.flaws],
        "report": asdict(report),
    }
