"""An ontology with what follows, in a World of owlready2, and one taken from there. Knows nothing about the press.

owlready2 is imported here alone, and only when a function is called. Asserted axioms and derived claims stand in two
ontologies of the World, so that what is taken back is what was asserted.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.ontology.as_triples import ntriples
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.graph import ClaimGraph, Quantifier, Truth
from lithograph.ontology.load import load
from lithograph.ontology.terms import is_iri
from lithograph.reason.closure import Closure

DERIVED = "urn:litho:derived#"
"""The IRI of the World's ontology that holds what follows."""

UNNAMED = "urn:litho:unnamed#"
"""What an ontology without an IRI is called in a World."""


def to_world(closure: Closure, world: Any = None) -> Any:
    """A World of owlready2 (a new one unless given) with the ontology, and what follows from it in `DERIVED`.

    What follows: subclass claims between named classes and types of individuals.
    """
    import owlready2

    world = owlready2.World() if world is None else world
    ontology = closure.graph.ontology
    named = ontology if ontology.iri else replace(ontology, iri=UNNAMED.removesuffix("#"))
    _put(world, str(named.iri), ntriples(named))
    header = f"<{DERIVED.removesuffix('#')}> <{v.TYPE}> <{v.OWL}Ontology> ."
    _put(world, DERIVED, iter([header, *derived(closure.graph)]))
    return world


def _put(world: Any, iri: str, lines: Iterator[str]) -> None:
    text = "\n".join(lines) + "\n"
    world.get_ontology(iri if iri.endswith(("#", "/")) else iri + "#").load(fileobj=io.BytesIO(text.encode()))


def derived(graph: ClaimGraph) -> list[str]:
    """The derived subclass claims and types as N-Triples lines, sorted."""
    texts, ids = graph.ontology.terms.texts, graph.ontology.terms
    entailed = (graph.truth == Truth.ENTAILED) & ~graph.negated.astype(bool)
    subclass = (graph.relation == ids.id(v.SUBCLASS_OF)) & (graph.quantifier == Quantifier.SCHEMA)
    types = (graph.relation == ids.id(v.TYPE)) & (graph.quantifier == Quantifier.INDIVIDUAL)
    lines = set()
    for row in np.flatnonzero(entailed & (subclass | types)).tolist():
        s, p, o = (texts[int(column[row])] for column in (graph.subject, graph.relation, graph.object))
        if is_iri(s) and is_iri(o):
            lines.add(f"<{s}> <{p}> <{o}> .")
    return sorted(lines)


def from_world(world: Any) -> Ontology:
    """The ontology that a World's statements make together, without those in `DERIVED`.

    Raises LithographError for statements that cannot be read.
    """
    lines = io.BytesIO()
    for iri, ontology in sorted(world.ontologies.items()):
        if iri != DERIVED:
            ontology.save(file=lines, format="ntriples")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.nt"
        path.write_bytes(lines.getvalue())
        found = load(path, imports=False)
    return replace(found, sources=tuple(replace(source, path=Path(path.name)) for source in found.sources))
