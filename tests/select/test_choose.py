"""Choices by hash: what is chosen for one thing does not depend on what else there is."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lithograph.core.identity import sha256_hex
from lithograph.select.choose import SPLITS, first_of_each, hashes, lists_of, lowest, mix, split_of
from lithograph.select.registers import wanted

IDS = st.lists(st.integers(0, 10**6).map(lambda n: sha256_hex(str(n))), min_size=1, max_size=80, unique=True)
SEEDS = st.integers(0, 2**31)


@given(IDS, SEEDS, st.integers(1, 60), st.randoms())
def test_the_budget_keeps_the_same_things_in_any_order(
    ids: list[str], seed: int, most: int, rng: random.Random
) -> None:
    kept = {ids[i] for i in lowest(hashes(ids, seed), most)}
    shuffled = list(ids)
    rng.shuffle(shuffled)
    assert {shuffled[i] for i in lowest(hashes(shuffled, seed), most)} == kept
    assert len(kept) == min(most, len(ids))


@given(IDS, SEEDS, st.integers(1, 60), st.integers(1, 20))
def test_what_stays_stays_when_others_go(ids: list[str], seed: int, most: int, gone: int) -> None:
    kept = {ids[i] for i in lowest(hashes(ids, seed), most)}
    fewer = ids[gone:] or ids[-1:]
    still = {fewer[i] for i in lowest(hashes(fewer, seed), most)}
    assert kept & set(fewer) <= still


@given(IDS, SEEDS, st.integers(1, 60))
def test_the_places_kept_ascend(ids: list[str], seed: int, most: int) -> None:
    places = lowest(hashes(ids, seed), most).tolist()
    assert places == sorted(set(places))


@given(IDS, SEEDS, st.integers(0, 40), st.integers(0, 40), st.integers(1, 79))
def test_a_split_and_a_register_hang_on_the_thing_alone(
    ids: list[str], seed: int, valid: int, test: int, cut: int
) -> None:
    whole, part = hashes(ids, seed), hashes(ids[cut:], seed)
    assert split_of(whole, valid, test)[cut:].tolist() == split_of(part, valid, test).tolist()
    for mine, alone in zip(wanted(whole, 1, 3, [1, 2, 0, 1]), wanted(part, 1, 3, [1, 2, 0, 1]), strict=True):
        assert mine[cut:].tolist() == alone.tolist()
    assert mix(whole, "en question")[cut:].tolist() == mix(part, "en question").tolist()


def test_the_shares_of_the_splits_are_those_asked_for() -> None:
    keys = hashes([sha256_hex(str(i)) for i in range(40_000)], 0)
    counts = np.bincount(split_of(keys, 5, 10), minlength=len(SPLITS)) / 40_000
    assert np.allclose(counts, [0.85, 0.05, 0.10], atol=0.006)
    assert set(split_of(keys, 0, 0).tolist()) == {0}


def test_a_larger_share_takes_nothing_away_from_the_test_split() -> None:
    keys = hashes([sha256_hex(str(i)) for i in range(5_000)], 3)
    small, large = split_of(keys, 5, 5) == 2, split_of(keys, 5, 10) == 2
    assert not (small & ~large).any()


@given(IDS, SEEDS)
def test_another_salt_is_another_choice(ids: list[str], seed: int) -> None:
    keys = hashes(ids, seed)
    assert (mix(keys, "a") != mix(keys, "b")).all()
    assert (mix(keys, 1) != mix(keys, 2)).all()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=40), st.randoms())
def test_of_equal_rows_the_one_with_the_lowest_hash_stays(rows: list[tuple[int, int]], rng: random.Random) -> None:
    order = np.array(rng.sample(range(10**6), len(rows)), np.uint64)
    columns = [np.array(column, np.int32) for column in zip(*rows, strict=True)]
    first = first_of_each(columns, order)
    best = {row: min(int(order[i]) for i, other in enumerate(rows) if other == row) for row in set(rows)}
    assert [best[row] for row in rows] == order[first].tolist()
    assert [rows[i] for i in first.tolist()] == rows


@given(st.lists(st.lists(st.integers(0, 99), max_size=4), max_size=9))
def test_lists_come_back_as_they_went_in(rows: list[list[int]]) -> None:
    lists = lists_of(rows)
    assert [lists.row(i).tolist() for i in range(len(rows))] == rows
    places = np.arange(len(rows))[::-1].copy()
    assert [lists.take(places).row(i).tolist() for i in range(len(rows))] == rows[::-1]
