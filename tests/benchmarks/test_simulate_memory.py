"""The comparison of memories: seeded, and made so that transfer between the questions of a fact matters."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from benchmarks import simulate_memory
from benchmarks.simulate_memory import Result, at_equal_recall, average, live


def year(*, per_fact, transfer=1.0, aim=0.9):
    return average(3, facts=12, transfer=transfer, per_fact=per_fact, aim=aim)


def test_the_same_seed_lives_the_same_year():
    how = {"facts": 5, "transfer": 0.4, "per_fact": True, "aim": 0.9}
    assert live(3, **how) == live(3, **how)
    assert live(3, **how) != live(4, **how)


def test_with_full_transfer_one_memory_per_fact_takes_fewer_reviews():
    assert year(per_fact=True).reviews < year(per_fact=False).reviews


def test_without_transfer_one_memory_per_fact_recalls_less():
    assert year(per_fact=True, transfer=0.0).recall < year(per_fact=False, transfer=0.0).recall


def test_a_higher_aim_takes_more_reviews_and_recalls_more():
    low, high = year(per_fact=True, aim=0.8), year(per_fact=True, aim=0.96)
    assert low.reviews < high.reviews
    assert low.recall < high.recall


def test_equal_recall_is_read_between_two_aims():
    tried = [Result(0.8, 10, 0.85), Result(0.9, 20, 0.95)]
    found = at_equal_recall(tried, 0.9)
    assert (found.aim, found.reviews, found.recall) == (pytest.approx(0.85), pytest.approx(15), 0.9)
    assert at_equal_recall(tried, 0.99) is None


def test_the_table_says_what_it_assumes():
    told = CliRunner().invoke(simulate_memory.main, ["--learners", "1", "--facts", "4"])
    assert told.exit_code == 0
    assert "Assumed: 1 learners, seeded, 4 facts each" in told.output
    for word in ("full", "40 %", "none"):
        assert f"\n{word} " in told.output
