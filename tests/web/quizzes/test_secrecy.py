"""Until an attempt is released nothing anywhere tells right from wrong: whatever the keys are, every page is the same."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp.core.disclosure import ALL_AFTER_CLOSE, AT_ONCE, disclosure_to_dict
from quizapp.core.questions import TYPES, question_from_dict
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, QuestionRevision, Quiz, Review
from quizapp.operations.accounts.export import collect
from tests.factories import fields_of, other_key
from tests.forms import post
from tests.web.quizzes.conftest import Desk

#: New each time: tokens and keys of saves.
_NEW = re.compile(r'name="[\w-]*(?:csrf_token|save_key)"[^>]*value="[^"]*"')
_ELSEWHERE = (
    "/", "/quizzes/", "/progress/", "/progress/daily.csv", "/library/", "/library/ten/", "/library/ten/facts",
    "/library/ten/cards", "/browse/", "/browse/?q=fact", "/study/", "/study/ten/", "/rhythm/", "/plans/",
)  # fmt: skip


@pytest.fixture
def exam(app, client, make, frozen):
    """Ten questions, one of each type, in a quiz that tells nothing before it closes in a day."""
    return _sit(app, client, make, frozen, shows=disclosure_to_dict(ALL_AFTER_CLOSE))


def _sit(app, client, make, frozen, **columns):
    sitting = Desk(app, client, make.ten_types())
    sitting.frozen = frozen
    sitting.make(topics=["single", "several"], other_count="10")
    with app.app_context():
        values = {"closes_at": frozen.moment + timedelta(days=1), **columns}
        db.session.execute(sa.update(Quiz).values(**values))
        db.session.commit()
    sitting.start()
    return sitting


def _learner_id(sitting):
    with sitting.app.app_context():
        return db.session.execute(sa.select(Attempt.learner_id)).scalar_one()


def _question(sitting, row):
    with sitting.app.app_context():
        return question_from_dict(db.session.get(QuestionRevision, (row.question_id, 1)).content)


def _respond(sitting, how="right"):
    for row in sitting.rows():
        fields = fields_of(_question(sitting, row), how)
        assert sitting.save(row.position, fields, sequence=row.sequence + 1).json["state"] == "saved"


def _turn_keys(sitting):
    with sitting.app.app_context():
        for row in sitting.rows():
            revision = db.session.get(QuestionRevision, (row.question_id, 1))
            revision.content = other_key(revision.content)
        db.session.commit()


def _everything(sitting, *paths):
    """Return every answer that the learner can get, with its headers, without what is new each time."""
    learner_id = _learner_id(sitting)
    facts = [f"/library/ten/facts/{fact.key}" for fact in sitting.set.facts]
    told = []
    for path in (*(f"{sitting.url}/{one}" for one in paths), sitting.quiz_url, *_ELSEWHERE, *facts):
        answer = sitting.client.get(path)
        headers = [
            one for one in answer.headers if one[0] not in ("Set-Cookie", "Date", "Content-Length", "ETag")
        ]
        told.append((path, answer.status_code, _NEW.sub("", answer.get_data(as_text=True)), headers))
    with sitting.app.app_context():
        told.append(json.dumps(collect(learner_id, None, sitting.frozen.moment), default=str))
    return told


def _reopen(sitting):
    """Take the end back, as if it had not been."""
    with sitting.app.app_context():
        db.session.execute(
            sa.update(Attempt).values(
                state="open", finished_at=None, finished_by=None, score=None, releases_at=None
            )
        )
        db.session.execute(sa.update(AttemptResponse).values(outcome=None, score=None, marks=None))
        db.session.execute(sa.text("DELETE FROM attempt_events WHERE kind = 'submitted'"))
        db.session.commit()


def _paths(sitting):
    return ["", *(str(row.position) for row in sitting.rows()), "review", "state", "result"]


def test_while_it_is_open_every_page_is_the_same_whatever_the_keys_are(exam):
    _respond(exam)
    given = _everything(exam, *_paths(exam))
    _turn_keys(exam)
    assert _everything(exam, *_paths(exam)) == given


def test_until_it_is_released_every_page_is_the_same_for_right_and_for_wrong(exam):
    _respond(exam)
    exam.submit()
    given = _everything(exam, *_paths(exam))
    outcomes = {row.outcome for row in exam.rows()}
    _reopen(exam)
    _turn_keys(exam)
    exam.submit()
    assert {row.outcome for row in exam.rows()} != outcomes
    # The record of the second end has an id and nothing else of its own.
    again = _everything(exam, *_paths(exam))
    assert again[:-1] == given[:-1]
    uuids = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
    assert sorted(uuids.sub("", again[-1]).split(", ")) == sorted(uuids.sub("", given[-1]).split(", "))


def test_once_released_it_tells_and_its_responses_are_reviewed(exam):
    _respond(exam)
    exam.submit()
    with exam.app.app_context():
        assert db.session.execute(sa.select(sa.func.count()).select_from(Review)).scalar_one() == 0
    exam.frozen.moment += timedelta(days=1, minutes=1)
    assert exam.get("result").status_code == 200
    with exam.app.app_context():
        assert db.session.execute(sa.select(sa.func.count()).select_from(Review)).scalar_one() > 9
        assert db.session.execute(sa.select(Attempt.released_at)).scalar_one() == exam.frozen.moment


def test_the_answer_to_a_save_is_the_same_for_right_and_wrong_in_its_headers_too(exam):
    for row in exam.rows():
        answers = set()
        for sequence, how in enumerate(("right", "part", "wrong"), 1):
            answer = exam.save(row.position, fields_of(_question(exam, row), how), sequence=sequence)
            headers = tuple(one for one in answer.headers if one[0] not in ("Set-Cookie", "Date"))
            answers.add((answer.status_code, answer.data.replace(b'"sequence":%d' % sequence, b""), headers))
        assert len(answers) == 1


def test_what_a_check_told_is_told_nowhere_else_before_the_end(app, client, make, frozen):
    exam = _sit(app, client, make, frozen, shows=disclosure_to_dict(AT_ONCE))
    _respond(exam)
    given = _everything(exam)
    for row in exam.rows():
        post(exam.client, f"{exam.url}/{row.position}/check", {})
    assert {row.checked_at for row in exam.rows()} == {frozen.moment}
    told = _everything(exam)
    # The export says which questions were checked, and of none how it was judged.
    assert told[:-1] == given[:-1]
    assert '"outcome": "right"' not in told[-1]


def test_a_question_cannot_be_fetched_before_its_turn_or_after_it(app, client, make, frozen):
    exam = _sit(app, client, make, frozen, navigation="forward")
    # A blank is shown as a field, or said in words.
    stems = {row.position: _question(exam, row).stem.partition("_")[0] for row in exam.rows()}
    assert len(stems) == len(TYPES)
    for turn in (1, 2, 3):
        for path in _paths(exam):
            text = exam.client.get(f"{exam.url}/{path}", follow_redirects=True).get_data(as_text=True)
            assert [stem for position, stem in stems.items() if stem in text and position != turn] == []
        for row in exam.rows():
            mistake = f"/library/attempts/{exam.attempt_id}/{row.position}/mistake"
            text = exam.client.get(mistake, follow_redirects=True).get_data(as_text=True)
            assert (stems[row.position] in text) == (row.position == turn)
            text = exam.client.get(f"/library/questions/{row.question_id}/mistake").get_data(as_text=True)
            assert stems[row.position] not in text or row.position <= turn
        row = exam.rows()[turn - 1]
        exam.save(turn, fields_of(_question(exam, row)), go="next", as_json=False)
