"""Runs the parts, prints a table and writes build/bench.json: a list of {name, value, unit, floor, ratio, conditions}."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from benchmarks import banks, limit, quiz, rating, start_up, study

PARTS = {"limit": limit, "rating": rating, "start-up": start_up, "banks": banks, "study": study, "quiz": quiz}


@click.command()
@click.option("--only", type=click.Choice(sorted(PARTS)), help="One part alone.")
@click.option("--large", is_flag=True, help="Larger sizes; may take several minutes.")
def main(only: str | None, large: bool) -> None:
    """Measure; ratios compare values of one run on one machine, so only they travel."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    rows: list[dict[str, Any]] = []
    for name in [only] if only else PARTS:
        click.echo(f"{name} ...", err=True)
        rows += [
            {**asdict(row), "ratio": row.ratio, "conditions": f"{row.conditions}; {machine}"}
            for row in PARTS[name].measure(large=large)
        ]
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:8.2f}"
        floor = "" if row["floor"] is None else f"{row['floor']:12,.2f}"
        click.echo(f"{row['name']:{width}}  {row['value']:12,.2f} {row['unit']:14} {floor:12} {ratio:8}")
    Path("build").mkdir(exist_ok=True)
    Path("build/bench.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


main()
