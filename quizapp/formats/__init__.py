"""Files in and out: bytes to core objects and back, one module per format; `FORMATS` is the register."""

from __future__ import annotations

from typing import Final

from quizapp.formats import facts_yaml, paste, questions_json

FORMATS: Final = {
    "facts.yaml": facts_yaml,
    "questions.json": questions_json,
    "pasted lines": paste,
}
