from __future__ import annotations

import hashlib

import pytest

from quizapp.core.facts import EntityValue, NumberValue, Standing, TextValue
from quizapp.formats.facts_yaml import BankErrors, check_source, fingerprint, read_bank

DOCUMENT = "The Treaty of Lübeck was signed on 22 May 1629.\nIts guests came from Denmark and the Empire.\n"
SHA = hashlib.sha256(DOCUMENT.encode()).hexdigest()
PRINT = fingerprint([DOCUMENT[0:47]])
GUESTS = fingerprint([DOCUMENT[48:92]])

GOOD = f"""\
bank: treaties
title: Treaties
language: en
topics: [dates, places]
source:
  document: treaties.txt
  sha256: {SHA}
  about: a page on treaties
entities:
  luebeck: {{kind: treaty, name: Treaty of Lübeck, aliases: [Peace of Lübeck]}}
  denmark: {{kind: country, name: Denmark, code: DNK}}
  empire: {{kind: country, name: Holy Roman Empire, aliases: [the Empire]}}
  no: {{kind: country, name: NO, aliases: [Norway], code: NOR}}
facts:
  - id: luebeck-date
    topic: dates
    subject: luebeck
    relation: signed-on
    value: {{date: 1629-05-22}}
    ask: On what date was the peace between the king and the emperor signed?
    tell: The Treaty of Lübeck was signed on [[22 May 1629]].
    cite: [[0, 47]]
    print: {PRINT}
    standing: documented
    treatment: plain
    accepted: [1629-05-12]
    record: null
    never: []
    where: first sentence
  - id: luebeck-guests
    topic: places
    subject: luebeck
    relation: had-guest
    members: [denmark, empire]
    ask: Does the source list {{member}} among the guests?
    tell: The source lists [[{{member}}]] among the guests.
    members_ask: Which guests does the source list?
    cite: [[48, 92]]
    print: {GUESTS}
    standing: documented
    treatment: plain
sets:
  - {{id: guests-and-date, kind: confusable, facts: [luebeck-date, luebeck-guests.denmark]}}
"""


def read(text, name="questions/treaties/facts.yaml"):
    return read_bank(text.encode(), name)


def errors_of(text):
    with pytest.raises(BankErrors) as caught:
        read(text)
    return caught.value.errors


def line_of(part, text=GOOD):
    return text[: text.index(part)].count("\n") + 1


def test_a_good_bank_is_read_with_its_types_and_lines():
    bank = read(GOOD)
    fact = bank.by_id["luebeck-date"]

    assert (bank.id, bank.title, bank.topics) == ("treaties", "Treaties", ("dates", "places"))
    assert fact.value.date.edtf == "1629-05-22"
    assert fact.cite == ((0, 47),)
    assert fact.fingerprint == PRINT
    assert fact.accepted == ("1629-05-12",)
    assert fact.record is None
    assert fact.where == "first sentence"
    assert fact.line == line_of("- id: luebeck-date")
    assert bank.facts_sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert bank.entities["no"].names == ("NO", "Norway")


def test_members_become_a_fact_each_and_a_set():
    bank = read(GOOD)
    denmark = bank.by_id["luebeck-guests.denmark"]

    assert denmark.value == EntityValue("denmark")
    assert denmark.ask == "Does the source list Denmark among the guests?"
    assert denmark.tell == "The source lists [[Denmark]] among the guests."
    assert denmark.member_of == "luebeck-guests"
    assert bank.sets[0].facts == ("luebeck-guests.denmark", "luebeck-guests.empire")
    assert (bank.sets[0].kind, bank.sets[0].ask) == ("multiple", "Which guests does the source list?")
    assert bank.sets[1].facts == ("luebeck-date", "luebeck-guests.denmark")


def test_a_list_may_ask_which_of_several_things_stands_on_it():
    bank = read(
        GOOD.replace("    members_ask:", "    pick_ask: Which of these was a guest?\n    members_ask:")
    )

    assert {bank.by_id[f"luebeck-guests.{one}"].pick_ask for one in ("denmark", "empire")} == {
        "Which of these was a guest?"
    }
    assert bank.by_id["luebeck-date"].pick_ask == ""


