"""Claims that no rule of the closure gives, beside those that it gives: lemmas, and claims in question.

A lemma is entailed by another calculus. A claim in question, a candidate, is refuted or unknown: it is there to be
asked about. Knows nothing about who judged them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Truth
from lithograph.reason.closure import Closure
from lithograph.reason.evidence import Evidence
from lithograph.reason.rules import CANDIDATE, LEMMA


class ClaimKey(NamedTuple):
    """A positive claim without a number by its columns: ids of `ontology.terms`, and a Quantifier."""

    subject: int
    relation: int
    object: int
    quantifier: int


def known_keys(graph: ClaimGraph) -> set[ClaimKey]:
    """The positive claims of a graph, whatever their status and number."""
    rows = np.flatnonzero(~graph.negated)
    columns = (graph.subject, graph.relation, graph.object, graph.quantifier)
    return {ClaimKey(*key) for key in zip(*(column[rows].tolist() for column in columns), strict=True)}


def with_claims(closure: Closure, judged: Iterable[tuple[ClaimKey, Evidence]]) -> Closure:
    """The closure with further claims: entailed ones as lemmas, then refuted and unknown ones, each sorted by its key.

    Claims that are in the graph already, and those that nobody could decide, are left out. Raises ValueError where
    lemmas would come to stand behind candidates.
    """
    graph, known = closure.graph, known_keys(closure.graph)
    fresh = {key: evidence for key, evidence in judged if evidence.truth is not None and key not in known}
    rows = sorted(fresh, key=lambda key: (fresh[key].truth != Truth.ENTAILED, key))
    if not rows:
        return closure
    if fresh[rows[0]].truth == Truth.ENTAILED and not graph.holds.all():
        raise ValueError("lemmas belong before the candidates: add them first")
    evidence = {len(graph) + i: fresh[key] for i, key in enumerate(rows)}
    return replace(closure, graph=_longer(graph, rows, list(evidence.values())),
                   evidence={**closure.evidence, **evidence})  # fmt: skip


def _longer(graph: ClaimGraph, rows: Sequence[ClaimKey], evidence: Sequence[Evidence]) -> ClaimGraph:
    n, ids = len(rows), graph.ontology.terms
    subject, relation, obj, quantifier = np.array(rows, np.int64).reshape(-1, 4).T
    truth = np.array([e.truth for e in evidence], np.uint8)
    sign = np.zeros(n, np.int8)
    for name, value in (("increases", 1), ("decreases", -1)):
        sign[np.isin(relation, graph.narrower[ids.id(v.LITHO + name)])] = value
    depth = [e.proof.depth if e.proof else 0 for e in evidence]

    def more(column: NDArray[Any], values: Any) -> NDArray[Any]:
        return np.concatenate((column, np.asarray(values).astype(column.dtype)))

    return replace(
        graph, subject=more(graph.subject, subject), relation=more(graph.relation, relation),
        object=more(graph.object, obj), quantifier=more(graph.quantifier, quantifier),
        negated=more(graph.negated, np.zeros(n)), sign=more(graph.sign, sign), number=more(graph.number, np.zeros(n)),
        truth=more(graph.truth, truth), axiom=more(graph.axiom, np.full(n, -1)),
        rule=more(graph.rule, np.where(truth == Truth.ENTAILED, LEMMA, CANDIDATE)),
        premises=np.concatenate((graph.premises, np.full((n, 3), -1, np.int32))), depth=more(graph.depth, depth),
    )  # fmt: skip
