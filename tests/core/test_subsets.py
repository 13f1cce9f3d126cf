"""Sets within a set: as many as one finds by looking at all of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lithograph.core.subsets import Subsets

SETS = st.lists(st.frozensets(st.integers(0, 9), max_size=4), max_size=12)


@given(SETS, st.frozensets(st.integers(0, 9)))
def test_a_part_is_found_where_there_is_one(sets: list[frozenset[int]], things: frozenset[int]) -> None:
    assert Subsets.of(sets).any_within(things) == any(one and one <= things for one in sets)


def test_of_nothing_there_is_no_part() -> None:
    assert not Subsets[str].of([]).any_within({"a"})
    assert not Subsets.of([[]]).any_within(frozenset[int]()), "the empty set tells nothing"
