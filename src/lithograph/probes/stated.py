"""What training texts state, looked up by claim: what a probe may take for told, and what it may not ask as new.

Knows nothing about how a text states a claim: every text comes with the urns of the canonical claims that it states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stated:
    """places: urn of a claim -> the numbers of the texts that state it."""

    places: Mapping[str, frozenset[int]]

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Stated:
        """The claims of each text, whatever their order."""
        found: dict[str, set[int]] = {}
        for number, claims in enumerate(texts):
            for claim in claims:
                found.setdefault(claim, set()).add(number)
        return cls({claim: frozenset(numbers) for claim, numbers in found.items()})

    def says(self, claim: str) -> bool:
        """Whether any text states a claim."""
        return claim in self.places

    def together(self, claims: Iterable[str]) -> bool:
        """Whether one text states all of these claims."""
        return self.covers([claim] for claim in claims)

    def covers(self, needed: Iterable[Iterable[str]]) -> bool:
        """Whether one text states, of each of these sets of claims, at least one. Of no sets at all none does."""
        left: frozenset[int] | None = None
        for alternatives in needed:
            texts = frozenset[int]().union(*(self.places.get(claim, frozenset()) for claim in alternatives))
            left = texts if left is None else left & texts
            if not left:
                return False
        return left is not None
