"""Which texts give away what is held out: those that state it, those that yield it at once, those that name it."""

from __future__ import annotations

import itertools
import random

import numpy as np

from lithograph.select.choose import lists_of
from lithograph.select.withheld import ONE_STEP, REASONS, RESERVED, STATES, Withheld, plain


def withheld(held: list[int], sets: list[set[int]], names: dict[str, list[str]] | None = None) -> Withheld:
    """Claims by role; sets of premises, found by their least claim."""
    found: dict[int, list[frozenset[int]]] = {}
    for premises in sets:
        found.setdefault(min(premises), []).append(frozenset(premises))
    trigger = np.zeros(len(held), bool)
    trigger[sorted(found)] = True
    return Withheld(np.array(held, np.uint8), trigger, found, np.zeros(3, bool), names or {})


def why(guard: Withheld, *texts: list[int]) -> list[str]:
    return [REASONS[code] for code in guard.why(lists_of(texts)).tolist()]


def test_a_text_that_states_a_held_out_claim_is_left_out() -> None:
    assert why(withheld([0, 1, 2], []), [0], [0, 1], [2], []) == ["", STATES, RESERVED, ""]


def test_a_text_that_holds_all_premises_of_one_step_is_left_out_and_one_that_lacks_any_stays() -> None:
    guard = withheld([0] * 6, [{1, 2}, {3, 4, 5}])
    assert why(guard, [1], [2], [1, 2], [0, 1, 2], [3, 4], [3, 4, 5], [1, 3, 5]) == [
        "", "", ONE_STEP, ONE_STEP, "", ONE_STEP, ""]  # fmt: skip


def test_texts_are_judged_as_by_trying_every_set() -> None:
    rng = random.Random(7)
    for _ in range(50):
        sets = [set(rng.sample(range(12), rng.randint(2, 3))) for _ in range(5)]
        guard = withheld([0] * 12, sets)
        texts = [sorted(rng.sample(range(12), rng.randint(0, 6))) for _ in range(20)]
        plainly = [ONE_STEP if any(s <= set(text) for s in sets) else "" for text in texts]
        assert why(guard, *texts) == plainly


def test_a_name_is_found_as_whole_words_in_any_letters() -> None:
    guard = withheld([0], [], {"en": ["valve", "gear ratio"], "ru": ["цепь"]})
    texts = ["A VALVE.", "valves", "It has a gear-ratio of 2.", "A gear, no ratio.", "(valve)", ""]
    assert guard.naming("en", texts).tolist() == [True, False, True, False, True, False]
    assert guard.naming("ru", ["Цепь, однако", "Цепью"]).tolist() == [True, False]
    assert not guard.naming("de", texts).any()


def test_a_name_does_not_reach_from_one_text_into_the_next() -> None:
    guard = withheld([0], [], {"en": ["gear ratio"]})
    assert guard.naming("en", ["a gear", "ratio"]).tolist() == [False, False]


def test_words_are_written_the_same_however_they_are_set() -> None:
    forms = {plain(f"{a}gear{b}ratio{c}") for a, b, c in itertools.product(("", " ", "“"), (" ", "-", "\n"), (".", ""))}
    assert forms == {" gear ratio "}