def test_each_member_may_cite_its_own_words():
    own = f"cites: {{denmark: [[64, 71]]}}\n    prints: {{denmark: {fingerprint(['Denmark'])}}}\n    cite: [[48, 92]]"
    bank = read(GOOD.replace("cite: [[48, 92]]", own))

    assert bank.by_id["luebeck-guests.denmark"].fingerprint == fingerprint(["Denmark"])
    assert bank.by_id["luebeck-guests.empire"].cite == ((48, 92),)


def test_other_values_a_record_and_a_package_are_read():
    text = GOOD[: GOOD.index("  - id: luebeck-guests")]
    text = text.replace(
        f"document: treaties.txt\n  sha256: {SHA}", "package: pacts\n  version: '1.10'\n  licence: MIT"
    )
    text = text.replace("value: {date: 1629-05-22}", "value: {number: 2.5, unit: pages}")
    text = text.replace("[[22 May 1629]]", "[[2.5 pages]]").replace(
        "accepted: [1629-05-12]", "equivalent: true"
    )
    text = text.replace("cite: [[0, 47]]", "cite: L1629")
    text = text.replace("record: null", "record: {value: {text: two leaves}, source: a catalogue}")
    text = text.replace("standing: documented", "standing: inaccurate").replace(
        "where:", "note: It was less.\n    where:"
    )
    bank = read(text)
    fact = bank.facts[0]

    assert fact.value == NumberValue(2.5, "pages")
    assert fact.record.value == TextValue("two leaves")
    assert fact.record_key == "L1629"
    assert fact.equivalent
    assert fact.standing is Standing.INACCURATE
    assert bank.source.version == "1.10"


def test_what_questions_of_several_facts_and_of_the_record_need_is_read():
    text = GOOD.replace("code: DNK", "code: DNK, point: [55.7, -12.57]")
    text = text.replace("never: []", "label: a peace is signed\n    exact: true")
    text = text.replace(
        "record: null", "record: {value: {date: '1630'}, source: a letter, ask: When was it?}"
    )
    text = text.replace("where: first", "note: It was later.\n    where: first")
    bank = read(text)
    fact = bank.by_id["luebeck-date"]

    assert bank.entities["denmark"].point == (55.7, -12.57)
    assert bank.entities["empire"].point is None
    assert (fact.label, fact.is_exact, fact.record.ask) == ("a peace is signed", True, "When was it?")


def test_tags_are_of_the_fact_or_of_every_member_of_a_list():
    text = GOOD.replace("never: []", "never: []\n    tags: [war, north-sea]")
    bank = read(text.replace("members: [denmark", "tags: [guests]\n    members: [denmark"))

    assert {fact.id: fact.tags for fact in bank.facts} == {
        "luebeck-date": ("war", "north-sea"),
        "luebeck-guests.denmark": ("guests",),
        "luebeck-guests.empire": ("guests",),
    }


