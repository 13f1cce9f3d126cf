"""Which facts are chosen, how often each is shown, and in what order."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.train import batches
from lithograph.train.batches import step_order
from lithograph.train.facts import Fact, Traits, choose_facts, presentations, share_out


def fact(name: str, scene: str, *weights: float) -> Fact:
    start = 100 * int(name)
    return Fact(name, scene, tuple(range(start, start + len(weights))), weights)


def many(counts: dict[str, tuple[int, float]]) -> tuple[Fact, ...]:
    numbers = iter(range(10_000))
    return tuple(fact(f"{next(numbers):04d}", scene, weight, weight)
                 for scene, (count, weight) in counts.items() for _ in range(count))  # fmt: skip


def test_facts_are_spread_over_scenes_by_weight_and_not_by_how_many_there_are() -> None:
    chosen = choose_facts(many({"A": (500, 1.0), "B": (20, 1.0), "C": (20, 2.0)}), 40, seed=0)
    assert Counter(one.scene for one in chosen) == {"A": 10, "B": 10, "C": 20}


def test_what_a_small_scene_cannot_fill_goes_to_the_others() -> None:
    chosen = choose_facts(many({"A": (500, 1.0), "B": (3, 9.0)}), 40, seed=0)
    assert Counter(one.scene for one in chosen) == {"A": 37, "B": 3}


def test_the_choice_depends_on_the_seed_and_not_on_the_order_given() -> None:
    facts = many({"A": (50, 1.0), "B": (50, 1.5)})
    assert choose_facts(facts, 20, seed=1) == choose_facts(facts[::-1], 20, seed=1)
    assert choose_facts(facts, 20, seed=1) != choose_facts(facts, 20, seed=2)


def test_a_larger_budget_only_adds_facts() -> None:
    facts = many({"A": (50, 1.0), "B": (50, 1.5)})
    assert choose_facts(facts, 40, seed=1)[:20] == choose_facts(facts, 20, seed=1)


@given(
    weights=st.lists(st.lists(st.floats(0.01, 10), min_size=1, max_size=5), min_size=1, max_size=8),
    exposures=st.integers(1, 30),
    extra=st.integers(0, 100),
)
def test_every_fact_is_shown_its_exposures_and_the_total_is_met(
    weights: list[list[float]], exposures: int, extra: int
) -> None:
    facts = [fact(str(number), "A", *row) for number, row in enumerate(weights)]
    turns = presentations(facts, len(facts) * exposures + extra, exposures)
    assert sum(len(rows) for rows in turns.values()) == len(facts) * exposures + extra
    for one in facts:
        assert len(turns[one.instance]) >= exposures
        assert set(turns[one.instance]) <= set(one.rows)


@given(weights=st.lists(st.floats(0.1, 10), min_size=1, max_size=6), times=st.integers(1, 60))
def test_paraphrases_are_shown_by_their_weight(weights: list[float], times: int) -> None:
    one = fact("1", "A", *weights)
    shown = Counter(presentations([one], times, times)["1"])
    for row, weight in zip(one.rows, weights, strict=True):
        assert shown[row] == pytest.approx(times * weight / sum(weights), abs=len(weights))


@given(total=st.integers(0, 1000), weights=st.lists(st.floats(0.01, 100), min_size=1, max_size=20))
def test_shares_are_whole_and_sum_to_the_total(total: int, weights: list[float]) -> None:
    shares = share_out(total, weights)
    assert sum(shares) == total
    assert all(
        abs(share - total * weight / sum(weights)) < 1 + 1e-6 for share, weight in zip(shares, weights, strict=True)
    )


def test_repetitions_of_a_fact_are_spread_over_the_run() -> None:
    turns = [tuple([number] * 10) for number in range(64)]
    order = [row for step in step_order(turns, lambda row: 1, 8, seed=0) for row in step]
    places = [place for place, row in enumerate(order) if row == 5]
    gaps = [after - before for before, after in pairwise(places)]
    assert len(places) == 10
    assert max(gaps) <= 5 * 64


def test_like_lengths_share_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = [(number,) * 2 for number in range(64)]

    def padding(window: int) -> int:
        monkeypatch.setattr(batches, "WINDOW", window)
        steps = step_order(turns, lambda row: row, 8, seed=0)
        assert {len(step) for step in steps} == {8}
        assert [min(step) for step in steps] != sorted(min(step) for step in steps)
        return sum(max(step) - row for step in steps for row in step)

    assert padding(batches.WINDOW) < 0.7 * padding(1)
    assert padding(32) < 4 * 128


def test_whether_a_claim_holds_is_asked_once_it_can_be_known() -> None:
    told, choice, asked = Traits(), Traits(practice=True), Traits(answer="yes", practice=True)
    fact = Fact("i", "S", (0, 1, 2), (1.0, 1.0, 2.0), traits=(told, choice, asked))
    turns = presentations([fact], 40, 40)["i"]
    places = [place for place, row in enumerate(turns) if row == 2]
    assert len(places) == 20
    assert sum(row != 2 for row in turns[: places[0]]) == 0.4 * 20
    assert {0, 1} <= set(turns[30:]), "what is told is told to the end"
    assert Counter(turns) == {0: 10, 1: 10, 2: 20}
