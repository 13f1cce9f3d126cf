"""What must not be printed is found, and what only looks like it is let through."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.render.checks import LONGEST, REASONS, dead_prints

KNOWN = frozenset({"GenBank", "Bora Bora", "LoRA"})

DEAD = [
    ("", "an empty part"),
    ("   ", "an empty part"),
    ("What is ?", "an empty part"),
    ("It is  a valve.", "an empty part"),
    ("Is it “”?", "an empty part"),
    ("Это «».", "an empty part"),
    ("a valve, , a pump", "an empty part"),
    ("The end..", "an empty part"),
    ("See http://example.org/x.", "a raw IRI"),
    ("It is urn:litho:axiom.", "a raw IRI"),
    ("Every pizza hasTopping cheese.", "an identifier"),
    ("It is data_0006.", "an identifier"),
    ("A CheeseyPizza is a pizza.", "an identifier"),
    ("What is {{ sub.a }}?", "an unfilled place"),
    ("What is ⟦⟧?", "an unfilled place"),
    ("What is a a valve?", "two articles"),
    ("What is the the valve?", "two articles"),
    ("The a valve is here.", "two articles"),
    ("It is is a valve.", "a word twice"),
    ("Every valve valve moves.", "a word twice"),
    ("It moves a valve valve.", "a word twice"),
    ("Каждый насос насос стоит.", "a word twice"),
    ("New new thing.", "a word twice"),
    ("x", "too short"),
    ("a b" * LONGEST, "too long"),
]

ALIVE = [
    "A pump is a device.",
    "The mRNA has a pH of 7.",
    "An iPhone is a phone.",
    "A GenBank entry holds a sequence.",
    "Bora Bora is an island.",
    "Fill in the blank: every pump is ___.",
    "Pump. Pump it.",
    "It is what it is; a is not the.",
    "The values are 1 1 1.",
    "Wait… what? So it is...",
    "Ранг LoRA — это величина.",
    "a valve, a pump and a seal",
    "It goes round-and-round round.",
    "line one\nline two",
]


@pytest.mark.parametrize(("text", "reason"), DEAD)
def test_a_dead_print_is_found_with_its_reason(text, reason):
    assert dead_prints([text], KNOWN).tolist() == [reason]


@pytest.mark.parametrize("text", ALIVE)
def test_a_living_print_is_let_through(text):
    assert dead_prints([text], KNOWN).tolist() == [""]


def test_texts_are_judged_apart_from_their_neighbours():
    texts = ["It ends with a valve", "valve it begins with", *(t for t, _ in DEAD), *ALIVE]
    together = dead_prints(texts, KNOWN)
    assert together.tolist() == [dead_prints([t], KNOWN)[0] for t in texts]


def test_no_texts_have_no_reasons():
    assert dead_prints([]).tolist() == []


def test_bounds_of_length_are_arguments():
    assert dead_prints(["valve"], shortest=6).tolist() == ["too short"]
    assert dead_prints(["valve"], longest=4).tolist() == ["too long"]


WORDS = st.sampled_from(["pump", "Pump", "valve", "is", "a", "насос", "1", "part-of", "it's"])


@given(st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=6))
def test_a_word_twice_is_found_wherever_it_stands(texts):
    for text, reason in zip(texts, dead_prints(texts, shortest=0), strict=True):
        words = text.casefold().split()
        pairs = [a for a, b in pairwise(words) if a == b and a not in ("1",)]
        assert (reason in ("a word twice", "two articles")) == bool(pairs) or text == ""
        assert reason in REASONS


def test_reasons_are_one_array():
    reasons = dead_prints(["A pump is a device."] * 3)
    assert isinstance(reasons, np.ndarray)
    assert reasons.shape == (3,)


@pytest.mark.parametrize("text", ["“pump pump", "(pump pump)", "«насос насос»", "It is ‘pump pump”.", '"is is"'])
def test_a_word_twice_is_found_behind_a_mark_that_opens(text):
    assert dead_prints([text]).tolist() == ["a word twice"]


def test_a_mark_between_two_equal_words_parts_them():
    assert dead_prints(["The pump “pump” is a pump (pump)."]).tolist() == [""]
