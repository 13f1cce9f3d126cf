"""Paths of signed claims: what raises or lowers what by way of others, and loops that come back to where they began.

A path composes forward claims that axioms say of classes (`some`) or of individuals. That its signs multiply is a graph
rule, not an entailment: what is told of a path is told as computed, along this path.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph, Kind, Quantifier, Truth
from lithograph.ontology.signs import signs
from lithograph.scenes.declaration import Coupling
from lithograph.scenes.instances import Lists

Rows = NDArray[np.int64]
MOST = 200_000
"""Paths of one length that are looked at; what lies beyond is counted as left out."""
BEYOND = f"paths beyond the first {MOST:,} of a length"


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of a coupling: one for each pair of ends, the shortest, of equals that through the lowest IRIs.

    name, source, target: of the coupling. sources, targets: int64[n] terms, sorted by both; claims: the rows of each.
    """

    name: str
    source: str
    target: str
    sources: Rows
    targets: Rows
    claims: Lists

    def ends(self) -> dict[str, Rows]:
        """The ends as columns by role."""
        return {self.source: self.sources, self.target: self.targets}

    def _place(self, columns: Mapping[str, Rows]) -> Rows:
        """Of each row the place of the path between its fillers, −1 where there is none."""
        terms = max(int(self.targets.max(initial=0)), int(columns[self.target].max(initial=0))) + 1
        own, sought = self.sources * terms + self.targets, columns[self.source] * terms + columns[self.target]
        if not len(own):
            return np.full(len(sought), -1)
        at = np.minimum(np.searchsorted(own, sought), len(own) - 1)
        return np.where(own[at] == sought, at, -1)

    def leads(self, columns: Mapping[str, Rows]) -> NDArray[np.bool_]:
        """Which rows have a path between their fillers."""
        return np.asarray(self._place(columns) >= 0)

    def of(self, columns: Mapping[str, Rows]) -> Lists:
        """The claims of the path between the fillers of each row, in the order of the path."""
        return self.claims.take(self._place(columns))


def paths_of(graph: ClaimGraph, coupling: Coupling, dropped: Counter[str]) -> Paths:
    """All ends that a path of the coupling's sign and at most its `hops` joins; a loop where both ends are one role.

    No path visits a node twice, but for a loop's end. A loop is told once, from its lowest node.
    """
    step, sign = _edges(graph, coupling)
    loop = coupling.source == coupling.target
    found: list[tuple[Rows, NDArray[np.int8]]] = []
    nodes, rows, product = _start(graph, step, sign, loop)
    for length in range(1, coupling.hops + 1):
        ended = nodes[:, -1] == nodes[:, 0] if loop else np.ones(len(nodes), bool)
        found += [(rows[i : i + 1], product[i : i + 1]) for i in np.flatnonzero(ended & (product == coupling.sign))]
        if length < coupling.hops:
            nodes, rows, product = _longer(graph, step, sign, (nodes[~ended], rows[~ended], product[~ended]) if loop
                                           else (nodes, rows, product), loop, dropped)  # fmt: skip
    paths = _first(graph, coupling, [path[0] for path, _ in found])
    if loop and len(found) > len(paths.sources):
        dropped["a longer loop from the same node"] += len(found) - len(paths.sources)
    return paths


Walk = tuple[Rows, Rows, NDArray[np.int8]]  # nodes [n, length + 1], claims [n, length], product of signs [n]


def _edges(graph: ClaimGraph, coupling: Coupling) -> tuple[Rows, NDArray[np.int8]]:
    """The claims that a path may take, one for each pair of nodes and sign, sorted by subject."""
    sign = signs(graph)
    keep = (graph.truth == Truth.ASSERTED) & ~graph.negated & (sign != 0) & (graph.subject != graph.object)
    keep &= np.isin(graph.quantifier, [Quantifier.SOME, Quantifier.INDIVIDUAL])
    keep &= graph.kinds[graph.object] & (Kind.LITERAL | Kind.DEPRECATED) == 0
    if coupling.quantifier != "any":
        keep &= graph.quantifier == Quantifier[coupling.quantifier.upper()]
    if coupling.relation:
        relation = graph.ontology.terms.id(coupling.relation)
        keep &= np.isin(graph.relation, graph.narrower.get(relation, np.array([relation], np.int32)))
    rows = np.flatnonzero(keep)
    rows = rows[np.lexsort((rows, sign[rows], graph.object[rows], graph.subject[rows]))]
    ends = np.stack((graph.subject[rows], graph.object[rows], sign[rows]), axis=1)
    first = np.append(True, (ends[1:] != ends[:-1]).any(axis=1))[: len(rows)]
    return rows[first], sign


def _start(graph: ClaimGraph, step: Rows, sign: NDArray[np.int8], loop: bool) -> Walk:
    """Every path of one claim; the first of a loop leads upwards, since it is told from its lowest node."""
    if loop:
        step = step[graph.object[step] > graph.subject[step]]
    nodes = np.stack((graph.subject[step], graph.object[step]), axis=1).astype(np.int64)
    return nodes.reshape(-1, 2), step.reshape(-1, 1), sign[step]


def _longer(
    graph: ClaimGraph, step: Rows, sign: NDArray[np.int8], walk: Walk, loop: bool, dropped: Counter[str]
) -> Walk:
    """Every path one claim longer, in ascending order of its nodes."""
    nodes, rows, product = walk
    subjects = graph.subject[step]
    low, high = np.searchsorted(subjects, nodes[:, -1], "left"), np.searchsorted(subjects, nodes[:, -1], "right")
    counts = high - low
    if counts.sum() > MOST:
        ends = np.cumsum(counts)
        dropped[BEYOND] += int(ends[-1] - ends[ends <= MOST].max(initial=0))
        counts[ends > MOST] = 0
    owner = np.repeat(np.arange(len(nodes)), counts)
    inner = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    taken = step[np.repeat(low, counts) + inner]
    reached = graph.object[taken].astype(np.int64)
    before = nodes[owner]
    again = (before[:, 1:] == reached[:, None]).any(axis=1)
    if not loop:
        again |= before[:, 0] == reached
    else:
        again |= reached < before[:, 0]  # a loop is told from its lowest node
    keep = ~again
    return (np.concatenate((before[keep], reached[keep, None]), axis=1),
            np.concatenate((rows[owner[keep]], taken[keep, None]), axis=1),
            (product[owner[keep]] * sign[taken[keep]]).astype(np.int8))  # fmt: skip


def _first(graph: ClaimGraph, coupling: Coupling, found: list[Rows]) -> Paths:
    """Of the paths between two ends, and of the loops from one node, the shortest, then the lowest."""
    loop = coupling.source == coupling.target
    best: dict[tuple[int, int], Rows] = {}
    for claims in found:  # by length, then by nodes
        best.setdefault((int(graph.subject[claims[0]]), int(graph.object[claims[-1]])), claims)
    keys = sorted(best)
    offsets = np.append(0, np.cumsum([len(best[key]) for key in keys], dtype=np.int64))
    claims = np.concatenate([best[key] for key in keys]) if keys else np.empty(0, np.int64)
    ends = np.array(keys, np.int64).reshape(-1, 2)
    name = coupling.name or coupling.target
    source, target = (coupling.source, coupling.source) if loop else (coupling.source, coupling.target)
    return Paths(name, source, target, ends[:, 0], ends[:, 1], Lists(offsets, claims.astype(np.int32)))
