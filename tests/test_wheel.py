"""The wheel carries everything that serving needs, and works from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BANKS = {file.parent.name for file in (ROOT / "questions").glob("*/facts.yaml")}
OTHER_BANKS = tuple(f"quizapp/_files/questions/{name}/" for name in BANKS - {"interventions"})


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("quizapp-*.whl"))


def test_it_holds_templates_static_files_banks_schemas_and_migrations(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "quizapp/_files/templates/base.html",
        "quizapp/_files/static/base/tokens.css",
        "quizapp/_files/questions/schema/facts.schema.json",
        "quizapp/migrations/env.py",
        *(f"quizapp/_files/questions/{bank}/questions.json" for bank in BANKS),
    } <= names
    assert any(name.startswith("quizapp/migrations/versions/") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_what_it_holds_serves_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    # One bank is enough, and what it takes to load it is most of this.
    archive = zipfile.ZipFile(wheel)
    archive.extractall(installed, [name for name in archive.namelist() if not name.startswith(OTHER_BANKS)])
    program = (
        "from quizapp.cli.application import make_app; from quizapp.cli.serve import prepare\n"
        "app = make_app(); prepare(app); browser = app.test_client()\n"
        "print(browser.get('/').status_code, 'Interventions against' in browser.get('/library/').text)\n"
        "import quizapp; print(quizapp.__file__)"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUIZAPP_")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(installed), "QUIZAPP_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answered, where = done.stdout.splitlines()[-2:]
    assert answered == "200 True"
    assert where.startswith(str(installed))
