"""Hand-written questions: what becomes of a draft, and what stands in its way."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.grading import Outcome, grade, key_text
from quizapp.core.questions import (
    ChoiceQuestion,
    ClozeQuestion,
    DateQuestion,
    DateResponse,
    OptionResponse,
    TextResponse,
    TrueFalseQuestion,
    question_from_dict,
    question_to_dict,
)
from quizapp.core.writing import Draft, DraftError, DraftOption, advise, clashes, read, tidy, write
from quizapp.operations.banks import fact_content

KEY = "0" * 32
OTHER = "1" * 32

CHOICE = Draft(
    type="choice",
    stem="Which river of Asia is the longest?",
    right=DraftOption("Yangtze", "It flows for some 6,300 km."),
    wrong=(DraftOption("Amur"), DraftOption("Lena", "It is shorter by a third.")),
    topic="rivers",
)
STATEMENT = Draft(type="true-false", stem="The Po flows into the Adriatic Sea.", is_true=True)
SHORT = Draft(type="short", stem="Which river flows through Vienna?", response="Danube", also=("Donau",))
CLOZE = Draft(type="cloze", stem="The Po flows into the [[Adriatic Sea]].")
DATE = Draft(type="date", stem="When was the dam opened?", year=1970, month=7, day=21)
DRAFTS = (CHOICE, STATEMENT, SHORT, CLOZE, DATE)


def made(draft, key=KEY):
    return write(draft, slug="rivers", key=key)


def problems_of(draft):
    with pytest.raises(DraftError) as caught:
        made(draft)
    return {problem.field: problem.message for problem in caught.value.problems}


def by_type(draft):
    return draft.type


@pytest.mark.parametrize("draft", DRAFTS, ids=by_type)
def test_a_question_is_named_by_set_fact_and_type_and_survives_storage(draft):
    _, question = made(draft)

    assert question.id == f"rivers/{KEY}/{draft.type}"
    assert question.facts == (KEY,)
    assert question_from_dict(question_to_dict(question)) == question


@pytest.mark.parametrize("draft", DRAFTS, ids=by_type)
def test_what_was_written_can_be_opened_again_for_editing(draft):
    assert read(made(draft)[1]) == draft


@pytest.mark.parametrize("draft", DRAFTS, ids=by_type)
def test_the_fact_has_exactly_the_keys_of_the_fact_of_a_bank(draft):
    names = {
        name
        for constant in fact_content.__code__.co_consts
        if isinstance(constant, tuple)
        for name in constant
    }

    assert set(made(draft)[0]) == names


def test_a_choice_is_turned_over_as_a_card_that_shows_the_right_option():
    fact, _ = made(CHOICE)

    assert (fact["ask"], fact["key_text"], fact["flashcard"]) == (CHOICE.stem, "Yangtze", True)
    assert fact["statement"] == "Which river of Asia is the longest? Yangtze."


def test_a_statement_is_judged_and_never_turned_over():
    assert made(STATEMENT)[0]["flashcard"] is False


def test_the_fact_of_a_false_statement_is_what_is_right_instead():
    fact, question = made(
        replace(STATEMENT, is_true=False, explanation="It flows into the Adriatic, not the Baltic.")
    )

    assert fact["statement"] == "It flows into the Adriatic, not the Baltic."
    assert grade(question, OptionResponse("false")).outcome is Outcome.RIGHT


def test_the_marked_words_of_a_sentence_become_its_blank():
    fact, question = made(replace(CLOZE, stem="The Po flows into the [[ Adriatic Sea ]]."))

    assert isinstance(question, ClozeQuestion)
    assert question.stem == "The Po flows into the ____."
    assert question.accept == ("Adriatic Sea",)
    assert fact["statement"] == "The Po flows into the Adriatic Sea."


@pytest.mark.parametrize(
    ("draft", "parts", "edtf", "shown"),
    [
        (DATE, ("day", "month", "year"), "1970-07-21", "21 July 1970"),
        (replace(DATE, day=None), ("month", "year"), "1970-07", "July 1970"),
        (replace(DATE, day=None, month=None), ("year",), "1970", "1970"),
        (replace(DATE, year=79, day=None, month=None), ("year",), "0079", "79"),
    ],
)
def test_a_date_is_asked_as_exactly_as_it_was_given(draft, parts, edtf, shown):
    fact, question = made(draft)

    assert isinstance(question, DateQuestion)
    assert question.parts == parts
    assert question.accept == (edtf,)
    assert (fact["key_text"], fact["date"]) == (shown, edtf)
    given_parts = {name: getattr(draft, name) for name in parts}
    assert grade(question, DateResponse(**given_parts)).outcome is Outcome.RIGHT


def test_further_responses_are_accepted_once_each():
    _, question = made(replace(SHORT, also=("Donau", "danube", " ", "DONAU", "Duna")))

    assert question.accept == ("Danube", "Donau", "Duna")
    assert grade(question, TextResponse("duna")).outcome is Outcome.RIGHT


def test_every_option_says_why_even_where_nothing_was_typed():
    _, question = made(CHOICE)

    assert isinstance(question, ChoiceQuestion)
    assert {option.text: option.because for option in question.options} == {
        "Amur": "The right response is “Yangtze”.",
        "Lena": "It is shorter by a third.",
        "Yangtze": "It flows for some 6,300 km.",
    }


def test_numbers_stand_in_the_order_of_their_size():
    draft = replace(
        CHOICE, right=DraftOption("100"), wrong=(DraftOption("90"), DraftOption("1,000"), DraftOption("8"))
    )

    assert [option.text for option in made(draft)[1].options] == ["8", "90", "100", "1,000"]


def test_signs_can_be_options():
    draft = replace(
        CHOICE,
        stem="Which sign stands for a sum?",
        right=DraftOption("+"),
        wrong=(DraftOption("−"), DraftOption("×")),
    )

    _, question = made(draft)

    assert key_text(question) == "+"
    assert len({option.id for option in question.options}) == 3


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (replace(CHOICE, stem=" "), "stem"),
        (replace(CHOICE, right=DraftOption()), "right-text"),
        (replace(CHOICE, wrong=()), "wrong-0-text"),
        (replace(CHOICE, wrong=(DraftOption("Amur"), DraftOption(), DraftOption())), "wrong-1-text"),
        (replace(CHOICE, wrong=(*CHOICE.wrong, DraftOption("", "a reason"))), "wrong-2-text"),
        (replace(CHOICE, wrong=(*CHOICE.wrong, DraftOption("AMUR!"))), "wrong-2-text"),
        (replace(CHOICE, wrong=(*CHOICE.wrong, DraftOption("the Yangtze"))), "wrong-2-text"),
        (replace(CHOICE, wrong=(*CHOICE.wrong, DraftOption("b) Ob"))), "wrong-2-text"),
        (replace(CHOICE, right=DraftOption("x" * 301)), "right-text"),
        (replace(CHOICE, wrong=(*CHOICE.wrong, DraftOption("Ob", "x" * 501))), "wrong-2-because"),
        (replace(CHOICE, wrong=tuple(DraftOption(f"River {letter}") for letter in "ABCDEFGHIJ")), "wrong-9-text"),
        (replace(CHOICE, stem="Is the Yangtze the longest river of Asia?"), "stem"),
        (replace(CHOICE, stem="x" * 1001), "stem"),
        (replace(CHOICE, explanation="The Amur is shorter."), "explanation"),
        (replace(CHOICE, explanation="x" * 2001), "explanation"),
        (replace(CHOICE, cite="x" * 301), "cite"),
        (replace(STATEMENT, is_true=None), "is_true"),
        (replace(STATEMENT, is_true=False), "explanation"),
        (replace(STATEMENT, is_true=False, explanation=f"So it is: {STATEMENT.stem}"), "explanation"),
        (replace(SHORT, response=""), "response"),
        (replace(SHORT, response="?!"), "response"),
        (replace(SHORT, response="x" * 201), "response"),
        (replace(SHORT, stem="Which river, the Danube or not, flows through Vienna?"), "stem"),
        (replace(SHORT, also=("!",)), "also"),
        (replace(SHORT, also=("x" * 201,)), "also"),
        (replace(SHORT, also=tuple(map(str, range(21)))), "also"),
        (replace(CLOZE, stem="The Po flows into the Adriatic Sea."), "stem"),
        (replace(CLOZE, stem="The [[Po]] flows into the [[Adriatic Sea]]."), "stem"),
        (replace(CLOZE, stem="The Po flows into the [[Adriatic [[Sea]]."), "stem"),
        (replace(CLOZE, stem="The Po flows into the [[Adriatic Sea]] ]]."), "stem"),
        (replace(CLOZE, stem="The Po ____ into the [[Adriatic Sea]]."), "stem"),
        (replace(CLOZE, stem="[[Adriatic Sea]]."), "stem"),
        (replace(CLOZE, stem="The Po flows into the [[]]."), "stem"),
        (replace(CLOZE, stem=f"The Po flows into [[{'x' * 201}]]."), "stem"),
        (replace(CLOZE, stem="The Adriatic Sea: the Po flows into the [[Adriatic Sea]]."), "stem"),
        (replace(DATE, year=None), "year"),
        (replace(DATE, year=0), "year"),
        (replace(DATE, year=10_000), "year"),
        (replace(DATE, month=13), "month"),
        (replace(DATE, month=None), "month"),
        (replace(DATE, month=6, day=31), "day"),
        (replace(DATE, year=2015, month=2, day=29), "day"),
        (replace(DATE, stem="When in July 1970 was it opened?", day=None), "stem"),
    ],
)  # fmt: skip
def test_what_cannot_be_saved_is_said_at_its_field(draft, field):
    assert problems_of(draft).keys() == {field}


def test_options_that_are_the_same_number_or_date_are_refused():
    days = replace(
        CHOICE, right=DraftOption("5 September 2014"), wrong=(DraftOption("2014-09-05"), DraftOption("2013"))
    )

    assert problems_of(days).keys() == {"wrong-0-text"}


def test_everything_that_is_wrong_is_said_at_once():
    assert problems_of(Draft(type="choice")).keys() == {"stem", "right-text", "wrong-0-text"}


def test_an_unknown_type_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="unknown type 'essay'"):
        made(Draft(type="essay", stem="Why?"))


def test_the_same_words_with_another_key_clash():
    mine, other = made(SHORT)[1], made(replace(SHORT, response="Wien", also=()), OTHER)[1]

    assert clashes([mine], [other])[mine.id].field == "stem"


def test_the_same_words_with_the_same_key_in_another_form_do_not_clash():
    choice = replace(CHOICE, stem=SHORT.stem, right=DraftOption("Danube"))

    assert clashes([made(SHORT)[1]], [made(choice, OTHER)[1]]) == {}


def test_advice_names_other_questions_by_their_words():
    first, second = made(SHORT)[1], made(SHORT, OTHER)[1]

    advice = advise([second], [first, second])[second.id]

    assert [(one.rule, one.detail) for one in advice] == [("duplicate-stem", f"“{SHORT.stem}” asks the same")]


def test_a_sound_question_gets_no_advice():
    question = made(replace(CHOICE, wrong=(DraftOption("Mekong"), DraftOption("Ganges"))))[1]

    assert advise([question], [question]) == {question.id: []}


def test_control_characters_and_needless_space_are_left_out():
    assert tidy("  two\x00 words\t\x07here \n ") == "two words here"


def test_paragraphs_are_kept_where_they_are_asked_for():
    assert tidy("one \r\n\r\n\r\n\r\n two\n", keep_lines=True) == "one\n\ntwo"


WORDS = st.text(string.ascii_letters + " .,'éß漢ق<>&\"[]_-0123456789\x00\t", max_size=60)
OPTIONS = st.builds(DraftOption, WORDS, WORDS)


@given(
    st.builds(
        Draft,
        type=st.sampled_from(("choice", "true-false", "short", "cloze", "date")),
        stem=st.one_of(WORDS, st.builds("{} [[{}]] {}".format, WORDS, WORDS, WORDS)),
        right=OPTIONS,
        wrong=st.lists(OPTIONS, max_size=5).map(tuple),
        is_true=st.none() | st.booleans(),
        response=WORDS,
        also=st.lists(WORDS, max_size=4).map(tuple),
        year=st.none() | st.integers(-5, 10_050),
        month=st.none() | st.integers(-1, 14),
        day=st.none() | st.integers(-1, 33),
        explanation=WORDS,
        cite=WORDS,
    )
)
def test_whatever_is_typed_is_refused_in_words_or_can_be_asked_and_opened_again(draft):
    try:
        fact, question = made(draft)
    except DraftError as error:
        refused = error.problems
    else:
        refused = ()
    if refused:
        assert all(problem.message.endswith((".", "?")) for problem in refused)
        return
    assert made(read(question)) == (fact, question)
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        assert sum(option.correct for option in question.options) == 1
        assert len({option.id for option in question.options}) == len(question.options)
    elif not isinstance(question, DateQuestion):
        assert grade(question, TextResponse(question.accept[-1])).outcome is Outcome.RIGHT


def test_what_is_wrong_is_told_without_the_words_of_the_trade():
    told = problems_of(replace(CHOICE, stem="Is the Yangtze or the key river longest?"))["stem"]

    assert told == "The question holds the right response “Yangtze”. Reword the question without it."


def test_advice_leaves_what_it_quotes_as_it_was_typed():
    question = made(replace(CHOICE, wrong=(DraftOption("the only key"), DraftOption("stem"))))[1]

    details = [one.detail for one in advise([question], [question])[question.id]]

    assert "“the only key” says “only”" in details


def test_the_explanation_of_a_statement_is_no_part_of_its_reasons():
    _, question = write(replace(STATEMENT, explanation="It rises in the Alps."), slug="rivers", key="k")

    assert question.explanation == "It rises in the Alps."
    assert {option.because for option in question.options} == {"The statement is true."}
