"""Budgets and weights: shares by weight, thresholds that let exactly so many through, feedback within bounds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.select.calibration import BadCalibration, Calibration, read_calibration
from lithograph.select.feedback import LEAST, MOST, BadResults, Result, followed, read_results
from lithograph.select.mixture import EVERYTHING, NOTHING, Threshold, quotas, shares, threshold

LOT = st.lists(st.tuples(st.integers(0, 400), st.floats(0, 9)), min_size=1, max_size=9)


@given(LOT, st.integers(0, 2000))
def test_a_budget_is_spent_to_the_last_example_where_there_is_enough(lot: list[tuple[int, float]], budget: int) -> None:
    available, weights = [n for n, _ in lot], [w for _, w in lot]
    given_out = shares(available, weights, budget)
    room = sum(n for n, w in lot if w > 0)
    assert sum(given_out) == min(budget, room)
    assert all(0 <= got <= n for got, n in zip(given_out, available, strict=True))
    assert all(got == 0 for got, w in zip(given_out, weights, strict=True) if w == 0)


@given(LOT, st.integers(0, 2000))
def test_who_gives_all_it_has_weighs_no_less_than_who_keeps_some(lot: list[tuple[int, float]], budget: int) -> None:
    given_out = shares([n for n, _ in lot], [w for _, w in lot], budget)
    partly = [got / w for got, (n, w) in zip(given_out, lot, strict=True) if w > 0 and got < n]
    for got, (n, w) in zip(given_out, lot, strict=True):
        if w > 0 and 0 < got == n and partly:
            assert got <= max(partly) * w + max(w / min(v for _, v in lot if v > 0), 1) + 1


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 10**9)), max_size=60, unique_by=lambda p: p[1]),
       st.integers(0, 70), st.randoms())  # fmt: skip
def test_a_threshold_lets_exactly_so_many_through_in_any_order(pairs: list[tuple[int, int]], count: int, rng) -> None:  # type: ignore[no-untyped-def]
    def passed(chosen: list[tuple[int, int]]) -> set[tuple[int, int]]:
        resonance = np.array([r for r, _ in chosen], np.int32)
        ties = np.array([t for _, t in chosen], np.uint64)
        limit = threshold(resonance, ties, count)
        return {p for p, through in zip(chosen, limit.passed(resonance, ties).tolist(), strict=True) if through}

    let = passed(pairs)
    shuffled = rng.sample(pairs, len(pairs))
    assert len(let) == min(count, len(pairs))
    assert passed(shuffled) == let
    if let and let != set(pairs):
        assert min(r for r, _ in let) >= max(r for r, _ in set(pairs) - let)


def test_everything_and_nothing_are_thresholds_too() -> None:
    resonance, ties = np.array([0, 10**6], np.int32), np.array([0, 2**64 - 1], np.uint64)
    assert EVERYTHING.passed(resonance, ties).all()
    assert not NOTHING.passed(resonance, ties).any()


def test_a_scene_with_a_budget_of_its_own_is_served_first() -> None:
    available = {"a": {"plain en": 100, "terse en": 100}, "b": {"plain en": 50}, "c": {"plain en": 500}}
    manners = {s: dict.fromkeys(cells, 1.0) for s, cells in available.items()}
    got = quotas(available, {"a": 1.0, "b": 1.0, "c": 1.0}, manners, 200, {"a": 40})
    assert {s: sum(cells.values()) for s, cells in got.items()} == {"a": 40, "b": 50, "c": 110}
    assert got["a"] == {"plain en": 20, "terse en": 20}
    half = quotas(available, {"a": 1.0, "b": 0.0, "c": 1.0}, manners, 0.5, {})
    assert sum(sum(cells.values()) for cells in half.values()) == 350
    assert half["b"] == {"plain en": 0}


@given(
    st.dictionaries(st.sampled_from("abcd"), st.tuples(st.integers(1, 60), st.floats(0, 1)), min_size=1),
    st.integers(1, 9),
)
def test_feedback_stays_within_its_bounds_however_often_it_is_given(
    lot: dict[str, tuple[int, float]], rounds: int
) -> None:
    results = {name: Result(n, int(n * share)) for name, (n, share) in lot.items()}
    factors: dict[str, float] = {}
    for _ in range(rounds):
        factors = followed(factors, results)
    assert all(LEAST <= factor <= MOST for factor in factors.values())
    heard = {name: r for name, r in results.items() if r.probes >= 8}
    assert set(factors) == set(heard)
    for one, other in ((a, b) for a in heard for b in heard):
        if heard[one].accuracy < heard[other].accuracy:
            assert factors[one] >= factors[other]


@pytest.mark.parametrize(("written", "problem"), [
    ('{"split": "test", "scenes": {"IsA": {"probes": 9, "right": 1}}}', "results of the split 'test'"),
    ('{"split": "development"}', "names no scene's results"),
    ('{"split": "development", "scenes": {"IsA": {"probes": 3, "right": 9}}}', "'IsA' has more right answers"),
    ("nonsense", "cannot be read as results"),
])  # fmt: skip
def test_results_that_are_none_or_of_a_test_are_refused(tmp_path: Path, written: str, problem: str) -> None:
    (tmp_path / "r.json").write_text(written)
    with pytest.raises(BadResults, match=problem):
        read_results(tmp_path / "r.json")


def test_a_calibration_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    kept = Calibration(
        "v1", 9, 12, {"r": 3}, {"c": 2}, {"s": (5, 1)}, {"IsA": {"plain en": Threshold(7, 8)}}, "[]", {"IsA": 1.5}
    )
    (tmp_path / "calibration.json").write_text(kept.text())
    assert read_calibration(tmp_path / "calibration.json") == kept
    assert read_calibration(tmp_path / "calibration.json").hash == kept.hash


@pytest.mark.parametrize("written", ["", "{}", '{"version": 99}', json.dumps({"version": 1, "nodes": 3})])
def test_a_file_that_is_no_calibration_is_refused_with_a_cure(tmp_path: Path, written: str) -> None:
    (tmp_path / "calibration.json").write_text(written)
    with pytest.raises(BadCalibration, match="Take it away, or press with --recalibrate"):
        read_calibration(tmp_path / "calibration.json")
