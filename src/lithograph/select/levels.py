"""The fractal of levels: which smaller instances a larger one contains (CONCEPTS 2).

An atom is one claim. A star, a chain or a tableau contains the atoms of its claims and of the axioms' claims that its
proofs start from; a tableau contains the stars and chains besides of which it makes every claim.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph
from lithograph.scenes.declaration import LEVELS
from lithograph.scenes.instances import Instances, Lists

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
MOST = 64
"""Contained instances of one: a tableau of everything would otherwise name half a dataset."""


def contained(graph: ClaimGraph, found: Sequence[Instances]) -> list[Lists]:
    """Of every instance of every scene the instances it contains, at most MOST, by their number over all scenes.

    Instances are numbered through: those of the first scene, those of the second, and so on. Ascending.
    """
    starts = np.append(0, np.cumsum([len(instances) for instances in found]))
    levels = [LEVELS.index(instances.scene.level) for instances in found]
    single = [np.diff(instances.claims.offsets) == 1 for instances in found]
    atoms = _pairs(found, starts, [(level == 0) & one for level, one in zip(levels, single, strict=True)])
    larger = _pairs(found, starts, [np.full(len(i), level > 0) for i, level in zip(found, levels, strict=True)])
    leaves = _leaves(graph, larger)
    owner, part = _joined((np.concatenate((larger[0], leaves[0])), np.concatenate((larger[1], leaves[1]))), atoms)
    stars = _pairs(found, starts, [(0 < level < 3) & ~one for level, one in zip(levels, single, strict=True)])
    tableaux = _pairs(found, starts, [np.full(len(i), level == 3) for i, level in zip(found, levels, strict=True)])
    whole, star = _wholly(tableaux, stars, int(starts[-1]))
    owner, part = np.concatenate((owner, whole)), np.concatenate((part, star))
    packed = np.unique(owner * max(int(starts[-1]), 1) + part)
    owner, part = packed // max(int(starts[-1]), 1), packed % max(int(starts[-1]), 1)
    first = np.searchsorted(owner, owner, "left")
    few = np.arange(len(owner)) - first < MOST
    owner, part = owner[few], part[few]
    ends = np.searchsorted(owner, np.arange(starts[-1] + 1))
    return [
        Lists(ends[a : b + 1] - ends[a], part[ends[a] : ends[b]].astype(np.int32))
        for a, b in itertools.pairwise(starts)
    ]


def _pairs(found: Sequence[Instances], starts: NDArray[np.int64], masks: Sequence[NDArray[np.bool_]]) -> Pairs:
    """(instance, claim) of the chosen instances of every scene."""
    owners, claims = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for instances, start, mask in zip(found, starts.tolist(), masks, strict=False):
        rows = np.flatnonzero(mask)
        if len(rows):
            lists = instances.claims.take(rows)
            owners.append(np.repeat(rows + start, np.diff(lists.offsets)))
            claims.append(lists.values.astype(np.int64))
    return np.concatenate(owners), np.concatenate(claims)


def _leaves(graph: ClaimGraph, pairs: Pairs) -> Pairs:
    """(instance, claim) of the asserted claims that the derived ones among given pairs start from."""
    owner, claim = pairs
    owners, leaves = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    derived = (graph.premises[claim] >= 0).any(axis=1)
    owner, claim = owner[derived], claim[derived]
    while len(claim):
        premises = graph.premises[claim]
        used = premises >= 0
        owner, claim = np.repeat(owner, used.sum(axis=1)), premises[used].astype(np.int64)
        packed = np.unique(owner * len(graph) + claim)
        owner, claim = packed // len(graph), packed % len(graph)
        derived = (graph.premises[claim] >= 0).any(axis=1)
        owners.append(owner[~derived])
        leaves.append(claim[~derived])
        owner, claim = owner[derived], claim[derived]
    return np.concatenate(owners), np.concatenate(leaves)


def _joined(one: Pairs, other: Pairs) -> Pairs:
    """(instance of the one, instance of the other) that share a claim."""
    order = np.argsort(other[1], kind="stable")
    claims, instances = other[1][order], other[0][order]
    low, high = np.searchsorted(claims, one[1], "left"), np.searchsorted(claims, one[1], "right")
    counts = high - low
    inner = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(one[0], counts), instances[np.repeat(low, counts) + inner]


def _wholly(one: Pairs, other: Pairs, most: int) -> Pairs:
    """(instance of the one, instance of the other) where the one makes every claim of the other."""
    owner, part = _joined(one, other)
    packed, met = np.unique(owner * max(most, 1) + part, return_counts=True)
    owner, part = packed // max(most, 1), packed % max(most, 1)
    size = np.bincount(other[0], minlength=most)
    whole = met == size[part]
    return owner[whole], part[whole]
