"""What each name of an ontology is used as by its logical axioms, and what it is declared to be. Knows no profiles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import ANNOTATION_KINDS, ATOM_KINDS, Axiom, Expression, Ontology
from lithograph.ontology.terms import Term, is_anonymous, is_literal

CLASS, DATATYPE, OBJECT, DATA, ANNOTATION, INDIVIDUAL = 1, 2, 4, 8, 16, 32
_NOTHING = 0
_OPERANDS: dict[str, tuple[int, ...]] = {
    "SubClassOf": (CLASS, CLASS), "ClassAssertion": (CLASS, INDIVIDUAL), "HasKey": (CLASS, OBJECT, DATA),
    "ObjectPropertyAssertion": (OBJECT, INDIVIDUAL, INDIVIDUAL), "DataPropertyAssertion": (DATA, INDIVIDUAL, _NOTHING),
    "NegativeObjectPropertyAssertion": (OBJECT, INDIVIDUAL, INDIVIDUAL),
    "NegativeDataPropertyAssertion": (DATA, INDIVIDUAL, _NOTHING), "ObjectPropertyDomain": (OBJECT, CLASS),
    "ObjectPropertyRange": (OBJECT, CLASS), "DataPropertyDomain": (DATA, CLASS), "DataPropertyRange": (DATA, DATATYPE),
    "DatatypeDefinition": (DATATYPE, DATATYPE), "ObjectSomeValuesFrom": (OBJECT, CLASS),
    "ObjectAllValuesFrom": (OBJECT, CLASS), "ObjectHasValue": (OBJECT, INDIVIDUAL), "ObjectHasSelf": (OBJECT,),
    "ObjectMinCardinality": (_NOTHING, OBJECT, CLASS), "ObjectMaxCardinality": (_NOTHING, OBJECT, CLASS),
    "ObjectExactCardinality": (_NOTHING, OBJECT, CLASS), "DataHasValue": (DATA, _NOTHING),
    "DataMinCardinality": (_NOTHING, DATA, DATATYPE), "DataMaxCardinality": (_NOTHING, DATA, DATATYPE),
    "DataExactCardinality": (_NOTHING, DATA, DATATYPE), "DatatypeRestriction": (DATATYPE,),
}  # fmt: skip
"""Construct -> what its operands are used as; further operands as nothing."""

_EVERY = {
    "EquivalentClasses": CLASS, "DisjointClasses": CLASS, "DisjointUnion": CLASS, "ObjectIntersectionOf": CLASS,
    "ObjectUnionOf": CLASS, "ObjectComplementOf": CLASS, "ObjectOneOf": INDIVIDUAL, "SameIndividual": INDIVIDUAL,
    "DifferentIndividuals": INDIVIDUAL, "ObjectPropertyChain": OBJECT, "ObjectInverseOf": OBJECT,
    "DataIntersectionOf": DATATYPE, "DataUnionOf": DATATYPE, "DataComplementOf": DATATYPE,
}  # fmt: skip
"""Construct -> what each of its operands is used as."""


def is_reserved(iri: Term) -> bool:
    """Whether a name is in the reserved vocabulary, and so built in or not to be used."""
    return iri.startswith((v.OWL, v.XSD, v.RDF, v.RDFS))


def _of_operand(head: str, place: int, count: int) -> int:
    if head in _EVERY:
        return _EVERY[head]
    if head in ("DataSomeValuesFrom", "DataAllValuesFrom"):
        return DATATYPE if place == count - 1 else DATA
    if head in _OPERANDS:
        return _OPERANDS[head][place] if place < len(_OPERANDS[head]) else _NOTHING
    if head.endswith(("ObjectProperty", "ObjectProperties", "SubObjectPropertyOf")):
        return OBJECT
    return DATA if head.endswith(("DataProperty", "DataProperties", "SubDataPropertyOf")) else _NOTHING


def used_in(expression: tuple[Expression, ...], flag: int = 0) -> Iterator[tuple[Term, int]]:
    """(name or anonymous individual, what it is used as) in an axiom or expression; an empty head is a list."""
    head, *rest = expression
    for place, operand in enumerate(rest):
        of = flag if head == "" else _of_operand(str(head), place, len(rest))
        if isinstance(operand, tuple):
            yield from used_in(operand, of)
        elif isinstance(operand, str) and of and not is_literal(operand):
            yield operand, of


def is_logical(axiom: Axiom) -> bool:
    """Whether an axiom says anything logical."""
    return axiom.kind not in ANNOTATION_KINDS and axiom.kind != "Declaration"


def used(ontology: Ontology) -> NDArray[np.uint8]:
    """uint8[terms]: the flags that logical axioms use each term with; and annotation properties."""
    flags = np.zeros(len(ontology.terms), np.uint8)
    flags[ontology.atoms[ontology.atom_kinds == ATOM_KINDS.index("AnnotationAssertion"), 1]] = ANNOTATION
    flags[ontology.atoms[ontology.atom_kinds == ATOM_KINDS.index("SubAnnotationPropertyOf")][:, [0, 2]]] |= ANNOTATION
    for index in np.unique(ontology.atom_kinds).tolist():
        kind = ATOM_KINDS[index]
        if kind in ANNOTATION_KINDS or kind == "Declaration":
            continue
        triples = ontology.atoms[ontology.atom_kinds == index]
        columns: tuple[int, ...] = (
            (2, 0) if kind == "ClassAssertion" else (1, 0, 2) if kind.endswith("Assertion") else (0, 2)
        )
        if kind.endswith(("ObjectProperty", "DataProperty")):
            columns = (0,)  # the third is the type
        for place, column in enumerate(columns):
            flags[triples[:, column]] |= np.uint8(_of_operand(kind, place, len(columns)))
    for axiom in filter(is_logical, ontology.compounds):
        for name, flag in used_in((axiom.kind, *axiom.operands)):
            flags[ontology.terms.id(name)] |= np.uint8(flag)
    for i in range(*ontology.terms.starting_with("_:").indices(len(flags))):
        flags[i] &= np.uint8(INDIVIDUAL) if is_anonymous(ontology.terms.texts[i]) else np.uint8(255)
    return flags


_TYPES = {v.OWL + "Class": CLASS, v.RDFS + "Class": CLASS, v.RDFS + "Datatype": DATATYPE,
          v.OWL + "ObjectProperty": OBJECT, v.OWL + "DatatypeProperty": DATA, v.OWL + "AnnotationProperty": ANNOTATION,
          v.OWL + "NamedIndividual": INDIVIDUAL}  # fmt: skip
_DECLARED = {"Class": CLASS, "Datatype": DATATYPE, "ObjectProperty": OBJECT, "DataProperty": DATA,
             "AnnotationProperty": ANNOTATION, "NamedIndividual": INDIVIDUAL}  # fmt: skip


def declared(ontology: Ontology) -> NDArray[np.uint8]:
    """uint8[terms]: the flags that declarations give each term.

    What is said to be inverse-functional, transitive or symmetric is thereby an object property (OWL 2 Mapping to RDF
    Graphs, table 6: ontologies of OWL 1).
    """
    flags = np.zeros(len(ontology.terms), np.uint8)
    atoms = ontology.atoms[ontology.atom_kinds == ATOM_KINDS.index("Declaration")]
    for iri, flag in _TYPES.items():
        flags[atoms[atoms[:, 2] == ontology.terms.id(iri), 0]] |= np.uint8(flag)
    for kind in ("InverseFunctionalObjectProperty", "TransitiveObjectProperty", "SymmetricObjectProperty"):
        flags[ontology.atoms[ontology.atom_kinds == ATOM_KINDS.index(kind), 0]] |= np.uint8(OBJECT)
    for axiom in ontology.compounds:
        entity = axiom.operands[0]
        if axiom.kind == "Declaration" and isinstance(entity, tuple):
            flags[ontology.terms.id(str(entity[1]))] |= np.uint8(_DECLARED.get(str(entity[0]), 0))
    return flags