@pytest.mark.parametrize(
    ("old", "new", "fact", "problem", "remedy"),
    [
        ("topic: dates", "topic: birds", "luebeck-date", "unknown topic “birds”", "use one of dates, places"),
        (
            "subject: luebeck\n    relation: signed-on",
            "subject: bremen\n    relation: signed-on",
            "luebeck-date",
            "unknown entity “bremen”",
            "add it under entities",
        ),
        ("never: []", "tags: [North Sea]", "luebeck-date", "written wrongly", "lower-case letters, digits"),
        ("never: []", "tags: [war, war]", "luebeck-date", "“tags” names something twice", "each once"),
        ("1629-05-22", "1629-02-30", "luebeck-date", "28 days", "as the source prints it"),
        (
            "[denmark, empire]",
            "[denmark, atlantis]",
            "luebeck-guests",
            "unknown entity “atlantis”",
            "add it",
        ),
        ("[denmark, empire]", "[denmark, denmark]", "luebeck-guests", "names something twice", "each once"),
        ("[[0, 47]]", "[[47, 0]]", "luebeck-date", "empty or backwards", "end exclusive"),
        ("[[0, 47]]", "[[0, x]]", "luebeck-date", "“cite”", "spans of the document"),
        (PRINT, "zzz", "luebeck-date", "“print” is written wrongly: “zzz”", "16 hexadecimal digits"),
        (
            "standing: documented",
            "standing: sure",
            "luebeck-date",
            "“standing” cannot be “sure”",
            "documented, inaccurate",
        ),
        (
            "treatment: plain",
            "treatment: mild",
            "luebeck-date",
            "“treatment” cannot be “mild”",
            "write plain",
        ),
        ("never: []", "never: [essay]", "luebeck-date", "cannot be “essay”", "write a question type"),
        (
            "relation: signed-on",
            "relaton: signed-on",
            "luebeck-date",
            "“relaton” is not a known field",
            "did you mean “relation”?",
        ),
        (
            "relation: signed-on",
            "xyzzy: signed-on",
            "luebeck-date",
            "“relation” is missing",
            "add relation: ...",
        ),
        (
            "ask: On what date was the peace between the king and the emperor signed?",
            "ask: ''",
            "luebeck-date",
            "“ask”",
            "write 1 to 2000",
        ),
        ("[[22 May 1629]]", "22 May 1629", "luebeck-date", "marks 0 values", "put [[ ]]"),
        ("[[22 May 1629]]", "[[23 May 1629]]", "luebeck-date", "the value is “22 May 1629”", "mark"),
        (
            "value: {date: 1629-05-22}",
            "value: {day: 22}",
            "luebeck-date",
            "“day” is not a known field",
            "use only date",
        ),
        (
            "value: {date: 1629-05-22}",
            "value: {date: '1629', text: x}",
            "luebeck-date",
            "none or several",
            "write one of {date",
        ),
        (
            "value: {date: 1629-05-22}",
            "value: 1629-05-22",
            "luebeck-date",
            "“value” has the wrong shape",
            "write one of",
        ),
        (
            "value: {date: 1629-05-22}",
            "value: {text: x, unit: y}",
            "luebeck-date",
            "unit without a number",
            "write one of",
        ),
        (
            "record: null",
            "record: {value: {date: soon}, source: x}",
            "luebeck-date",
            "'soon' is not a date",
            "write the date",
        ),
        (
            "where: first sentence",
            "members_ask: Who came?",
            "luebeck-date",
            "belongs to a fact with members",
            "remove it",
        ),
        (
            "where: first sentence",
            "pick_ask: Which of these came?",
            "luebeck-date",
            "“pick_ask” belongs to a fact with members",
            "remove it",
        ),
        (
            "members_ask:",
            "pick_ask: Was {member} a guest?\n    members_ask:",
            "luebeck-guests",
            "“pick_ask” says {member}",
            "naming none",
        ),
        (
            "members_ask:",
            "pick_ask: On what date was the peace between the king and the emperor signed?\n    members_ask:",
            "luebeck-guests",
            "asks what another fact asks",
            "say in each what differs",
        ),
        ("list {member}", "list them", "luebeck-guests", "“ask” does not say {member}", "write {member}"),
        (
            "lists [[{member}]]",
            "lists [[Denmark]]",
            "luebeck-guests",
            "“tell” does not say {member}",
            "write {member}",
        ),
        (
            "members_ask:",
            "cites: {no: [[0, 1]]}\n    members_ask:",
            "luebeck-guests",
            "“no” is not among the members",
            "remove it",
        ),
        ("luebeck-guests.denmark]", "nothing]", None, "unknown fact “nothing”", "mend the id"),
        ("kind: confusable", "kind: riddle", None, "“kind” cannot be “riddle”", "write multiple"),
        ("kind: confusable", "kind: ordering", None, "the order of the set", "dates cannot touch"),
        ("kind: confusable", "kind: matching", None, "are of several kinds", "values of one kind"),
        ("id: guests-and-date", "id: luebeck-guests", None, "is given twice", "an id of its own"),
        (
            "kind: treaty, name",
            "kind: treaty, named",
            None,
            "“named” is not a known field",
            "did you mean “name”?",
        ),
        ("Holy Roman Empire", "denmark", None, "both a country called", "give each name to one"),
        (
            "code: DNK",
            "point: [95, 10]",
            None,
            "[95, 10] is no place on Earth",
            "[latitude, longitude]",
        ),
        ("code: DNK", "point: [55.7]", None, "“point” has too few items", "[36.19, 44.01]"),
        ("code: DNK", "point: [55.7, east]", None, "written wrongly: “east”", "write degrees"),
        ("never: []", "exact: perhaps", "luebeck-date", "cannot be “perhaps”", "true or false"),
        ("  empire:", "  Big Empire:", None, "“Big Empire” is not a valid id", "lower-case"),
        (f"sha256: {SHA}", "sha256: abc", None, "“sha256” is written wrongly", "64 hexadecimal"),
        (
            "document: treaties.txt",
            "edition: first",
            None,
            "none or several",
            "say where the facts come from",
        ),
        ("language: en", "language: English", None, "“language”", "language tag"),
        (
            "topics: [dates, places]",
            "topics: dates",
            None,
            "“topics” has the wrong shape",
            "list the bank's topics",
        ),
        ("title: Treaties\n", "", None, "“title” is missing in the file", "add title"),
    ],
)
def test_an_error_names_file_line_fact_and_remedy(old, new, fact, problem, remedy):
    text = GOOD.replace(old, new, 1)
    errors = errors_of(text)
    found = [one for one in errors if problem in one.problem and remedy in one.remedy and one.fact == fact]

    assert found, "\n".join(map(str, errors))
    assert str(found[0]).startswith("questions/treaties/facts.yaml:")
    changed = new.splitlines()[0] if new else "bank:"
    assert abs(found[0].line - line_of(changed, text)) <= 14


