"""Rules: facts, questions, grading, memory, timing. No framework, no database; `now` and `rng` are handed in."""
