"""Measures against plain counting, intervals against what is known of them, pairs and seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hand_probes import as_table, bicycle_probes, choice, probe

from lithograph.verify.measures import compare, majority_results, measure, three_way
from lithograph.verify.results import results_of
from lithograph.verify.statistics import (
    CALIBRATION,
    MACRO_F1,
    SHARE,
    bounds,
    difference,
    drawn,
    draws_of,
    interval,
    wilson,
)


def answered(probes: pa.Table, answers: Sequence[int], sure: float = 0.7) -> pa.Table:
    """Results in which these options got most of the belief."""
    width = max(len(row) for row in probes["options"].to_pylist())
    worth = np.full((len(answers), width), np.log((1 - sure) / (width - 1)), np.float32)
    worth[np.arange(len(answers)), answers] = np.log(sure)
    return results_of(probes, worth)


@pytest.fixture
def asked() -> pa.Table:
    return as_table(bicycle_probes(60))


def test_accuracy_and_its_kin_equal_plain_counts(asked: pa.Table) -> None:
    keys = asked["answer"].to_pylist()
    said = [key if place % 4 else (key + 1) % 3 for place, key in enumerate(keys)]
    found = measure(asked, draws_of(asked["group"].to_pylist(), draws=500), [answered(asked, said)])
    right = [a == b for a, b in zip(keys, said, strict=True)]
    assert found.whole["accuracy"].value == sum(right) / 60
    unknown = [ok for ok, key in zip(right, keys, strict=True) if key == 2]
    assert found.whole["recall of unknown"].value == sum(unknown) / len(unknown)
    known = [ok for ok, key in zip(right, keys, strict=True) if key != 2]
    assert found.whole["recall of known"].value == sum(known) / len(known)
    decided = [one != 2 for one, key in zip(said, keys, strict=True) if key != 2]
    assert found.whole["decided"].value == sum(decided) / len(decided)
    scores = []
    for one in range(3):
        hit = sum(a == b == one for a, b in zip(keys, said, strict=True))
        scores.append(2 * hit / (keys.count(one) + said.count(one)))
    assert found.whole["macro F1"].value == pytest.approx(sum(scores) / 3)
    assert found.whole["calibration error"].value == pytest.approx(abs(sum(right) / 60 - 0.7), abs=1e-6)


def test_every_slice_holds_the_probes_of_its_value(asked: pa.Table) -> None:
    found = measure(asked, draws_of(asked["group"].to_pylist(), draws=100), [answered(asked, [0] * 60)])
    for column in ("axis", "probe_split", "depth"):
        values = asked[column].to_pylist()
        assert {name: held.probes for name, held in found.sliced[column].items()} == {
            str(value): values.count(value) for value in set(values)
        }
        for name, held in found.sliced[column].items():
            keys = [k for k, v in zip(asked["answer"].to_pylist(), values, strict=True) if str(v) == name]
            assert held.value == keys.count(0) / len(keys)


def test_calibration_error_is_the_gap_bin_by_bin() -> None:
    sums = np.zeros(30)
    sums[3 * 2 : 3 * 3] = [2.5, 5, 10]  # confidence 0.25, half of ten right
    sums[3 * 9 : 3 * 10] = [9.5, 9, 10]
    assert CALIBRATION.of_sums(sums) == pytest.approx((10 * 0.25 + 10 * 0.05) / 20)


def test_a_class_that_never_occurs_is_left_out_of_macro_f1() -> None:
    sums = np.array([3.0, 1, 0, 1, 3, 0, 0, 0, 0])
    assert MACRO_F1.of_sums(sums) == pytest.approx(0.75)


def test_draws_are_of_whole_groups_and_seeded() -> None:
    weights = drawn(7, seed=3, draws=50)
    assert (weights.sum(1) == 7).all()
    assert (weights == drawn(7, seed=3, draws=50)).all()
    assert (weights != drawn(7, seed=4, draws=50)).any()


def test_the_interval_of_single_probes_is_as_wide_as_the_binomial_says() -> None:
    random = np.random.default_rng(1)
    right = (random.random(400) < 0.7).astype(float)
    rows = np.stack([right, np.ones(400)], 1)
    found = interval(draws_of([str(n) for n in range(400)]), SHARE, [rows])
    half = 1.96 * (right.mean() * (1 - right.mean()) / 400) ** 0.5
    assert found.high - found.low == pytest.approx(2 * half, rel=0.06)


def test_probes_of_one_group_count_as_one() -> None:
    """Each answer copied five times tells nothing new: the interval must not shrink."""
    right = (np.random.default_rng(2).random(60) < 0.6).astype(float)
    single = interval(draws_of([str(n) for n in range(60)]), SHARE, [np.stack([right, np.ones(60)], 1)])
    copied = np.repeat(right, 5)
    groups = [str(n // 5) for n in range(300)]
    grouped = interval(draws_of(groups), SHARE, [np.stack([copied, np.ones(300)], 1)])
    assert grouped.value == pytest.approx(single.value)
    assert grouped.high - grouped.low == pytest.approx(single.high - single.low, rel=0.1)
    assert (grouped.probes, grouped.groups) == (300, 60)


def test_where_all_groups_agree_the_interval_is_wilsons() -> None:
    found = interval(draws_of([str(n) for n in range(20)], draws=200), SHARE, [np.ones((20, 2))])
    assert (found.low, found.high) == wilson(1.0, 20)


def test_a_mean_over_seeds_is_wider_where_seeds_disagree() -> None:
    draws = draws_of([str(n) for n in range(80)], draws=2000)
    good, bad = np.ones((80, 2)), np.stack([np.zeros(80), np.ones(80)], 1)
    half = np.stack([np.arange(80) % 2.0, np.ones(80)], 1)
    apart, alike = interval(draws, SHARE, [good, bad]), interval(draws, SHARE, [half, half])
    assert apart.value == alike.value == 0.5
    assert apart.high - apart.low > 2 * (alike.high - alike.low)


def test_a_difference_is_paired() -> None:
    """Two models that are wrong on the same probes differ by nothing, and for sure."""
    right = (np.random.default_rng(4).random(100) < 0.5).astype(float)
    rows = np.stack([right, np.ones(100)], 1)
    better = np.stack([np.maximum(right, np.arange(100) < 10), np.ones(100)], 1)
    draws = draws_of([str(n) for n in range(100)], draws=2000)
    same = difference(draws, SHARE, [rows], [rows])
    assert (same.value, same.low, same.high) == (0, 0, 0)
    more = difference(draws, SHARE, [better], [rows])
    assert more.value == pytest.approx(better[:, 0].mean() - right.mean())
    assert more.high - more.low < 0.15


def test_models_are_compared_on_the_probes_of_a_mask(asked: pa.Table) -> None:
    keys = asked["answer"].to_pylist()
    mask = np.array([key == 0 for key in keys])
    draws = draws_of(asked["group"].to_pylist(), draws=200)
    found = compare(draws, [answered(asked, [0] * 60)], [answered(asked, [1] * 60)], mask)
    assert (found.value, found.probes) == (1.0, keys.count(0))


def test_undefined_draws_are_left_out() -> None:
    assert bounds(np.array([np.nan, 0.5, 0.5])) == (0.5, 0.5)
    assert np.isnan(bounds(np.array([np.nan]))[0])


def test_the_majority_answers_by_words_where_options_recur_and_by_place_where_they_do_not() -> None:
    rows = [probe(n, 1 if n < 9 else 0) for n in range(12)]
    rows += [choice(n, (f"a{n}", f"b{n}"), 1 if n % 3 else 0) for n in range(20, 32)]
    table = as_table(rows)
    found = majority_results(table)
    right = sum(found["correct"].to_pylist())
    assert right == 9 + 8
    assert found["confidence"].to_pylist() == pytest.approx([17 / 24] * 24)


def test_what_an_options_words_mean_is_read_off_the_keys_wherever_they_stand() -> None:
    words = {"options": ["No", "It cannot be known", "Yes"]}
    keys = [{"answer": (2, 0, 1)[n], "truth": ("entailed", "refuted", "unknown")[n]} for n in range(3)]
    turned = [probe(n) | words | keys[n % 3] for n in range(30, 36)]
    computed = [probe(50, 1, truth="computed", options=["Yes", "No"])]
    table = as_table([*bicycle_probes(6), *turned, *computed, choice(60, ("x", "y"))])
    found = three_way(table)
    for row, options, key in zip(table.to_pylist(), found.options.tolist(), found.key.tolist(), strict=True):
        words = {"Yes": 0, "No": 1, "It cannot be known": 2}
        assert options[: len(row["options"])] == [words.get(text, -1) for text in row["options"]]
        assert key == options[row["answer"]]


def test_shares_are_among_the_options_alone() -> None:
    table = as_table([choice(1, ("a", "b", "c"), 2), choice(2, ("a", "b"), 0)])
    worth = np.log(np.array([[0.01, 0.01, 0.02], [0.3, 0.1, np.nan]], np.float32))
    rows = {tuple(row["options"]): row["id"] for row in table.to_pylist()}
    if table["id"][0].as_py() != rows[("a", "b", "c")]:
        worth = worth[::-1]
    found = {row["id"]: row for row in results_of(table, worth).to_pylist()}
    three, two = found[rows[("a", "b", "c")]], found[rows[("a", "b")]]
    assert (three["answer"], three["correct"], three["score"]) == (2, True, pytest.approx(0.5))
    assert (two["answer"], two["correct"], two["confidence"]) == (0, True, pytest.approx(0.75))