def test_the_line_is_that_of_the_field():
    text = GOOD.replace("1629-05-22", "1629-13")

    assert [error.line for error in errors_of(text)] == [line_of("value: {date: 1629-13}", text)]


def test_all_errors_of_a_file_are_reported_at_once_in_order():
    text = GOOD.replace("topic: dates", "topic: birds").replace("[[22 May 1629]]", "22 May 1629")
    text = text.replace("[denmark, empire]", "[denmark, mu]").replace("kind: confusable", "kind: riddle")
    errors = errors_of(text)

    assert [error.line for error in errors] == [
        line_of(part, text) for part in ("topic: birds", "tell: The", "members: [", "kind: riddle")
    ]
    assert len(str(BankErrors(errors)).splitlines()) == len(errors) == 4


def test_a_fact_that_cannot_be_read_is_no_further_error_of_its_sets():
    text = GOOD.replace("standing: documented", "standing: odd")

    assert {error.problem for error in errors_of(text)} == {"“standing” cannot be “odd”"}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (GOOD.replace("title: Treaties", "title: Treaties\ntitle: Pacts"), 3, "“title” is given twice"),
        (GOOD.replace("topic: dates", "topic: dates\n    topic: places"), 17, "“topic” is given twice"),
        (GOOD.replace("title: Treaties", "title: &a Treaties"), 2, "anchors (&) and aliases (*) are refused"),
        (GOOD.replace("title: Treaties", "title: *a"), 2, "anchors (&) and aliases (*) are refused"),
        (GOOD.replace("title: Treaties", "title: !!python/name:os.system x"), 2, "the tag"),
        (GOOD.replace("title: Treaties", "title: " + "[" * 20 + "]" * 20), 2, "nested too deep"),
        (GOOD + "---\nbank: other\n", line_of("  - {id: guests") + 1, "second document"),
        (GOOD.replace("title: Treaties", "title: [Treaties"), 3, "not valid YAML"),
        (GOOD.replace("title: Treaties", "title: a: b"), 2, "not valid YAML"),
        (GOOD.replace("title: Treaties", "title: Trea\x00ties"), None, "not valid YAML"),
        (GOOD.replace("title: Treaties", "? [title]\n: Treaties"), 2, "a key is not a word"),
        ("", 1, "not a mapping of fields"),
        ("- one\n- two\n", 1, "not a mapping of fields"),
        ("just words", 1, "not a mapping of fields"),
    ],
)
def test_what_could_blow_up_or_change_meaning_is_refused(text, line, problem):
    found = [error for error in errors_of(text) if problem in error.problem]

    assert found, errors_of(text)
    assert line is None or found[0].line == line


