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
from quizapp.core.questions import ChoiceQuestion, TrueFalseQuestion
from quizapp.formats import questions_json
from quizapp.formats.facts_yaml import BankErrors, read_bank

if TYPE_CHECKING:
    from pathlib import Path

    from quizapp.core.facts import Bank
    from quizapp.core.item_checks import BankReport, Flaw
    from quizapp.core.questions import AnyQuestion

QUESTIONS_FILE = "questions.json"
UP_TO_DATE = "up to date"
MOST_SOFT_PER_100 = 2


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
        """Questions that another one gives away."""
        return [flaw for flaw in self.flaws if flaw.rule == "leak"]

    @property
    def soft_per_100(self) -> tuple[float, float]:
        """Soft flaws per 100 questions: of true-false statements, which are counted apart, and before them of all others."""
        statements = {question.id for question in self.questions if isinstance(question, TrueFalseQuestion)}
        of_statements = sum(flaw.question in statements for flaw in self.soft)
        others = len(self.questions) - len(statements)
        return _per_100(len(self.soft) - of_statements, others), _per_100(of_statements, len(statements))

    @property
    def is_sound(self) -> bool:
        """Whether there is no hard flaw, and no more soft ones than there may be."""
        return not self.hard and max(self.soft_per_100) <= MOST_SOFT_PER_100


def _per_100(flaws: int, questions: int) -> float:
    return round(100 * flaws / max(questions, 1), 2)


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
def index() -> None:
    """Make the index of the search anew, for banks and for what instructors wrote."""
    from quizapp.cli.loading import index_all  # noqa: PLC0415

    index_all()


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
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print everything as one object of JSON: banks, and all of them pooled.",
)
def check(names: tuple[str, ...], as_json: bool) -> None:
    """Check questions.json: present, up to date and sound.

    Fails for a hard flaw, for more than 2 soft flaws per 100 questions (true-false statements counted apart), for a
    questions.json that is not what the facts give, and where over all these banks, once they have 400 choice questions,
    a trick that needs no knowledge is more than 2 points from chance.
    """
    failed = False
    found: list[tuple[Checked, str]] = []
    for folder in find_banks(names):
        checked = _checked(folder)
        if checked is None:
            failed = True
            continue
        found.append((checked, _state(folder / QUESTIONS_FILE, checked)))
    reports = [item_checks.report(checked.questions) for checked, _ in found]
    pooled = item_checks.report([question for checked, _ in found for question in checked.questions])
    if as_json:
        data_of_banks = [
            _as_data(checked, state, report) for (checked, state), report in zip(found, reports, strict=True)
        ]
        data = {
            "banks": data_of_banks,
            "pooled": asdict(pooled) | {"telling": [one.name for one in pooled.telling]},
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        for (checked, state), report in zip(found, reports, strict=True):
            _print_report(checked, state, report)
        _print_pooled(pooled)
    if failed or pooled.telling or any(not one.is_sound or state != UP_TO_DATE for one, state in found):
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
        return UP_TO_DATE
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
    others, statements = checked.soft_per_100
    click.echo(
        f"  {len(checked.hard)} hard flaws; soft flaws per 100 questions: {others}, of true-false {statements}"
    )
    click.echo(f"  {len(checked.leaks)} questions whose key another one shows: a quiz keeps such pairs apart")
    click.echo(f"  {_true_share(report)}")
    click.echo(f"  {_key_positions(report)}")
    for remark in report.remarks:
        click.echo(f"  {remark}")


def _print_pooled(pooled: BankReport) -> None:
    choices = pooled.types.get(ChoiceQuestion.type, 0)
    if not choices:
        return
    click.echo(f"Over {choices} choice questions of these banks, one who knows nothing is right")
    for one in pooled.strategies:
        beyond = 100 * (one.rate - one.chance)
        verdict = " — too far" if one in pooled.telling else ""
        click.echo(
            f"  by “{one.name}”: {one.rate:.1%}, {abs(beyond):.1f} points "
            f"{'above' if beyond >= 0 else 'below'} chance{verdict}"
        )
    if choices < item_checks.ENOUGH_CHOICES:
        click.echo(f"  (fewer than {item_checks.ENOUGH_CHOICES}: that proves nothing, and fails nothing)")


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
        "soft_per_100": checked.soft_per_100[0],
        "soft_per_100_true_false": checked.soft_per_100[1],
        "leaks": len(checked.leaks),
        "rules": dict(sorted(Counter(flaw.rule for flaw in checked.flaws).items())),
        "flaws": [asdict(flaw) for flaw in checked.flaws],
        "report": asdict(report),
    }
