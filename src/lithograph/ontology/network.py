"""Claims as a networkx graph: for people who want to look, draw and count. Knows nothing about speed.

The hot paths read the columns; this is for the neighbourhood of a few nodes, or a small ontology as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
import numpy as np

from lithograph.core.errors import LithographError
from lithograph.ontology.graph import ClaimGraph, Quantifier, Truth


class NoSuchNode(LithographError):
    """An IRI about which the ontology says nothing."""

    def __init__(self, iri: str) -> None:
        super().__init__("network", f"the ontology says nothing of {iri}", cure="Give the full IRI of an entity.")


def network(graph: ClaimGraph, around: Iterable[str] = (), *, hops: int = 1) -> nx.MultiDiGraph[str]:
    """Claims between terms as a `MultiDiGraph`: all of them, or those within `hops` of the IRIs in `around`.

    Nodes are terms (see `ontology.terms`), edges are keyed by the claim's row and carry `relation` (IRI), `quantifier`
    (name), `negated`, `sign`, `depth` and `truth` (asserted, entailed, refuted or unknown). Edges come in the order of
    the claims. Annotations are no edges. Raises NoSuchNode.
    """
    texts = graph.ontology.terms.texts
    rows = np.flatnonzero(graph.quantifier != Quantifier.ANNOTATION)
    wanted = [_id(graph, iri) for iri in around]
    if wanted:
        inside = np.isin(np.arange(len(texts)), wanted)
        for _ in range(hops):
            near = rows[inside[graph.subject[rows]] | inside[graph.object[rows]]]
            inside[graph.subject[near]] = inside[graph.object[near]] = True
        rows = rows[inside[graph.subject[rows]] & inside[graph.object[rows]]]
    out: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    out.add_nodes_from(texts[i] for i in wanted)
    for row in rows.tolist():
        out.add_edge(
            texts[graph.subject[row]], texts[graph.object[row]], key=row, relation=texts[graph.relation[row]],
            quantifier=Quantifier(int(graph.quantifier[row])).name.lower(), negated=bool(graph.negated[row]),
            sign=int(graph.sign[row]), depth=int(graph.depth[row]),
            truth=Truth(int(graph.truth[row])).name.lower(),
        )  # fmt: skip
    return out


def _id(graph: ClaimGraph, iri: str) -> int:
    found = graph.ontology.terms.id(iri)
    if found < 0:
        raise NoSuchNode(iri)
    return found
