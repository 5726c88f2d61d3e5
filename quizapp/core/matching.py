"""Is a typed name the right one: exact after folding, a near miss by a clear margin, or in doubt.

A near miss is taken only where no other known name is as near: Niger is never Nigeria, and no numeral is ever a slip.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["exact", "close", "ambiguous", "none"]

_ARTICLES: Final = frozenset({"the", "a", "an"})
# Letters that no Unicode decomposition takes apart, as people without them on the keyboard type them.
_PLAIN_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "&": " and ",
    }
)
_THOUSANDS: Final = re.compile(r"(?<=\d)[,\u202f\u00a0'’](?=\d{3}(?!\d))")
_MINUS: Final = re.compile(r"(?<![^\s(])[-\u2212](?=\d)")
_ROMAN: Final = re.compile(r"(?=.)x{0,3}(ix|iv|v?i{0,3})")
_VIRAMA: Final = 9


@dataclass(frozen=True, slots=True)
class Match:
    """How a typed text relates to the accepted names; `name` is the accepted name it was compared with."""

    kind: Kind
    name: str | None = None


@lru_cache(maxsize=65_536)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text without case, marks, punctuation and a leading article."""
    folded = unicodedata.normalize("NFKC", _THOUSANDS.sub("", text)).casefold().translate(_PLAIN_LETTERS)
    folded = _MINUS.sub(" minus", folded)
    kept = []
    for character in unicodedata.normalize("NFKD", folded):
        if character in "'’ʼ`´" or unicodedata.combining(character) not in (0, _VIRAMA):
            continue
        is_letter = character.isalnum() or unicodedata.category(character)[0] == "M"
        kept.append(character if is_letter else " ")
    words = "".join(kept).translate(_PLAIN_LETTERS).split()
    return tuple(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words)


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return the text as it is compared: its words run together, a space kept only between two numerals."""
    return re.sub(r"(?<!\d) | (?!\d)", "", " ".join(words_of(text)))


def holds(text: str, part: str) -> bool:
    """Whether `part` stands in `text` as whole words, case and marks aside; capitals count up to three letters."""
    if len(part) <= 3 and part.isupper():
        return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) is not None
    inside = _spaced(part)
    return inside.strip() != "" and inside in _spaced(text)


@lru_cache(maxsize=65_536)
def _spaced(text: str) -> str:
    return f" {' '.join(words_of(text))} "


def allowed_distance(name: str) -> int:
    """Return how many slips a name of this length forgives: none under 5 letters, 1 up to 8, then 2."""
    letters = sum(character.isalpha() for character in fold(name))
    if letters < 5:
        return 0
    return 1 if letters < 9 else 2


def match(text: str, accept: Iterable[str], others: Iterable[str] = ()) -> Match:
    """Compare a typed text with the accepted names, given the other names it must not be taken for.

    Slips are counted by Damerau-Levenshtein distance (insert, delete, change, swap neighbours) on folded texts.
    """
    typed = fold(text)
    names = list(accept)
    if not typed:
        return Match("none")
    for name in names:
        if fold(name) == typed:
            return Match("exact", name)
    near = [(_slips(typed, text, name), name) for name in names]
    within = [(slips, name) for slips, name in near if slips is not None]
    if not within:
        return Match("none")
    slips, name = min(within, key=lambda pair: pair[0])
    rival = process.extractOne(
        typed, _folded(tuple(others)), scorer=DamerauLevenshtein.distance, processor=None, score_cutoff=slips
    )
    if rival is None:
        return Match("close", name)
    return Match("ambiguous", name) if rival[1] == slips else Match("none")


@lru_cache(maxsize=256)
def _folded(names: tuple[str, ...]) -> list[str]:
    # The names that stand beside a key are the same for every response to it.
    return [fold(name) for name in names]


def _slips(typed: str, text: str, name: str) -> int | None:
    """Return the distance if the name forgives it and the numerals are the same, else None."""
    limit = allowed_distance(name)
    distance = DamerauLevenshtein.distance(typed, fold(name), score_cutoff=limit)
    return distance if distance <= limit and _numerals(text) == _numerals(name) else None


def _numerals(text: str) -> tuple[str, ...]:
    # Digits, Roman numerals and single letters tell one thing from the next: F-15 and F-16, part I and part II.
    return tuple(
        word
        for word in words_of(text)
        if len(word) == 1 or any(character.isdigit() for character in word) or _ROMAN.fullmatch(word)
    )
