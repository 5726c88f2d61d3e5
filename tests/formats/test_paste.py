from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.formats.paste import MAX_CHARACTERS, MAX_LINES, PasteRow, read_lines


def test_lines_become_rows_and_blank_lines_are_skipped():
    result = read_lines(
        "Capital of Chad?\tN'Djamena\n\n  \nCapital of Togo? \t Lomé \tLome|Lomé | Lomay|\r\n"
    )

    assert result.rows == (
        PasteRow(1, "Capital of Chad?", "N'Djamena"),
        PasteRow(4, "Capital of Togo?", "Lomé", ("Lomay",)),
    )
    assert result.errors == ()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("no tab here", "there is no tab"),
        ("a\tb\tc\td", "there are 4 fields"),
        ("\tresponse", "the question is empty"),
        ("question\t", "the response is empty"),
        ("question\t ?! ", "the response is empty"),
        ("question\t" + "x" * (MAX_CHARACTERS + 1), "501 characters"),
        ("que\x00stion\tresponse", "control character"),
        ("que\x1bstion\tresponse", "control character"),
    ],
)
def test_a_bad_line_is_named_with_what_to_do(line, problem):
    result = read_lines(f"good\tone\n{line}\nother\ttwo")

    assert [row.line for row in result.rows] == [1, 3]
    assert [error.line for error in result.errors] == [2]
    assert problem in result.errors[0].problem
    assert str(result.errors[0]).startswith("line 2: ")
    assert result.errors[0].remedy


def test_a_question_that_stands_there_already_is_flagged():
    result = read_lines("Who led?\tAda\nwho LED\tBen\nWho followed?\tCleo")

    assert [row.response for row in result.rows] == ["Ada", "Cleo"]
    assert result.errors[0].problem == "the same question stands on line 1"


def test_no_more_than_the_limit_is_read_and_the_rest_is_named():
    result = read_lines("\n".join(f"Question {number}?\tresponse" for number in range(MAX_LINES + 5)))

    assert len(result.rows) == MAX_LINES
    assert [error.line for error in result.errors] == [MAX_LINES + 1]
    assert "2,005 lines, 2,000 can be read" in result.errors[0].problem


@given(st.text(max_size=300))
def test_every_filled_line_is_a_row_or_an_error(text):
    result = read_lines(text)
    filled = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]

    assert len(result.rows) + len(result.errors) == len(filled)


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ('"Who sang ""Alive""?"', 'Who sang "Alive"?'),
        ('"Alive"', '"Alive"'),
        ('"one" and ""two"" "', '"one" and ""two"" "'),
        ('"" and more', '"" and more'),
    ],
)
def test_quotes_that_a_spreadsheet_put_around_a_field_are_taken_off(field, read):
    assert read_lines(f"{field}\t{field}").rows == (PasteRow(1, read, read),)
