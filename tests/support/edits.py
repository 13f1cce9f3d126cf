"""Random edits of an ontology file, as in Protégé: an axiom comes, goes or changes inside, a label changes.

A file is read and written by pyoxigraph, which numbers blank nodes anew and orders nothing: an edit also re-serialises.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse, serialize

OWL, RDFS, RDF = (
    "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
)  # fmt: skip
SUB, LABEL, TYPE = NamedNode(RDFS + "subClassOf"), NamedNode(RDFS + "label"), NamedNode(RDF + "type")
FILLERS = (NamedNode(OWL + "someValuesFrom"), NamedNode(OWL + "allValuesFrom"))
FORMATS = {".ttl": RdfFormat.TURTLE, ".owl": RdfFormat.RDF_XML}


def _classes(quads: list[Quad]) -> list[NamedNode]:
    found = {q.subject for q in quads if q.predicate == TYPE and q.object == NamedNode(OWL + "Class")}
    return sorted((c for c in found if isinstance(c, NamedNode)), key=str)


def _sorted(quads: list[Quad]) -> list[Quad]:
    return sorted(quads, key=lambda q: (str(q.subject), str(q.predicate), str(q.object)))


def add(quads: list[Quad], rng: random.Random) -> list[Quad]:
    """A new class, with a label, below one that is there."""
    above, number = rng.choice(_classes(quads)), rng.randrange(10**6)
    new = NamedNode(f"http://example.org/edit#Added{number}")
    return [*quads, Quad(new, TYPE, NamedNode(OWL + "Class")), Quad(new, SUB, above),
            Quad(new, LABEL, Literal(f"late comer {number}", language="en"))]  # fmt: skip


def remove(quads: list[Quad], rng: random.Random) -> list[Quad]:
    """A subclass axiom between two names goes."""
    named = [q for q in quads if q.predicate == SUB and isinstance(q.subject, NamedNode)
             and isinstance(q.object, NamedNode)]  # fmt: skip
    gone = rng.choice(_sorted(named))
    return [q for q in quads if q != gone]


def change(quads: list[Quad], rng: random.Random) -> list[Quad]:
    """The filler of a restriction becomes another class."""
    inside = sorted(
        (q for q in quads if q.predicate in FILLERS and isinstance(q.subject, BlankNode)
         and isinstance(q.object, NamedNode)),
        key=lambda q: (str(q.object), str(q.predicate)),
    )  # fmt: skip
    old = rng.choice(inside)
    other = rng.choice([c for c in _classes(quads) if c != old.object])
    return [Quad(q.subject, q.predicate, other) if q == old else q for q in quads]


def rename(quads: list[Quad], rng: random.Random) -> list[Quad]:
    """A label becomes another one."""
    labels = _sorted([q for q in quads if q.predicate == LABEL and isinstance(q.object, Literal)])
    old = rng.choice(labels)
    new = Literal(f"{old.object.value} renewed", language=old.object.language or None)
    return [Quad(q.subject, q.predicate, new) if q == old else q for q in quads]


EDITS: Mapping[str, Callable[[list[Quad], random.Random], list[Quad]]] = {
    "add": add, "remove": remove, "change": change, "rename": rename,
}  # fmt: skip


def edited(path: Path, edit: str, seed: int) -> None:
    """Edit a file in its own syntax."""
    form = FORMATS[path.suffix]
    quads = list(parse(path=str(path), format=form))
    made = EDITS[edit](quads, random.Random(seed))
    path.write_bytes(serialize([q.triple for q in made], format=form))