def test_two_facts_of_one_id_are_refused():
    date = GOOD[GOOD.index("  - id: luebeck-date") : GOOD.index("  - id: luebeck-guests")]
    text = GOOD.replace("sets:", f"{date}sets:")
    found = [error for error in errors_of(text) if "given twice" in error.problem]

    assert [(error.fact, error.line) for error in found] == [
        (
            "luebeck-date",
            text.rindex("- id: luebeck-date") and text[: text.rindex("- id: luebeck-date")].count("\n") + 1,
        )
    ]


def test_sections_of_the_wrong_shape_do_not_hide_other_errors():
    text = GOOD.replace("sets:\n  - {id", "sets:\n  - 5\n  - {id").replace("topic: dates", "topic: birds")
    problems = " ".join(error.problem for error in errors_of(text))

    assert "this item has the wrong shape" in problems
    assert "unknown topic" in problems
    assert errors_of("bank: x\nfacts: none\nentities: []\nsets: {}\nsource: here\n")


def test_a_file_that_is_not_utf8_is_refused_with_its_line():
    with pytest.raises(BankErrors) as caught:
        read_bank(GOOD.encode("latin-1"), "facts.yaml")

    assert caught.value.errors[0].line == line_of("Lübeck")
    assert "UTF-8" in str(caught.value)


def test_a_byte_order_mark_is_ignored():
    assert read_bank(b"\xef\xbb\xbf" + GOOD.encode()).id == "treaties"


def test_a_huge_file_is_refused_unread(tmp_path):
    file = tmp_path / "facts.yaml"
    with file.open("wb") as stream:
        stream.truncate(10 * 1024 * 1024 + 1)

    with pytest.raises(BankErrors, match="the limit is 10,485,760"):
        read_bank(file)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BankErrors, match="cannot be read: No such file"):
        read_bank(tmp_path / "facts.yaml")


def test_a_file_is_read_from_its_path(tmp_path):
    file = tmp_path / "facts.yaml"
    file.write_text(GOOD, encoding="utf-8")

    assert read_bank(file) == read(GOOD)


def test_the_source_proves_every_span_and_print():
    assert check_source(read(GOOD), DOCUMENT) == []


def test_a_changed_span_gets_the_right_print_to_put_in():
    bank = read(GOOD.replace("[[0, 47]]", "[[4, 47]]"))
    errors = check_source(bank, DOCUMENT, "questions/treaties/facts.yaml")

    assert len(errors) == 1
    assert (errors[0].fact, errors[0].line) == ("luebeck-date", line_of("- id: luebeck-date"))
    assert f"print: {fingerprint([DOCUMENT[4:47]])}" in errors[0].remedy


def test_a_list_of_members_is_reported_once():
    errors = check_source(read(GOOD.replace("[[48, 92]]", "[[48, 91]]")), DOCUMENT)

    assert [error.fact for error in errors] == ["luebeck-guests"]


def test_a_span_beyond_the_document_and_another_document_are_told_apart():
    errors = check_source(read(GOOD.replace("[[0, 47]]", "[[0, 4700]]")), DOCUMENT)
    assert f"which has {len(DOCUMENT)} characters" in errors[0].problem

    other = check_source(read(GOOD), DOCUMENT.replace("guests", "Guests"))
    assert "the document is another one" in other[0].problem
    assert [error.fact for error in other] == [None, "luebeck-guests"]


def test_spans_count_characters_not_bytes():
    assert fingerprint(["Lübeck", "Denmark"]) == hashlib.sha256("Lübeck\nDenmark".encode()).hexdigest()[:16]


def test_a_bank_of_a_package_has_no_document_to_be_proved_by():
    text = GOOD[: GOOD.index("  - id: luebeck-guests")].replace("cite: [[0, 47]]", "cite: L1629")
    text = text.replace(
        f"document: treaties.txt\n  sha256: {SHA}", "package: pacts\n  version: '1'\n  licence: MIT"
    )

    assert "without --source" in check_source(read(text), DOCUMENT)[0].remedy
