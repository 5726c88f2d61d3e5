"""Lists of facts: counted by topic, searched, and with the members of one list folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp.core.matching import words_of
from quizapp.operations.reports.facts import FactLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Group:
    """Membership facts of one list, folded: 34 nations are one entry."""

    key: str
    title: str
    lines: tuple[FactLine, ...]

    @property
    def first(self) -> FactLine:
        """The member that stands for what all share: topic, standing, citation."""
        return self.lines[0]

    @property
    def is_closed(self) -> bool:
        """Whether an open quiz asks any of them."""
        return any(line.is_closed for line in self.lines)


@dataclass(frozen=True, slots=True)
class TopicCount:
    """How many facts of a topic are asked, how many the source invents, how many are begun, and mean recall today."""

    topic: str
    facts: int
    with_note: int
    fictional: int
    begun: int
    held: float

    @property
    def share(self) -> float | None:
        """The share of the topic that would be recalled today, 0 to 1; None where nothing was begun."""
        return self.held / self.facts if self.facts and self.begun else None


def ask_count(lines: Iterable[FactLine]) -> int:
    """Return how many of the facts are asked, invented ones apart."""
    return sum(line.is_asked and not line.is_fictional for line in lines)


def count_topics(topics: Sequence[str], lines: Sequence[FactLine]) -> list[TopicCount]:
    """Return the counts of each topic, in the order of the set; mastery is of facts that are not invented."""
    order = list(dict.fromkeys([*topics, *(line.topic for line in lines)]))
    counts = []
    for topic in order:
        asked = [line for line in lines if line.topic == topic and line.is_asked]
        plain = [line for line in asked if not line.is_fictional]
        begun = [line.memory for line in plain if line.memory is not None]
        if asked:
            counts.append(
                TopicCount(
                    topic=topic,
                    facts=len(plain),
                    with_note=sum(line.standing != "documented" for line in plain),
                    fictional=len(asked) - len(plain),
                    begun=len(begun),
                    held=sum(memory.recall for memory in begun),
                )
            )
    return counts


def search_facts(
    lines: Iterable[FactLine], words: str = "", topic: str = "", standing: str = ""
) -> list[FactLine]:
    """Return the facts that hold every word (as a whole or its beginning), of this topic and standing.

    Without a standing the invented ones are left out; `all` gives every standing, `excluded` what is never asked.
    A closed fact is found by nothing but its topic: a search that hits it would tell what it says.
    """
    wanted = words_of(words)
    found = []
    for line in lines:
        if line.is_retired or (topic and line.topic != topic) or not _is_of(line, standing):
            continue
        if line.is_closed:
            if not wanted:
                found.append(line)
            continue
        known = line.words
        if all(any(word.startswith(part) for word in known) for part in wanted):
            found.append(line)
    return found


def _is_of(line: FactLine, standing: str) -> bool:
    if standing == "all":
        return True
    if standing == "excluded":
        return not line.is_asked
    if standing:
        return line.standing == standing and line.is_asked
    return line.is_asked and not line.is_fictional


def fold_members(lines: Iterable[FactLine]) -> list[FactLine | Group]:
    """Return the facts with the members of each list folded into one entry, where the first of them stood."""
    groups: dict[str, list[FactLine]] = {}
    entries: list[FactLine | str] = []
    for line in lines:
        if line.list_key is None:
            entries.append(line)
        elif line.list_key in groups:
            groups[line.list_key].append(line)
        else:
            groups[line.list_key] = [line]
            entries.append(line.list_key)
    return [
        entry if isinstance(entry, FactLine) else Group(entry, _title(groups[entry][0]), tuple(groups[entry]))
        for entry in entries
    ]


def _title(line: FactLine) -> str:
    name = line.content.get("key_text") or ""
    return line.statement.replace(name, "…").replace("….", "…") if name else line.statement
