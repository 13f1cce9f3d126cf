"""What training states, text by text."""

from __future__ import annotations

from lithograph.probes.naming import turned
from lithograph.probes.stated import Stated

TEXTS = Stated.of([["a", "b"], ["b", "c"], ["d"]])


def test_claims_of_two_texts_are_not_stated_together() -> None:
    assert TEXTS.says("a")
    assert TEXTS.together(["a", "b"])
    assert not TEXTS.together(["a", "c"])
    assert not TEXTS.together(["a", "nowhere"])


def test_no_claims_at_all_are_stated_by_no_text() -> None:
    assert not TEXTS.together([])
    assert not TEXTS.covers([[]])


def test_a_text_covers_alternatives_when_it_states_one_of_each() -> None:
    assert TEXTS.covers([["nowhere", "b"], ["c", "a"]])
    assert not TEXTS.covers([["a"], ["d", "c"]])


def test_each_of_four_is_right_at_another_place() -> None:
    for mark in range(8):
        places = [turned("abcd", place, mark).index("abcd"[place]) for place in range(4)]  # type: ignore[arg-type]
        assert sorted(places) == [0, 1, 2, 3]
        assert all(sorted(turned("abcd", place, mark)) == list("abcd") for place in range(4))  # type: ignore[arg-type]
