"""Cited passages of source documents, where the operator has attached the file; no text of a source ships."""

from __future__ import annotations

import hashlib
import logging
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: A larger file is no document that a bank was curated from.
LARGEST_BYTES = 20_000_000

log = logging.getLogger("quizapp")


def find_passages(
    folder: Path | None, source: Mapping[str, Any], spans: Sequence[Sequence[int]]
) -> list[str]:
    """Return the cited texts of a document, in the order of the spans.

    `source` is that of a question set: `document` names a file directly in `folder`, `sha256` is what it must hash to.
    `spans` are [start, end) in code points. Empty where nothing is attached or cited, and where the file is another
    one than was cited or a span lies outside it: a wrong passage is worse than none. A file is read again only when
    it has changed.
    """
    text = _document(folder, source)
    if text is None:
        return []
    passages = []
    for span in spans:
        start, end = (int(place) for place in span)
        if not 0 <= start < end <= len(text):
            return []
        passages.append(text[start:end].strip())
    return passages


def _document(folder: Path | None, source: Mapping[str, Any]) -> str | None:
    name, wanted = source.get("document"), source.get("sha256")
    # The name comes from a bank's file: it may not lead out of the folder.
    if folder is None or not name or not wanted or Path(name).name != name:
        return None
    path = folder / name
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    return _read(path, str(wanted), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=16)
def _read(path: Path, wanted: str, _changed_at: int, size: int) -> str | None:
    """Return the text of the right file; when it was changed and its size are there to tell a new one."""
    if size > LARGEST_BYTES:
        log.warning("the source %s is not shown: it is larger than %s bytes", path.name, LARGEST_BYTES)
        return None
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        log.warning("the source %s is not shown: it cannot be read as UTF-8 text", path.name)
        return None
    if hashlib.sha256(data).hexdigest() != wanted.casefold():
        log.warning(
            "the source %s is not shown: it is another version than the one that was cited", path.name
        )
        return None
    return text
