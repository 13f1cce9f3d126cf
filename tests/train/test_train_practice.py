"""How practice joins the facts that it asks about, and which share of what is shown of them it is."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from lithograph.train.facts import Fact, facts_of, presentations
from lithograph.train.practice import SHARES, with_practice

COLUMNS = ("id", "instance", "scene", "weight", "axioms", "form", "truth", "template")
ROWS = [
    ("e1", "told", "S", 1.0, ["a"], "statement", "asserted", "taxonomy/plain.en.j2@1"),
    ("e2", "told", "S", 1.0, ["a"], "cloze", "asserted", "taxonomy/plain.en.j2@2"),
    ("e3", "other", "S", 1.0, ["b"], "statement", "asserted", "taxonomy/plain.en.j2@1"),
    ("e4", "both", "S", 1.0, ["a", "b"], "statement", "asserted", "taxonomy/plain.en.j2@1"),
    ("p1", "asks a", "Q", 1.0, ["a"], "yes_no", "asserted", "practice/plain.en.j2@1"),
    ("p2", "asks a", "Q", 1.0, ["a"], "yes_no", "unknown", "practice/plain.en.j2@1"),
    ("p3", "asks a", "Q", 1.0, ["a", "z"], "yes_no", "refuted", "practice/plain.en.j2@1"),
    ("p4", "asks what follows", "Q", 1.0, ["a", "b"], "yes_no", "entailed", "practice/plain.en.j2@1"),
    ("p5", "asks what follows", "Q", 1.0, [], "yes_no", "unknown", "practice/plain.en.j2@1"),
    ("p6", "asks what follows", "Q", 1.0, [], "yes_no", "unknown", "practice/plain.en.j2@2"),
    ("p7", "asks what follows", "Q", 1.0, [], "yes_no", "unknown", "practice/plain.en.j2@3"),
]  # fmt: skip
TABLE = pa.table({name: [row[place] for row in ROWS] for place, name in enumerate(COLUMNS)})


def named(facts: tuple[Fact, ...]) -> dict[str, Fact]:
    return {fact.instance: fact for fact in facts}


def test_a_question_joins_the_fact_that_states_just_the_axioms_that_it_asks_for() -> None:
    facts = named(with_practice(facts_of(TABLE), TABLE, 0.5))
    assert set(facts) == {"told", "other", "both", "asks what follows"}
    assert facts["told"].rows == (0, 1, 4, 5, 6)
    assert facts["told"].axioms == {"a"}
    assert facts["told"].stated
    assert facts["other"].rows == (2,)
    assert [trait.answer for trait in facts["told"].traits] == [None, None, "yes", "unknown", "no"]


@pytest.mark.parametrize("share", [0.25, 0.4, 0.75])
def test_its_share_of_what_is_shown_is_the_one_asked_for_and_what_is_so_has_its_part_of_it(share: float) -> None:
    fact = named(with_practice(facts_of(TABLE), TABLE, share))["told"]
    shown = Counter(presentations([fact], 400, 20)["told"])
    asked = sum(shown[row] for row in (4, 5, 6))
    assert asked == pytest.approx(400 * share, abs=2)
    assert shown[4] == pytest.approx(asked * SHARES[True] / (SHARES[True] + SHARES[False]), abs=2)


def test_what_follows_has_the_same_part_of_its_questions() -> None:
    fact = named(with_practice(facts_of(TABLE), TABLE, 0.5))["asks what follows"]
    assert fact.axioms == {"a", "b"}
    so, not_so = (4 * SHARES[one] / (SHARES[True] + SHARES[False]) for one in (True, False))
    assert fact.weights == pytest.approx([so, not_so / 3, not_so / 3, not_so / 3])


def test_without_a_share_there_is_none() -> None:
    assert set(named(with_practice(facts_of(TABLE), TABLE, 0.0))) == {"told", "other", "both"}


def test_a_dataset_without_practice_is_as_it_was() -> None:
    told = TABLE.slice(0, 4)
    assert with_practice(facts_of(told), told, 0.5) == facts_of(told)
