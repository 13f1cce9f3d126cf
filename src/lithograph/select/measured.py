"""The measures of a scene's instances side by side (CONCEPTS 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph, Ints
from lithograph.scenes.instances import Instances
from lithograph.scenes.measures.density import bound_nodes, density, deviation, edges_of, spread
from lithograph.scenes.measures.resonance import resonance
from lithograph.scenes.measures.tension import Signed, signed_claims, tension

MICRO = 1_000_000
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """Of each instance: resonance int32[n] in millionths; density, its robust deviation (NaN where undefined) and
    tension float64[n]; whether the tension is exact, otherwise an upper bound."""

    resonance: Ints
    density: Floats
    deviation: Floats
    tension: Floats
    exact: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> Measured:
        """The chosen instances, in that order."""
        return Measured(self.resonance[rows], self.density[rows], self.deviation[rows], self.tension[rows],
                        self.exact[rows])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """What all scenes of a graph are measured on: coupling weight of every claim, edges, signed claims."""

    weights: Ints
    edges: NDArray[np.int64]
    signed: Signed

    @classmethod
    def of(cls, graph: ClaimGraph, weights: Ints) -> Ground:
        """That of a graph."""
        return cls(weights, edges_of(graph), signed_claims(graph))


def measured(
    graph: ClaimGraph, instances: Instances, ground: Ground, kept: tuple[int, int] | None = None
) -> tuple[Measured, tuple[int, int]]:
    """The measures of all instances of a scene, and the median and MAD of their density in millionths.

    kept: median and MAD that were computed before, to go by these.
    """
    nodes = bound_nodes(graph, instances)
    dense = density(graph, nodes, ground.edges)
    if kept is None:
        middle, mad = spread(dense)
        kept = _fixed(middle), _fixed(mad)
    strain = tension(graph, nodes, ground.signed)
    found = Measured(resonance(instances, ground.weights), dense, deviation(dense, kept[0] / MICRO, kept[1] / MICRO),
                     strain.value, strain.exact)  # fmt: skip
    return found, kept


def _fixed(value: float) -> int:
    """A number in millionths; one that is undefined is 0."""
    return 0 if np.isnan(value) else round(value * MICRO)
