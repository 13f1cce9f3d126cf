"""Which entailed claims an edit brought, and which it took: two closures held against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.graph import ClaimGraph, Quantifier, Truth
from lithograph.ontology.manchester import Namer
from lithograph.ontology.project import project
from lithograph.ontology.terms import Term
from lithograph.reason.closure import close

_BETWEEN = {
    v.SUBCLASS_OF: "SubClassOf", v.TYPE: "Type", v.RDFS + "subPropertyOf": "SubPropertyOf",
    v.RDFS + "domain": "Domain", v.RDFS + "range": "Range", v.OWL + "disjointWith": "DisjointWith",
    v.OWL + "equivalentClass": "EquivalentTo", v.OWL + "inverseOf": "InverseOf", v.OWL + "sameAs": "SameAs",
    v.OWL + "differentFrom": "DifferentFrom",
}  # fmt: skip
_QUANTIFIED = {Quantifier.SOME: "some", Quantifier.ONLY: "only", Quantifier.VALUE: "value", Quantifier.MIN: "min {}",
               Quantifier.MAX: "max {}", Quantifier.EXACTLY: "exactly {}"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimsApart:
    """Claims that follow in one version and do not hold in the other, in Manchester syntax, sorted."""

    came: tuple[str, ...]
    went: tuple[str, ...]


def claims_apart(
    old: Ontology, new: Ontology, names: tuple[Namer, Namer], depth: int, renamed: Mapping[Term, Term]
) -> ClaimsApart:
    """What follows by the closure's rules, proofs of a height of `depth` at most, in one version only.

    What one version asserts and the other entails holds in both. renamed: old IRI -> new IRI of the same entity.
    """
    graphs = [close(project(ontology), depth=depth).graph for ontology in (old, new)]
    texts = [[renamed.get(t, t) for t in graphs[0].ontology.terms.texts], graphs[1].ontology.terms.texts]
    shared = {term: place for place, term in enumerate(sorted({t for own in texts for t in own}))}
    keys = [_keys(graph, np.array([shared[t] for t in own], np.int64))
            for graph, own in zip(graphs, texts, strict=True)]  # fmt: skip
    out = []
    for here, there in ((1, 0), (0, 1)):
        graph = graphs[here]
        rows = np.flatnonzero((graph.truth == Truth.ENTAILED) & ~np.isin(keys[here], keys[there]))
        out.append(tuple(sorted({claim_text(graph, row, names[here]) for row in rows.tolist()})))
    return ClaimsApart(*out)


def _keys(graph: ClaimGraph, shared: NDArray[np.int64]) -> NDArray[np.void]:
    """What each claim says, under ids that both versions share; shared: term id -> that id."""
    columns = (shared[graph.subject], shared[graph.relation], shared[graph.object], graph.quantifier, graph.number,
               graph.negated)  # fmt: skip
    table = np.ascontiguousarray(np.stack([np.asarray(column, np.int64) for column in columns], axis=1))
    return table.view(np.dtype((np.void, table.itemsize * table.shape[1]))).ravel()


def claim_text(graph: ClaimGraph, row: int, name: Namer) -> str:
    """One claim as a Protégé user reads it."""
    texts = graph.ontology.terms.texts
    subject, relation, obj = (texts[int(column[row])] for column in (graph.subject, graph.relation, graph.object))
    quantifier, negated = Quantifier(int(graph.quantifier[row])), "not " if graph.negated[row] else ""
    if quantifier in _QUANTIFIED:
        words = _QUANTIFIED[quantifier].format(int(graph.number[row]))
        said = f"{name(relation)} {words} {name(obj)}"
        return f"{name(subject)} SubClassOf {f'not ({said})' if negated else said}"
    between = _BETWEEN.get(relation) or name(relation)
    return f"{name(subject)} {negated}{between} {name(obj)}"
