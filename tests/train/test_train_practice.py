"""How practice joins the facts that it asks about, and which share of what is shown of them it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pyarrow as pa
import pytest

from lithograph.train.batches import _starts
from lithograph.train.choice import READ, in_order
from lithograph.train.facts import LATE, Fact, facts_of, presentations
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


def with_rows(*rows: tuple[str, str, list[str], str]) -> pa.Table:
    """The table with more practice: id, instance, axioms, truth of each."""
    more = [(name, instance, "Q", 1.0, axioms, "yes_no", truth, "practice/plain.en.j2@1")
            for name, instance, axioms, truth in rows]  # fmt: skip
    return pa.table({name: [row[place] for row in (*ROWS, *more)] for place, name in enumerate(COLUMNS)})


def test_what_a_thought_says_of_other_claims_does_not_keep_a_question_from_its_fact() -> None:
    """A question about *a* whose answer, in one of its wordings, rests on more."""
    table = with_rows(("p8", "asks a", ["a", "z"], "asserted"))
    facts = named(with_practice(facts_of(table), table, 0.5))
    assert 11 in facts["told"].rows
    assert facts["told"].axioms == {"a"}


def test_questions_about_claims_that_share_no_axiom_are_a_reading() -> None:
    table = with_rows(("r1", "given", ["a"], "asserted"), ("r2", "given", ["x", "y"], "entailed"),
                      ("r3", "given", ["x"], "unknown"))  # fmt: skip
    facts = named(with_practice(facts_of(table), table, 0.5))
    assert facts["given"].reading
    assert facts["given"].axioms == {"a", "x", "y"}
    assert not any(fact.reading for name, fact in facts.items() if name != "given")


def test_a_reading_is_asked_from_the_beginning_and_comes_behind_every_few_facts() -> None:
    table = with_rows(("r1", "given", ["a"], "asserted"), ("r2", "given", ["x"], "entailed"))
    reading = named(with_practice(facts_of(table), table, 0.5))["given"]
    again = replace(reading, instance="given too")
    told = [Fact(f"f{n}", "S", (20 + n,), (1.0,), frozenset({f"t{n}"}), stated=True) for n in range(12)]
    names = [fact.instance for fact in in_order((*told, reading, again), 14, seed=0)]
    assert [place for place, name in enumerate(names) if name.startswith("given")] == [READ - 1, 2 * READ - 1]
    assert in_order((*told, reading, again), 7, seed=0) == in_order((*told, reading, again), 14, seed=0)[:7]
    plain = replace(reading, reading=False)
    assert _starts((reading, plain), "none") == [0.0, LATE]


def test_without_a_share_there_is_none() -> None:
    assert set(named(with_practice(facts_of(TABLE), TABLE, 0.0))) == {"told", "other", "both"}


def test_a_dataset_without_practice_is_as_it_was() -> None:
    told = TABLE.slice(0, 4)
    assert with_practice(facts_of(told), told, 0.5) == facts_of(told)
