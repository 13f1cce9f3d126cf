"""Which of many sets lie whole in another, asked often, of sets that hardly ever do. Knows nothing of their members."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", int, str)


@dataclass(frozen=True, slots=True)
class Subsets(Generic[T]):
    """Sets by the member that the fewest of them have, so that few are looked at."""

    by_rarest: Mapping[T, Sequence[frozenset[T]]]

    @classmethod
    def of(cls, sets: Iterable[Collection[T]]) -> Subsets[T]:
        """Make ready; an empty set is left out, since it lies in everything."""
        every = {frozenset(one) for one in sets}
        common = Counter(member for one in every for member in one)
        found: dict[T, list[frozenset[T]]] = defaultdict(list)
        for one in every - {frozenset()}:
            found[min(one, key=lambda member: (common[member], member))].append(one)
        return cls(found)

    def any_within(self, things: Set[T]) -> bool:
        """Whether one of the sets is a part of these things.

        >>> held = Subsets.of([("a", "b"), ("b", "c", "d")])
        >>> held.any_within({"a", "b", "x"}), held.any_within({"b", "c"})
        (True, False)
        """
        return any(one <= things for thing in things for one in self.by_rarest.get(thing, ()))
