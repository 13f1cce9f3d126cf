"""Registers by weight: every wording of an instance has a template of its own, and each register its share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.core.identity import sha256_hex
from lithograph.select.choose import hashes
from lithograph.select.registers import assigned, secondary, wanted

KEYS = hashes([sha256_hex(str(i)) for i in range(20_000)], 0)
SHELVES = st.lists(st.integers(0, 5), min_size=1, max_size=12).map(sorted)


@given(SHELVES, st.integers(1, 9), st.lists(st.floats(0.1, 5), min_size=6, max_size=6))
def test_the_wordings_of_one_thing_are_all_different(shelf: list[int], wordings: int, weights: list[float]) -> None:
    turns, taken = min(wordings, len(shelf)), []
    for turn in range(turns):
        wish, inside = wanted(KEYS[:50], turn, turns, weights)
        place, _ = assigned(shelf, wish, inside, taken)
        taken.append(place)
    chosen = np.stack(taken)
    assert all(len(set(column)) == turns for column in chosen.T.tolist())
    assert chosen.max() < len(shelf)


def test_each_register_has_the_share_that_its_weight_gives_it() -> None:
    for turn in (0, 1):
        wish, inside = wanted(KEYS, turn, 2, [1, 3, 0, 4])
        assert np.allclose(np.bincount(wish, minlength=4) / len(KEYS), [0.125, 0.375, 0, 0.5], atol=0.01)
        assert inside.min() >= 0 and inside.max() < 1


def test_a_register_without_a_template_gives_way_to_the_next_and_after_the_last_comes_the_first() -> None:
    wish, inside = np.array([0, 1, 2, 3]), np.array([0.0, 0.9, 0.0, 0.0])
    place, moved = assigned([0, 2, 2], wish, inside)
    assert place.tolist() == [0, 2, 1, 0]
    assert moved.tolist() == [False, True, False, True]


@given(SHELVES, st.integers(0, 999))
def test_a_dead_print_is_tried_again_with_another_template_in_another_register(shelf: list[int], start: int) -> None:
    place = np.arange(len(shelf))
    inside = np.full(len(shelf), start / 1000)
    again = secondary(shelf, place, inside)
    if len(shelf) == 1:
        assert again.tolist() == [-1]
    else:
        assert (again != place).all()
        registers = np.array(shelf)
        assert (registers[again] != registers).all() or len(set(shelf)) == 1


@pytest.mark.parametrize("weights", [[1.0], [0.0, 1.0], [1.0, 0.0]])
def test_a_register_of_weight_zero_is_never_wished_for(weights: list[float]) -> None:
    wish, _ = wanted(KEYS[:100], 0, 1, weights)
    assert set(wish.tolist()) == {weights.index(1.0)}
