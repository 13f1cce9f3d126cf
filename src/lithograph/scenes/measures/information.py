"""Information content: how much it tells to name a term, from how much falls under it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind

MICRO = 1_000_000
"""Measures that decide are whole numbers of millionths, so that no machine's logarithm flips a decision."""


def nodes_of(graph: ClaimGraph) -> NDArray[np.bool_]:
    """The nodes of the claim graph, bool[terms]: what a claim that holds is about, without literals, anonymous
    individuals and the terms of the vocabulary."""
    out = np.zeros(len(graph.kinds), bool)
    out[graph.subject[graph.holds]] = True
    out[graph.object[graph.holds]] = True
    out &= graph.kinds & (Kind.LITERAL | Kind.ANONYMOUS | Kind.DATATYPE) == 0
    out[graph.ontology.terms.starting_with(v.LITHO)] = False
    return out


def descendants(graph: ClaimGraph) -> Ints:
    """hypo(v), int32[terms]: how many terms fall under each by what follows: subclasses, sub-properties, members.

    Of what falls under a term on two ways each counts once. The claims are closed already, so nothing is walked.
    """
    ids = graph.ontology.terms
    under = [ids.id(iri) for iri in (v.SUBCLASS_OF, v.SUBPROPERTY_OF, v.TYPE)]
    rows = np.flatnonzero(graph.holds & ~graph.negated & np.isin(graph.relation, under))
    rows = rows[graph.subject[rows] != graph.object[rows]]
    pairs = np.unique(graph.object[rows].astype(np.int64) * len(graph.kinds) + graph.subject[rows])
    return np.bincount(pairs // len(graph.kinds), minlength=len(graph.kinds)).astype(np.int32)


def information_content(below: NDArray[np.integer], nodes: int) -> Ints:
    """IC(v) = 1 − ln(hypo(v) + 1) / ln |V|, int32[terms] in millionths, between 0 and MICRO.

    below: hypo of each term; nodes: |V|. Seco, Veale & Hayes, "An intrinsic information content metric for semantic
    similarity in WordNet", ECAI 2004. A leaf tells all, the root of everything nothing:

    >>> information_content(np.array([0, 1, 9]), 10).tolist()
    [1000000, 698970, 0]
    """
    if nodes < 2:
        return np.full(len(below), MICRO, np.int32)
    content = 1.0 - np.log(below + 1.0) / np.log(nodes)
    return np.asarray(np.rint(np.clip(content, 0.0, 1.0) * MICRO)).astype(np.int32)
