"""A data folder with the shipped banks, loaded once: that takes as long as many a test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.serving import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the banks were loaded."""
    data = tmp_path_factory.mktemp("loaded") / "data"
    assert run(data, "banks", "load").returncode == 0
    return data


@pytest.fixture
def data(loaded: Path, tmp_path: Path) -> Path:
    """A copy of that folder."""
    return shutil.copytree(loaded, tmp_path / "data")
