"""Which claims say what a coupling says, and which claim says it best. Knows nothing about joins, roles or text.

A coupling names a relation, and claims of its sub-properties match too. What is said is the coupling's own relation, so
a claim of a narrower one counts only where the wider one follows from it: upwards goes that something stands in a
relation, never that nothing else does, nor a denial, nor that something is refuted or unknown.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph, Quantifier
from lithograph.reason.patterns import ClaimIndex, Rows
from lithograph.scenes.declaration import IN_QUESTION, Coupling

UPWARDS = (Quantifier.SCHEMA, Quantifier.SOME, Quantifier.VALUE, Quantifier.INDIVIDUAL, Quantifier.MIN,
           Quantifier.ANNOTATION)  # fmt: skip
"""Quantifiers under which a claim of a relation gives the same claim of every wider one."""


def says_so(graph: ClaimGraph, coupling: Coupling, rows: Rows) -> NDArray[np.bool_]:
    """Whether each claim of a coupling's relation, or of one below it, says that the coupling holds.

    Where the coupling leaves the quantifier open, `only`, `at most` and a number 0 do not: they say of no thing that
    the relation leads to it.
    """
    quantifier = graph.quantifier[rows]
    keep = np.ones(len(rows), bool)
    upwards = list(UPWARDS)
    if coupling.quantifier == "any":
        counted = np.isin(quantifier, [Quantifier.MIN, Quantifier.EXACTLY])
        keep &= ~np.isin(quantifier, [Quantifier.ONLY, Quantifier.MAX]) & ~(counted & (graph.number[rows] == 0))
        upwards.append(Quantifier.EXACTLY)  # so many, so at least one
    if coupling.relation and not coupling.relation_role:
        own = graph.relation[rows] == graph.ontology.terms.id(coupling.relation)
        wider = np.isin(quantifier, upwards) & ~graph.negated[rows]
        keep &= own if coupling.status in IN_QUESTION else own | wider
    return keep


def witnesses(graph: ClaimGraph, couplings: Sequence[Coupling], rows: Rows, index: ClaimIndex) -> Rows:
    """The claims behind instances, int64[n, couplings], with the coupling's own relation where it was derived.

    `friction wears pads` fills a coupling of `lowers`; the claim behind the instance is then `friction lowers pads`,
    whose proof names the axiom that wearing is lowering. A claim that no rule derived stays as it is.
    """
    out = rows.copy()
    for column, coupling in enumerate(couplings):
        if coupling.relation and not coupling.relation_role:
            relation = graph.ontology.terms.id(coupling.relation)
            other = np.flatnonzero(graph.relation[rows[:, column]] != relation)
            if len(other):
                out[other, column] = _as_said(graph, relation, rows[other, column], index)
    return out


def _as_said(graph: ClaimGraph, relation: int, rows: Rows, index: ClaimIndex) -> Rows:
    """For each claim the one that says the same of another relation, or itself where there is none."""
    wide = index.with_relations(np.array([relation], np.int32))
    wide = wide[~graph.negated[wide] & graph.holds[wide]]
    if not len(wide):
        return rows

    def keys(of: Rows) -> NDArray[np.int64]:
        pairs = graph.subject[of].astype(np.int64) * len(graph.kinds) + graph.object[of]
        return pairs * 16 + graph.quantifier[of]

    order = wide[np.argsort(keys(wide), kind="stable")]
    sorted_keys, wanted = keys(order), keys(rows)
    place = np.minimum(np.searchsorted(sorted_keys, wanted), len(order) - 1)
    found = (sorted_keys[place] == wanted) & (graph.number[order[place]] == graph.number[rows])
    return np.where(found, order[place], rows)
