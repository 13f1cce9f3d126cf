"""Tests of difference: against enumeration, and against what is known of many tests at once."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from lithograph.verify.significance import by_group, holm, sign_flip


def test_a_small_sign_flip_is_exact() -> None:
    values = [2.0, -1.0, 3.0, 0.5]
    flips = [sum(s * v for s, v in zip(signs, values, strict=True)) for signs in itertools.product((-1, 1), repeat=4)]
    assert sign_flip(values) == sum(flip >= sum(values) for flip in flips) / 16


def test_a_drawn_sign_flip_is_near_the_exact_one_and_the_same_each_time() -> None:
    values = [1.0, -0.5, 0.25, 1.5] * 5
    assert sign_flip(values) == sign_flip(values)
    assert sign_flip(values[:12]) == pytest.approx(sign_flip(values[:12], draws=4000), abs=0.02)


def test_no_difference_is_no_finding() -> None:
    assert sign_flip([0.0, 0.0]) == 1.0 == sign_flip([])


def test_under_no_effect_a_twentieth_of_the_tests_is_below_a_twentieth() -> None:
    drawn = np.random.default_rng(3)
    found = [sign_flip(drawn.normal(size=40).tolist(), seed=k, draws=400) for k in range(300)]
    assert 0.02 < np.mean(np.array(found) < 0.05) < 0.09


def test_holm_is_never_below_the_single_p_nor_above_bonferroni() -> None:
    ps = {"a": 0.001, "b": 0.02, "c": 0.02, "d": 0.5}
    corrected = holm(ps)
    assert all(ps[name] <= corrected[name] <= min(1.0, 4 * ps[name]) for name in ps)
    assert list(corrected) == list(ps) and corrected["a"] == pytest.approx(0.004)


def test_groups_are_summed_in_order_of_their_names() -> None:
    assert by_group(np.array([1.0, 2.0, 4.0]), ["b", "a", "b"]) == [2.0, 5.0]
