"""Steps in which the contents of a quiz are edited; sections and places count from 1, and each step gives new contents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from quizapp.core.quiz_contents import Contents, FixedQuestion, Section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from quizapp.core.quiz_contents import DrawRule


def item_at(contents: Contents, section: int, place: int) -> FixedQuestion | DrawRule:
    """Return an item; raises `IndexError` where there is none."""
    if section < 1 or place < 1:
        raise IndexError(f"no item {place} in section {section}")
    return contents.sections[section - 1].items[place - 1]


def questions_of(contents: Contents) -> set[UUID]:
    """Return the fixed questions."""
    return {item.question_id for item in contents.items if isinstance(item, FixedQuestion)}


def insert(contents: Contents, section: int, place: int, item: FixedQuestion | DrawRule) -> Contents:
    """Put an item before the one at this place; as near to it as there are sections and items."""
    sections = list(contents.sections) or [Section("", ())]
    at = min(max(1, section), len(sections)) - 1
    items = list(sections[at].items)
    items.insert(max(0, place - 1), item)
    sections[at] = replace(sections[at], items=tuple(items))
    return Contents(tuple(sections))


def append(contents: Contents, section: int, items: Sequence[FixedQuestion | DrawRule]) -> Contents:
    """Put items at the end of a section, the last one where there is none of this number."""
    for item in items:
        at = min(max(1, section), max(1, len(contents.sections)))
        there = len(contents.sections[at - 1].items) if contents.sections else 0
        contents = insert(contents, at, there + 1, item)
    return contents


def remove(contents: Contents, section: int, place: int) -> Contents:
    """Take an item out; raises `IndexError` where there is none."""
    item_at(contents, section, place)
    items = contents.sections[section - 1].items
    return _with_items(contents, section, items[: place - 1] + items[place:])


def change(contents: Contents, section: int, place: int, item: FixedQuestion | DrawRule) -> Contents:
    """Put another item in the place of one; raises `IndexError` where there is none."""
    item_at(contents, section, place)
    items = contents.sections[section - 1].items
    return _with_items(contents, section, (*items[: place - 1], item, *items[place:]))


def move(contents: Contents, section: int, place: int, step: int) -> tuple[Contents, int, int]:
    """Move an item up (-1) or down (1), at the edge of its section into the next one.

    Returns the contents with the item's new section and place; at either end of all it stays. Raises `IndexError` where
    there is none.
    """
    item = item_at(contents, section, place)
    target = place + step
    if 1 <= target <= len(contents.sections[section - 1].items):
        return insert(remove(contents, section, place), section, target, item), section, target
    other = section + step
    if not 1 <= other <= len(contents.sections):
        return contents, section, place
    at = len(contents.sections[other - 1].items) + 1 if step < 0 else 1
    return insert(remove(contents, section, place), other, at, item), other, at


def add_section(contents: Contents) -> Contents:
    """Put an empty section at the end."""
    return Contents((*contents.sections, Section("", ())))


def join_section(contents: Contents, section: int) -> Contents:
    """Take a section away and put its items at the end of the one before, or at the start of the one after the first.

    The only section stays. Raises `IndexError` where there is none of this number.
    """
    if not 1 <= section <= len(contents.sections):
        raise IndexError(f"no section {section}")
    if len(contents.sections) == 1:
        return contents
    gone = contents.sections[section - 1]
    sections = [one for number, one in enumerate(contents.sections, 1) if number != section]
    at = max(0, section - 2)
    there = sections[at].items
    sections[at] = replace(sections[at], items=gone.items + there if section == 1 else there + gone.items)
    return Contents(tuple(sections))


def rename(contents: Contents, titles: Mapping[int, str]) -> Contents:
    """Give sections their titles, by number."""
    return Contents(
        tuple(
            replace(one, title=titles.get(number, one.title))
            for number, one in enumerate(contents.sections, 1)
        )
    )


def weigh(contents: Contents, weights: Mapping[tuple[int, int], float]) -> Contents:
    """Give items their weights, by section and place; raises `ValueError` for a weight that is none."""
    return Contents(
        tuple(
            replace(
                one,
                items=tuple(
                    replace(item, weight=weights.get((number, place), item.weight))
                    for place, item in enumerate(one.items, 1)
                ),
            )
            for number, one in enumerate(contents.sections, 1)
        )
    )


def marks_of(contents: Contents) -> float:
    """Return the marks of all right responses."""
    return sum(item.count * item.weight for item in contents.items)


def _with_items(contents: Contents, section: int, items: tuple[FixedQuestion | DrawRule, ...]) -> Contents:
    sections = list(contents.sections)
    sections[section - 1] = replace(sections[section - 1], items=items)
    return Contents(tuple(sections))
