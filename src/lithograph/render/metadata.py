"""What an example tells of itself beside its words: truth, depth, proof, whose word it is, the entities it is about.

Whole columns over chosen instances of a cast. Knows nothing about templates.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph, Kind, Truth
from lithograph.reason.proof import proofs_of
from lithograph.render.cast import Cast, Speech, numbers_of, only
from lithograph.scenes.declaration import IN_QUESTION
from lithograph.scenes.instances import Lists


def truth_and_depth(
    graph: ClaimGraph, cast: Cast, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int16], NDArray[np.uint8]]:
    """For each chosen instance the greatest depth of its claims, and its truth.

    Where the first coupling is in question, that of its claim; else whether all claims that hold are asserted. What is
    refuted or unknown beside a claim that holds is there to be told apart from it.
    """
    claims = _answering(graph, cast, rows)
    lengths = np.diff(claims.offsets)
    owner, status = np.repeat(np.arange(len(rows)), lengths), graph.truth[claims.values]
    own = np.ones(len(status), bool)
    own[claims.offsets[1:][cast.grown[rows] >= 0] - 1] = False  # what an instance grew by moves no label
    truth = np.full(len(rows), Truth.ASSERTED, np.uint8)
    truth[owner[own & (status == Truth.ENTAILED)]] = Truth.ENTAILED
    if cast.scene.couplings[0].status in IN_QUESTION:
        truth = status[claims.offsets[:-1]]
    depth = np.zeros(len(rows), np.int16)
    some = lengths > 0
    if some.any():
        depth[some] = np.maximum.reduceat(graph.depth[claims.values], claims.offsets[:-1][some])
    return depth, truth


def _answering(graph: ClaimGraph, cast: Cast, rows: NDArray[np.int64]) -> Lists:
    """The claims of chosen instances but for wrong options: what an example answers with."""
    claims = cast.instances.claims.take(rows)
    if cast.scene.couplings[0].status in IN_QUESTION or not any(c.status in IN_QUESTION for c in cast.scene.couplings):
        return claims
    return only(claims, graph.truth[claims.values] <= Truth.ENTAILED)


def whose_word(speech: Speech, cast: Cast, rows: NDArray[np.int64]) -> list[str]:
    """By whose word each chosen instance's first claim has its status: an axiom, the rules, or what judged it."""
    graph, claims = speech.graph, cast.instances.claims
    if cast.scene.computed:
        return [f"the graph rule {cast.scene.computed}"] * len(rows)
    first = claims.values[claims.offsets[rows]].tolist()
    return [speech.evidence[row].by if row in speech.evidence else "the rules" if graph.rule[row] else "an axiom"
            for row in first]  # fmt: skip


def proof_ids(speech: Speech, cast: Cast, rows: NDArray[np.int64], axiom_ids: Sequence[str]) -> list[str | None]:
    """The id of the proof of each instance's first claim that no axiom says; None where there is none."""
    graph = speech.graph
    claims = _answering(graph, cast, rows)
    derived = graph.rule[claims.values] != 0
    out: list[str | None] = [None] * len(rows)
    if not derived.any():
        return out
    owners = np.repeat(np.arange(len(rows)), np.diff(claims.offsets))[derived]
    mine, first = np.unique(owners, return_index=True)
    proved = proofs_of(graph, claims.values[derived][first], axiom_ids, speech.evidence)
    for row, proof in zip(mine.tolist(), proved, strict=True):
        out[row] = proof
    return out


def node_lists(graph: ClaimGraph, cast: Cast, rows: NDArray[np.int64]) -> Lists:
    """The entities each instance is about: the fillers of its roles in order, literals and numbers left out; then what
    a claim that came to it is about."""
    instances, numbers = cast.instances, numbers_of(cast.scene)
    more, hops = cast.grown[rows], [c.name for c in cast.scene.couplings if c.hops > 1]
    parts = [Lists(np.arange(len(rows) + 1), instances.roles[name][rows]) for name in cast.scene.role_names
             if name in instances.roles and name not in numbers]  # fmt: skip
    parts += [instances.lists[name].take(rows) for name in sorted(instances.lists)]
    for path in (instances.facts[str(name)].take(rows) for name in hops):
        between = np.ones(len(path.values), bool)
        between[path.offsets[1:] - 1] = False  # the last claim leads to the other end, a role of its own
        parts.append(only(Lists(path.offsets, graph.object[path.values]), between))
    if (more >= 0).any():
        parts.append(Lists(np.append(0, np.cumsum(more >= 0)), graph.object[more[more >= 0]]))
    counts = sum(np.diff(part.offsets) for part in parts)
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    values, place = np.empty(int(offsets[-1]), np.int32), offsets[:-1].copy()
    for part in parts:
        lengths = np.diff(part.offsets)
        inner = np.arange(len(part.values)) - np.repeat(part.offsets[:-1], lengths)
        values[np.repeat(place, lengths) + inner] = part.values
        place += lengths
    return only(Lists(offsets, values), (graph.kinds[values] & Kind.LITERAL) == 0)
