"""Δ-codes: where a node stands, told by its edges alone; and analogues: who stands where another does.

The code knows the kinds of entities and the relations between them, never a name, so a code can be equal in two domains
that share their relations and nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Truth
from lithograph.scenes.measures.information import MICRO

Hashes = NDArray[np.uint64]
SKETCH = 64
"""Hashes of a sketch: a Jaccard similarity read off it has a standard error of at most 1/16."""


@dataclass(frozen=True, slots=True)
class Analogue:
    """What stands in a graph where another node stands, and how alike the two are, in millionths."""

    node: int
    similarity: int


@dataclass(frozen=True)
class DeltaCodes:
    """Δ of every node: the multiset of its labels, as sorted hashes of (label, occurrence), in CSR.

    labels: uint64; the labels of node i are `labels[offsets[i]:offsets[i+1]]`.
    """

    graph: ClaimGraph
    offsets: NDArray[np.int64]
    labels: Hashes

    def of(self, node: int) -> Hashes:
        """The labels of a node."""
        return self.labels[self.offsets[node] : self.offsets[node + 1]]

    def jaccard(self, one: int, other: int) -> float:
        """The exact Jaccard similarity of two nodes' multisets; 0 where both are empty."""
        left, right = self.of(one), self.of(other)
        both = len(np.intersect1d(left, right, assume_unique=True))
        return both / (len(left) + len(right) - both) if both else 0.0

    def sketch(self, nodes: Ints) -> NDArray[np.uint32]:
        """MinHash of chosen nodes, uint32[n, SKETCH] (Broder 1997): the share of equal places of two rows estimates the
        Jaccard similarity of their multisets. Nodes without edges have the greatest number everywhere."""
        out = np.full((len(nodes), SKETCH), np.iinfo(np.uint32).max, np.uint32)
        for i, node in enumerate(nodes.tolist()):
            mine = self.of(node)
            if len(mine):
                out[i] = (mixed(mine[:, None] ^ _SEEDS[None, :]) >> np.uint64(32)).min(axis=0)
        return out

    def code(self, node: int) -> str:
        """The Δ-code of a node for reading: 16 hex digits of a hash of its labels; equal where the multisets are."""
        return hashlib.sha256(self.of(node).astype(">u8").tobytes()).hexdigest()[:16]

    @cached_property
    def above(self) -> tuple[Ints, Ints]:
        """(node, what it falls under) by what follows, sorted."""
        graph, ids = self.graph, self.graph.ontology.terms
        rows = graph.holds & ~graph.negated & np.isin(graph.relation, [ids.id(v.SUBCLASS_OF), ids.id(v.TYPE)])
        pairs = np.unique(np.stack((graph.subject[rows], graph.object[rows]), axis=1), axis=0).reshape(-1, 2)
        return pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.int32)


