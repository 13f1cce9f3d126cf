"""Tension: how far the signed claims among the nodes of an instance are from pulling one way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph
from lithograph.ontology.signs import signs
from lithograph.scenes.instances import Lists

EXACT = 12
"""Nodes up to which every two-colouring is tried."""


Edges = dict[int, list[tuple[int, int, int]]]
"""Node -> (other node, sign, how many), the lower node first."""


@dataclass(frozen=True, slots=True)
class Tension:
    """τ of each instance, float64[n] in [0, 1], and whether it is exact; otherwise it is an upper bound."""

    value: NDArray[np.float64]
    exact: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed claims that hold: which terms they touch, and the edges they make."""

    touched: NDArray[np.bool_]
    edges: Edges


def signed_claims(graph: ClaimGraph) -> Signed:
    """The signed multigraph of a claim graph."""
    sign = signs(graph)
    rows = np.flatnonzero(graph.holds & ~graph.negated & (sign != 0) & (graph.subject != graph.object))
    touched = np.zeros(len(graph.kinds), bool)
    touched[graph.subject[rows]] = touched[graph.object[rows]] = True
    return Signed(touched, _simple(graph, rows, sign) if len(rows) else {})


def tension(graph: ClaimGraph, nodes: Lists, signed: Signed | None = None) -> Tension:
    """The tension of the signed multigraph that the claims that hold make on the nodes of each instance.

    τ(s) is its frustration index divided by its number of edges; 0 where there is none. Only signed (causal) claims
    count, never disjointness or negation. signed: those of the graph, where they are at hand.
    """
    n = len(nodes.offsets) - 1
    value, exact = np.zeros(n), np.ones(n, bool)
    signed = signed or signed_claims(graph)
    if not signed.edges or not n:
        return Tension(value, exact)
    counts = np.add.reduceat(np.append(signed.touched[nodes.values], False).astype(np.int64), nodes.offsets[:-1])
    counts = np.where(np.diff(nodes.offsets) > 0, counts, 0)
    for i in np.flatnonzero(counts > 1).tolist():
        mine = nodes.row(i)
        links, weights = _induced(signed.edges, mine[signed.touched[mine]])
        total = int(weights.sum())
        if total:
            index, sure = frustration(links, weights)
            value[i], exact[i] = index / total, sure
    return Tension(value, exact)


def _simple(graph: ClaimGraph, rows: NDArray[np.int64], sign: NDArray[np.int8]) -> Edges:
    """node -> (other, sign, multiplicity) with the lower node first; one claim counts once whatever its quantifier."""
    low = np.minimum(graph.subject[rows], graph.object[rows]).astype(np.int64)
    high = np.maximum(graph.subject[rows], graph.object[rows]).astype(np.int64)
    forth = graph.subject[rows] < graph.object[rows]
    # a claim and the same one by a wider relation are one edge: direction and sign tell edges apart
    table = np.unique(np.stack((low, high, sign[rows].astype(np.int64), forth.astype(np.int64)), axis=1), axis=0)
    pairs, counts = np.unique(table[:, :3], axis=0, return_counts=True)
    out: Edges = {}
    for (a, b, way), count in zip(pairs.tolist(), counts.tolist(), strict=True):
        out.setdefault(a, []).append((b, way, count))
    return out


def _induced(edges: Edges, nodes: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Edges among nodes as int64[m, 3] (place, place, sign) with their multiplicity."""
    place = {node: i for i, node in enumerate(nodes.tolist())}
    found = [(place[a], place[b], sign, count) for a in place for b, sign, count in edges.get(a, ()) if b in place]
    table = np.array(found, np.int64).reshape(-1, 4)
    return table[:, :3], table[:, 3]


def frustration(edges: NDArray[np.int64], weights: NDArray[np.int64]) -> tuple[int, bool]:
    """The frustration index, the least weight of edges to flip so that every cycle is balanced; whether it is exact.

    edges: int64[m, 3], two places and a sign. A signed graph is balanced where its nodes fall into two sides so that
    plus joins within a side and minus across (Harary 1953); the index is the least weight of edges that a two-colouring
    contradicts (Cartwright & Harary 1956; Zaslavsky 2010). Every colouring is tried up to EXACT nodes; beyond, one is
    improved node by node until nothing helps, which bounds the index from above.

    A triangle with one minus has to flip one edge of three:

    >>> frustration(np.array([[0, 1, 1], [1, 2, 1], [0, 2, -1]]), np.array([1, 1, 1]))
    (1, True)
    """
    if not len(edges):
        return 0, True
    used, places = np.unique(edges[:, :2], return_inverse=True)
    places = places.reshape(-1, 2)
    if len(used) <= EXACT:
        sides = (np.arange(1 << (len(used) - 1))[:, None] >> np.arange(len(used))) & 1
        apart = sides[:, places[:, 0]] != sides[:, places[:, 1]]
        return int(((apart == (edges[:, 2] > 0)) @ weights).min()), True
    return _bound(places, edges[:, 2], weights, len(used)), False


def _bound(places: NDArray[np.int64], signs: NDArray[np.int64], weights: NDArray[np.int64], n: int) -> int:
    """What a colouring contradicts that no single node can improve, from all on one side; the first that helps goes."""
    side = np.zeros(n, np.int64)

    def wrong() -> NDArray[np.bool_]:
        return np.asarray((side[places[:, 0]] != side[places[:, 1]]) == (signs > 0))

    while True:
        bad = np.where(wrong(), weights, -weights)
        gain = np.bincount(places[:, 0], bad, n) + np.bincount(places[:, 1], bad, n)
        best = int(gain.argmax())
        if gain[best] <= 0:
            return int(weights[wrong()].sum())
        side[best] ^= 1
