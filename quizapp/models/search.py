"""What can be looked for: the folded words of each fact and question, one row each; full-text indexes hang on these.

On SQLite `fact_words` and `question_words` (FTS5) are kept in step by triggers; on PostgreSQL a generated column `words`
(tsvector) is. Both are made by the migration alone.
"""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.database import Model, Uuid16

#: A row id on SQLite, by which FTS5 names what it found.
_RowId = BigInteger().with_variant(Integer, "sqlite")


class FactText(Model):
    """The words by which a fact that is not retired is found."""

    __tablename__ = "fact_texts"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    fact_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("facts.id", ondelete="CASCADE"), unique=True
    )
    #: Words without case, marks and punctuation, a space between two.
    body: Mapped[str] = mapped_column(Text)


class QuestionText(Model):
    """The words by which a question that is not retired is found."""

    __tablename__ = "question_texts"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    question_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("questions.id", ondelete="CASCADE"), unique=True
    )
    body: Mapped[str] = mapped_column(Text)
