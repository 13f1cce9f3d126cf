"""Signed relations: which claims say that more of the one makes more, or less, of the other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph

_RO = "http://purl.obolibrary.org/obo/RO_"
PUBLISHED: Mapping[str, int] = {
    f"{_RO}0002213": 1,  # positively regulates
    f"{_RO}0002212": -1,  # negatively regulates
    f"{_RO}0002304": 1,  # causally upstream of, positive effect
    f"{_RO}0002305": -1,  # causally upstream of, negative effect
    f"{_RO}0002629": 1,  # directly positively regulates
    f"{_RO}0002630": -1,  # directly negatively regulates
}
"""Relations whose published definitions state a sign: OBO Relation Ontology, http://purl.obolibrary.org/obo/ro.owl."""


def signs(graph: ClaimGraph) -> NDArray[np.int8]:
    """The sign of every claim, int8[claims]: +1 raises, −1 lowers, 0 says neither.

    A relation is signed as litho:increases or litho:decreases or below them (those are `ClaimGraph.sign`), by a
    litho:polarity of its own, or as one of PUBLISHED; what lies below a signed relation is signed like it.
    """
    out, ids = graph.sign.copy(), graph.ontology.terms
    signed = {ids.id(iri): sign for iri, sign in PUBLISHED.items() if iri in ids.ids}
    polarity = ids.id(v.LITHO + "polarity")
    meaning = {ids.id(v.LITHO + "raises"): 1, ids.id(v.LITHO + "lowers"): -1}
    atoms = graph.ontology.atoms
    for relation, _, direction in atoms[atoms[:, 1] == polarity].tolist() if polarity >= 0 else ():
        if direction in meaning:
            signed[relation] = meaning[direction]
    for relation, sign in sorted(signed.items()):
        below = graph.narrower.get(relation, np.array([relation], np.int32))
        out[np.isin(graph.relation, below) & (out == 0)] = sign
    return out
