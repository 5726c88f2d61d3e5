"""Passages are shown from the very file that was cited, or not at all."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from quizapp.operations import sources
from quizapp.operations.sources import find_passages

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "The Elbe is long. Der Rhein mündet in die Nordsee 🌊 und ist kürzer."


@pytest.fixture
def source(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "rivers.txt").write_text(TEXT, "utf-8")
    return {"document": "rivers.txt", "sha256": hashlib.sha256(TEXT.encode()).hexdigest()}


def test_spans_count_code_points(tmp_path: Path, source: dict[str, str]) -> None:
    start = TEXT.index("und ist")
    assert find_passages(tmp_path, source, [[0, 16], [start, len(TEXT)]]) == [
        "The Elbe is long",
        "und ist kürzer.",
    ]


def test_nothing_is_shown_where_nothing_is_attached(tmp_path: Path, source: dict[str, str]) -> None:
    assert find_passages(None, source, [[0, 3]]) == []
    assert find_passages(tmp_path / "elsewhere", source, [[0, 3]]) == []
    assert find_passages(tmp_path, {}, [[0, 3]]) == []
    assert find_passages(tmp_path, {"document": "rivers.txt"}, [[0, 3]]) == []


def test_another_version_of_the_file_is_not_shown(tmp_path: Path, source: dict[str, str]) -> None:
    assert find_passages(tmp_path, source, [[0, 3]]) == ["The"]
    path = tmp_path / "rivers.txt"
    path.write_text(TEXT.replace("The", "Ach"), "utf-8")
    os.utime(path, ns=(1, 1))
    assert find_passages(tmp_path, source, [[0, 3]]) == []


@pytest.mark.parametrize("span", [[0, len(TEXT) + 1], [-4, 2], [5, 5], [9, 3]])
def test_a_span_outside_the_text_shows_nothing_at_all(
    tmp_path: Path, source: dict[str, str], span: list[int]
) -> None:
    assert find_passages(tmp_path, source, [[0, 3], span]) == []


@pytest.mark.parametrize("name", ["../rivers.txt", "/etc/hostname", "sub/rivers.txt", "..", "rivers\x00.txt"])
def test_a_name_does_not_lead_out_of_the_folder(tmp_path: Path, source: dict[str, str], name: str) -> None:
    folder = tmp_path / "attached"
    folder.mkdir()
    assert find_passages(folder, source | {"document": name}, [[0, 3]]) == []


def test_a_file_that_is_no_text_or_too_large_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: dict[str, str]
) -> None:
    (tmp_path / "picture.bin").write_bytes(b"\xff\xfe\x00")
    digest = hashlib.sha256(b"\xff\xfe\x00").hexdigest()
    assert find_passages(tmp_path, {"document": "picture.bin", "sha256": digest}, [[0, 1]]) == []
    monkeypatch.setattr(sources, "LARGEST_BYTES", 10)
    assert find_passages(tmp_path, source, [[0, 3]]) == []


def test_an_unchanged_file_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: dict[str, str]
) -> None:
    assert find_passages(tmp_path, source, [[0, 3]]) == ["The"]
    reads: list[Path] = []
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: reads.append(path) or b"")
    assert find_passages(tmp_path, source, [[4, 8]]) == ["Elbe"]
    assert reads == []