def delta_codes(graph: ClaimGraph) -> DeltaCodes:
    """The Δ-code of every term: two rounds of Weisfeiler–Lehman refinement over the asserted claims.

    A label of the first round is an edge (its relation, direction, quantifier, negation, sign) with the kind of what it
    leads to; one of the second, the same edge with all first labels of what it leads to, as one hash (Shervashidze et
    al., "Weisfeiler-Lehman graph kernels", JMLR 2011). Hashes are made from IRIs, so neither term ids nor the order of
    triples move them.
    """
    rows = np.flatnonzero(graph.truth == Truth.ASSERTED)
    n = len(graph.kinds)
    relations = np.unique(graph.relation[rows])
    name = np.zeros(n, np.uint64)
    name[relations] = [_hash(graph.ontology.terms.texts[r]) for r in relations.tolist()]
    manner = graph.quantifier[rows].astype(np.int64) * 256 + graph.negated[rows] * 16 + graph.sign[rows] + 1
    edge = name[graph.relation[rows]] ^ mixed(manner.astype(np.uint64))
    owner = np.concatenate((graph.subject[rows], graph.object[rows]))
    other = np.concatenate((graph.object[rows], graph.subject[rows]))
    edge = np.concatenate((mixed(edge), mixed(edge ^ np.uint64(0xB5297A4D3F84D5B5))))
    kind = mixed(graph.kinds.astype(np.uint64))
    first = mixed(edge ^ kind[other])
    whole = np.zeros(n, np.uint64)
    np.add.at(whole, owner, mixed(first))
    second = mixed(edge + np.uint64(1) ^ mixed(whole[other]))
    owners, labels = np.concatenate((owner, owner)), np.concatenate((first, second))
    order = np.lexsort((labels, owners))
    owners, labels = owners[order], labels[order]
    start = np.flatnonzero(np.append(True, (owners[1:] != owners[:-1]) | (labels[1:] != labels[:-1]))[: len(labels)])
    nth = np.arange(len(labels)) - np.repeat(start, np.diff(np.append(start, len(labels))))
    labels = mixed(labels + nth.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    order = np.lexsort((labels, owners))
    offsets = np.searchsorted(owners, np.arange(n + 1))
    return DeltaCodes(graph, offsets, labels[order])


def analogues(
    codes: DeltaCodes, nodes: Ints, candidates: Ints, *, content: Ints, least: int = 1
) -> list[Analogue | None]:
    """For each node the analogue among the candidates, never itself; None where nobody shares `least` millionths.

    The greatest exact Jaccard similarity of the Δ-codes wins; of equals the greatest Lin similarity over the shared
    ancestor that tells most (Lin 1998), then the lower IRI. Nodes with one code are compared with the candidates once.
    content: IC of every term in millionths.
    """
    pool = np.unique(candidates).astype(np.int64)
    sizes = np.diff(codes.offsets)
    where, who = _postings(codes, pool)
    known: dict[bytes, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
    out: list[Analogue | None] = []
    for node in nodes.tolist():
        mine = codes.of(node)
        key = mine.tobytes()
        if key not in known:
            known[key] = _shared(mine, where, who, len(pool))
        places, both = known[key]
        apart = pool[places] != node
        places, both = places[apart], both[apart]
        if not len(places):
            out.append(None)
            continue
        alike = both * MICRO // (len(mine) + sizes[pool[places]] - both)
        best = int(alike.max())
        ties = pool[places[alike == best]]
        out.append(Analogue(_closest(codes, node, ties, content), best) if best >= least else None)
    return out


def _postings(codes: DeltaCodes, pool: NDArray[np.int64]) -> tuple[Hashes, NDArray[np.int64]]:
    """(label, place in the pool) of every label of every candidate, sorted by label."""
    counts = codes.offsets[pool + 1] - codes.offsets[pool]
    inner = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    labels, who = codes.labels[np.repeat(codes.offsets[pool], counts) + inner], np.repeat(np.arange(len(pool)), counts)
    order = np.argsort(labels, kind="stable")
    return labels[order], who[order]


def _shared(
    mine: Hashes, where: Hashes, who: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The candidates that share a label, and how many they share."""
    low, high = np.searchsorted(where, mine, "left"), np.searchsorted(where, mine, "right")
    met = [who[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)]
    both = np.bincount(np.concatenate([*met, np.empty(0, np.int64)]), minlength=size)
    places = np.flatnonzero(both)
    return places, both[places]


def _closest(codes: DeltaCodes, node: int, ties: NDArray[np.int64], content: Ints) -> int:
    """Of several nodes the one of the greatest Lin similarity, then the lowest IRI (term ids ascend with it)."""
    if len(ties) == 1:
        return int(ties[0])
    below, above = codes.above
    own = above[np.searchsorted(below, node, "left") : np.searchsorted(below, node, "right")]
    low, high = np.searchsorted(below, ties, "left"), np.searchsorted(below, ties, "right")
    owner = np.repeat(np.arange(len(ties)), high - low)
    inner = np.arange(len(owner)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    ancestors = above[np.repeat(low, high - low) + inner]
    common = np.isin(ancestors, own)
    shared = np.zeros(len(ties), np.int64)
    np.maximum.at(shared, owner[common], content[ancestors[common]].astype(np.int64))
    total = np.maximum(content[ties].astype(np.int64) + content[node], 1)
    return int(ties[(2 * shared * MICRO // total).argmax()])


def mixed(values: Hashes) -> Hashes:
    """The finaliser of SplitMix64 (Steele, Lea & Flood 2014)."""
    with np.errstate(over="ignore"):
        z = values + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)))


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _seeds() -> Hashes:
    return mixed(np.arange(1, SKETCH + 1, dtype=np.uint64))


_SEEDS = _seeds()
