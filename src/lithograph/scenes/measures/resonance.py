"""Resonance: how strongly the couplings of an instance bind, each by what its ends tell and how rare it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph, Ints
from lithograph.scenes.instances import Instances
from lithograph.scenes.measures.information import MICRO

LEAST = MICRO // 1000
"""What a coupling weighs at least: a product with a zero in it would say nothing about the other couplings."""


def relation_counts(graph: ClaimGraph) -> NDArray[np.int64]:
    """n_r, int64[terms]: how many claims that hold each relation labels."""
    return np.bincount(graph.relation[graph.holds], minlength=len(graph.kinds))


def coupling_weights(graph: ClaimGraph, content: Ints, counts: NDArray[np.integer], edges: int) -> Ints:
    """w(a, r, b) = ½ (IC(a) + IC(b)) · (1 − ln(n_r + 1) / ln(|E| + 2)) of every claim, int32[claims] in millionths.

    content: IC by term, in millionths; counts: n_r by term; edges: |E|. Never below LEAST. A literal tells all, like a
    leaf. (CONCEPTS 3.) Two leaves joined by a relation that labels 9 of 98 claims: 1 · (1 − ln 10 / ln 100) = ½.
    """
    rarity = 1.0 - np.log(counts + 1.0) / np.log(max(edges, 1) + 2.0)
    rarity = np.rint(np.clip(rarity, 0.0, 1.0) * MICRO).astype(np.int64)
    ends = content[graph.subject].astype(np.int64) + content[graph.object]
    weights = ends * rarity[graph.relation] // (2 * MICRO)
    return np.asarray(np.clip(weights, LEAST, MICRO)).astype(np.int32)


def resonance(instances: Instances, weights: Ints) -> Ints:
    """R(s) = (∏ w)^(1/|K_s|) over the claims of each instance, int32[n] in millionths (CONCEPTS 3).

    weights: of every claim. A claim's weight is multiplied by the weight that its coupling declares.
    """
    claims = instances.claims
    lengths = np.diff(claims.offsets)
    if not len(lengths):
        return np.empty(0, np.int32)
    logs = np.log(weights[claims.values] / MICRO) + np.log(_declared(instances))
    sums = np.add.reduceat(np.append(logs, 0.0), claims.offsets[:-1])
    mean = np.where(lengths > 0, sums / np.maximum(lengths, 1), 0.0)
    return np.asarray(np.rint(np.clip(np.exp(mean), 0.0, 1.0) * MICRO)).astype(np.int32)


def _declared(instances: Instances) -> NDArray[np.float64]:
    """The declared weight of the coupling behind each claim of each instance."""
    scene, claims = instances.scene, instances.claims
    out = np.ones(len(claims.values))
    if all(coupling.weight == 1 for coupling in scene.couplings):
        return out
    many = {role.name for role in scene.roles if role.many}
    core = [c.weight for c in scene.couplings if c.source not in many and c.target not in many and c.name not in
            instances.facts]  # fmt: skip
    place = claims.offsets[:-1].copy()
    for weight in core:
        out[place] = weight
        place += 1
    named = {c.name or (c.target if c.target in many else c.source): c.weight for c in scene.couplings}
    for name, lists in instances.facts.items():
        lengths = np.diff(lists.offsets)
        inner = np.arange(len(lists.values)) - np.repeat(lists.offsets[:-1], lengths)
        out[np.repeat(place, lengths) + inner] = named.get(name, 1.0)
        place += lengths
    return out
