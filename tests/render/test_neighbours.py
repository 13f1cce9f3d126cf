"""Near-duplicates against two plain loops over sets of 5-grams."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lithograph.render.neighbours import THRESHOLD, grams_of, near_duplicates

WORDS = [
    "насос",
    "клапан",
    "chain",
    "drivetrain",
    "часть",
    "велосипеда",
    "every",
    "part",
    "of",
    "цепь",
    "wheel",
    "is",
    "a",
    "b",
    "cc",
    "какая",
    "🚲",
    "ёж",
]
TEXT = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
LOTS = st.lists(st.tuples(TEXT, st.integers(0, 2)), max_size=14)


def plain(texts: list[str], groups: list[int], keys: list[int]) -> list[int]:
    """By looking at every pair."""
    out = []
    for x, text in enumerate(texts):
        lower = [(keys[y], y) for y in range(len(texts)) if groups[y] == groups[x] and (keys[y], y) < (keys[x], x)]
        alike = [y for _, y in sorted(lower) if _jaccard(text, texts[y]) >= THRESHOLD]
        out.append(alike[0] if alike else -1)
    return out


def _jaccard(one: str, other: str) -> float:
    a, b = grams_of(one), grams_of(other)
    return len(a & b) / len(a | b)


def found(texts: list[str], groups: list[int], keys: list[int]) -> list[int]:
    columns = np.array(groups, np.uint64), np.array(keys, np.uint64)
    return near_duplicates(pa.array(texts, pa.string()), *columns).tolist()


@given(LOTS, st.data())
def test_two_plain_loops_find_the_same(lot: list[tuple[str, int]], data: st.DataObject) -> None:
    texts = [text for text, _ in lot] + [text + data.draw(st.sampled_from(["", "!", " a"])) for text, _ in lot]
    groups = [group for _, group in lot] * 2
    keys = data.draw(st.permutations(range(len(texts))))
    assert found(texts, groups, list(keys)) == plain(texts, groups, list(keys))


def test_a_text_that_repeats_itself_is_near_the_text_it_repeats() -> None:
    once = "every part of a wheel is a part of a bicycle and turns. " * 3
    assert found([once, once * 4], [0, 0], [0, 1]) == [-1, 0]


@given(LOTS, st.randoms())
def test_the_order_of_the_texts_moves_nothing(lot: list[tuple[str, int]], rng: random.Random) -> None:
    keys = rng.sample(range(10**6), len(lot))
    order = rng.sample(range(len(lot)), len(lot))
    straight = found([t for t, _ in lot], [g for _, g in lot], keys)
    turned = found([lot[i][0] for i in order], [lot[i][1] for i in order], [keys[i] for i in order])
    for place, i in enumerate(order):
        assert (straight[i] == -1) == (turned[place] == -1)
        if straight[i] >= 0:
            assert order[turned[place]] == straight[i]


def test_texts_of_other_groups_are_no_neighbours() -> None:
    assert found(["the same text here"] * 3, [0, 1, 1], [5, 4, 3]) == [-1, 2, -1]
