"""A bag of words cannot tell the answers of swaps apart, and finds those that words give away."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lithograph.probes.balance import Unbalanced, bags, balance, check_balanced, folds_of, guesses, interval
from lithograph.probes.table import PROBES


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([{"language": "en", "kind": "isa", "form": "yes_no", **row} for row in rows], PROBES)


def swapped(n: int) -> list[dict[str, Any]]:
    rows = []
    for i in range(n):
        for (a, b), answer in zip(itertools.product("ac", "bd"), (0, 1, 1, 0), strict=True):
            rows.append({"question": f"is every {a}{i} a {b}{i}?", "options": ["Yes", "No"], "answer": answer,
                         "group": f"g{i}"})  # fmt: skip
    return rows


def test_swaps_leave_a_bag_of_words_at_chance() -> None:
    found = balance(table(swapped(30)))["en status"]
    assert found.probes == 120
    assert found.groups == 30
    assert found.chance == 0.5
    assert found.accuracy <= 0.5
    assert found.even


def test_a_word_that_goes_with_an_answer_is_found() -> None:
    rows = [{"question": f"is x{i} {'always' if i % 2 else 'never'} so?", "options": ["Yes", "No"], "answer": 1 - i % 2,
             "group": f"g{i}"} for i in range(80)]  # fmt: skip
    found = balance(table(rows))["en status"]
    assert found.accuracy > 0.95
    assert not found.even


def test_probes_of_one_group_are_in_one_fold() -> None:
    groups = [f"g{i // 4}" for i in range(40)]
    folds = folds_of(groups)
    assert all(len(set(folds[[g == name for g in groups]].tolist())) == 1 for name in set(groups))
    assert sorted(set(folds.tolist())) == [0, 1, 2, 3, 4]


def test_naive_bayes_says_what_the_formula_says() -> None:
    counts = bags(["a a b", "b c", "a b"])
    assert counts.tolist() == [[2, 1, 0], [0, 1, 1], [1, 1, 0]]
    labels, folds = np.array([0, 1, 0]), np.array([0, 0, 1])
    scores = [np.log(0.5) + np.log(3 / 6) + np.log(2 / 6), np.log(0.5) + np.log(1 / 5) + np.log(2 / 5)]
    assert guesses(counts, labels, folds)[2] == int(np.argmax(scores)) == 0


def test_the_interval_resamples_groups_and_not_probes() -> None:
    right = np.array([True] * 10 + [False] * 10)
    assert interval(right, ["one"] * 10 + ["other"] * 10) == (0.0, 1.0)
    low, high = interval(right, [str(i) for i in range(20)])
    assert 0.2 < low < 0.5 < high < 0.8


@pytest.mark.parametrize(("answer", "says"), [(1, "without positive answers"), (0, "positive answers only")])
def test_a_set_of_one_side_is_refused_in_one_line(answer: int, says: str) -> None:
    rows = [{"question": f"q{i}", "options": ["Yes", "No", "It cannot be known"], "answer": answer, "group": f"g{i}"}
            for i in range(3)]  # fmt: skip
    with pytest.raises(Unbalanced, match=says) as caught:
        check_balanced(table(rows), "dev.parquet")
    assert "\n" not in str(caught.value)


def test_a_set_of_both_sides_and_one_of_choices_alone_pass() -> None:
    check_balanced(table(swapped(1)), "dev.parquet")
    choice = {"question": "which?", "options": ["a", "b"], "answer": 1, "group": "g", "form": "choice"}
    check_balanced(table([choice]), "dev.parquet")
