"""What a scene finds in a claim graph, as columns. Knows nothing about how it is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import Ints
from lithograph.scenes.declaration import Scene


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of claim or term ids, one a row: row i is `values[offsets[i]:offsets[i+1]]`."""

    offsets: NDArray[np.int64]
    values: Ints

    def take(self, rows: NDArray[np.int64]) -> Lists:
        """The lists of chosen rows, in that order."""
        starts, counts = self.offsets[rows], self.offsets[rows + 1] - self.offsets[rows]
        offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
        inner = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
        return Lists(offsets, self.values[np.repeat(starts, counts) + inner])

    def row(self, i: int) -> Ints:
        """One list."""
        return self.values[self.offsets[i] : self.offsets[i + 1]]


@dataclass(frozen=True, slots=True)
class Instances:
    """All instances of one scene, sorted by the fillers of its roles.

    roles: role -> int32[n] term ids (a number role holds the number itself). lists: many-role -> its fillers;
    facts: name of a coupling with a many-role -> its claim rows. claims: all claim rows of an instance, ascending
    within couplings. dropped: reason -> count of candidates that are no instance.
    """

    scene: Scene
    roles: Mapping[str, Ints]
    lists: Mapping[str, Lists]
    facts: Mapping[str, Lists]
    claims: Lists
    dropped: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.claims.offsets) - 1

    def take(self, rows: NDArray[np.int64]) -> Instances:
        """The chosen instances, in that order."""
        return Instances(
            self.scene,
            {name: c[rows] for name, c in self.roles.items()},
            {name: c.take(rows) for name, c in self.lists.items()},
            {name: c.take(rows) for name, c in self.facts.items()},
            self.claims.take(rows),
            self.dropped,
        )
