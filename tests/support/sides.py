"""A small stand-in for how training is kept apart: claims held out by hash, and texts that state the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lithograph.core.identity import sha256_hex, urn
from lithograph.ontology.graph import ClaimGraph, Ints, Truth
from lithograph.probes.make import Sides
from lithograph.probes.stated import Stated


def urns(graph: ClaimGraph) -> list[str]:
    """An urn for every claim, the same for the same words; nothing is merged."""
    texts = graph.ontology.terms.texts
    columns = (graph.subject, graph.relation, graph.object, graph.quantifier, graph.number, graph.negated)
    return [urn("claim", f"{texts[s]} {texts[p]} {texts[o]} {q} {n} {neg}")
            for s, p, o, q, n, neg in zip(*(c.tolist() for c in columns), strict=True)]  # fmt: skip


def _number(text: str) -> int:
    return int(sha256_hex(text)[:8], 16)


def sides_of(
    graph: ClaimGraph, unspoken: Ints, *, percent: int = 20, branch: Sequence[int] = (), together: int = 1
) -> Sides:  # fmt: skip
    """Of what follows a share is held out; claims about a term of `branch` are the reserved branch's; the rest is
    stated, `together` claims of a subject to a text.
    """
    names = urns(graph)
    role = np.zeros(len(graph), np.uint8)
    asked = graph.truth != Truth.ASSERTED
    role[[i for i in np.flatnonzero(asked).tolist() if _number("role" + names[i]) % 100 < percent]] = 1
    role[np.isin(graph.subject, branch) | np.isin(graph.object, branch)] = 2
    part = np.array([_number("part" + name) % 2 for name in names], np.uint8)
    told: list[list[str]] = []
    for row in np.flatnonzero(role == 0).tolist():
        told.append([names[row]])
    return Sides(urns, role, part, Stated.of(told), unspoken)
