"""What each term of a graph is used as: class, datatype, property, individual. Knows nothing about axioms.

Declarations decide; where they are missing, the use does, as in the lenient mode of the OWL API: what stands beside
`rdfs:subClassOf` is a class, what has a class as range is an object property. The answer does not depend on the order
of the triples.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lithograph.core.vocabulary import OWL, RDF, RDFS, SWRL, XSD
from lithograph.ontology.rdf import Graph
from lithograph.ontology.terms import Term

CLASS, DATATYPE, OBJECT, DATA, ANNOTATION, INDIVIDUAL = 1, 2, 4, 8, 16, 32
LINK = 64
"""In a property chain: an object property where nothing else is known of it."""
PROPERTY = OBJECT | DATA | ANNOTATION

Flags = NDArray[np.uint8]

TYPES: dict[Term, int] = {
    OWL + "Class": CLASS,
    RDFS + "Class": CLASS,
    OWL + "DeprecatedClass": CLASS,
    OWL + "Restriction": CLASS,
    OWL + "SelfRestriction": CLASS,
    RDFS + "Datatype": DATATYPE,
    OWL + "DataRange": DATATYPE,
    OWL + "ObjectProperty": OBJECT,
    OWL + "InverseFunctionalProperty": OBJECT,
    OWL + "TransitiveProperty": OBJECT,
    OWL + "SymmetricProperty": OBJECT,
    OWL + "AsymmetricProperty": OBJECT,
    OWL + "ReflexiveProperty": OBJECT,
    OWL + "IrreflexiveProperty": OBJECT,
    OWL + "DatatypeProperty": DATA,
    OWL + "AnnotationProperty": ANNOTATION,
    OWL + "OntologyProperty": ANNOTATION,
    OWL + "NamedIndividual": INDIVIDUAL,
}
"""`rdf:type` objects that say what a term is."""

OTHER_TYPES = frozenset({
    *(OWL + n for n in (
        "FunctionalProperty", "DeprecatedProperty", "Ontology", "Axiom", "Annotation", "AllDifferent",
        "AllDisjointClasses", "AllDisjointProperties", "NegativePropertyAssertion", "NegativeDataPropertyAssertion",
        "NegativeObjectPropertyAssertion",
    )),
    *(RDF + n for n in ("List", "Property")),
    *(SWRL + n for n in (
        "AtomList", "Builtin", "BuiltinAtom", "ClassAtom", "DataRangeAtom", "DatavaluedPropertyAtom",
        "DifferentIndividualsAtom", "Imp", "IndividualPropertyAtom", "SameIndividualAtom", "Variable",
    )),
})  # fmt: skip
"""Further `rdf:type` objects that make no class assertion."""

DATATYPES = frozenset({
    *(XSD + n for n in (
        "string", "boolean", "decimal", "integer", "double", "float", "date", "time", "dateTime", "dateTimeStamp",
        "gYear", "gMonth", "gDay", "gYearMonth", "gMonthDay", "duration", "yearMonthDuration", "dayTimeDuration",
        "byte", "short", "int", "long", "unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong",
        "positiveInteger", "nonNegativeInteger", "negativeInteger", "nonPositiveInteger", "hexBinary",
        "base64Binary", "anyURI", "language", "anySimpleType", "anyType", "normalizedString", "token", "NMTOKEN",
        "Name", "NCName",
    )),
    *(RDF + n for n in ("PlainLiteral", "XMLLiteral", "langString", "HTML", "JSON")),
    RDFS + "Literal", OWL + "real", OWL + "rational",
})  # fmt: skip
"""Datatypes that need no declaration."""

ANNOTATIONS = frozenset({
    *(RDFS + n for n in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(OWL + n for n in ("versionInfo", "deprecated", "priorVersion", "backwardCompatibleWith", "incompatibleWith")),
})  # fmt: skip
"""Annotation properties that need no declaration."""

BUILT_IN: dict[Term, int] = {
    **dict.fromkeys(DATATYPES, DATATYPE),
    **dict.fromkeys(ANNOTATIONS, ANNOTATION),
    OWL + "Thing": CLASS,
    OWL + "Nothing": CLASS,
    OWL + "topObjectProperty": OBJECT,
    OWL + "bottomObjectProperty": OBJECT,
    OWL + "topDataProperty": DATA,
    OWL + "bottomDataProperty": DATA,
}


ENTITY_FLAGS = {
    "Class": CLASS,
    "Datatype": DATATYPE,
    "ObjectProperty": OBJECT,
    "DataProperty": DATA,
    "AnnotationProperty": ANNOTATION,
    "NamedIndividual": INDIVIDUAL,
}
"""The flags of a declared entity, by the names of the functional syntax."""


def declared(graph: Graph) -> dict[Term, int]:
    """The flags that a graph's type triples give its named terms."""
    flags = np.zeros(len(graph.texts), np.uint8)
    _read_types(graph, flags)
    return {graph.texts[i]: int(flags[i]) for i in np.flatnonzero(flags & ~np.uint8(INDIVIDUAL))}


def usage(graph: Graph, known: Mapping[Term, int]) -> Flags:
    """uint8[number of terms]: what each term is used as; `known` holds what the imports declare."""
    flags = np.zeros(len(graph.texts), np.uint8)
    for source in (BUILT_IN, known):
        small, large = (source, graph.ids) if len(source) < len(graph.ids) else (graph.ids, source)
        for term in small:
            if term in large:
                flags[graph.ids[term]] |= source[term]
    _read_types(graph, flags)
    _infer_classes(graph, flags)
    _infer_properties(graph, flags)
    return flags


def _read_types(graph: Graph, flags: Flags) -> None:
    rows = graph.of(RDF + "type")
    for name, flag in TYPES.items():
        kind = graph.ids.get(name, -1)
        if kind >= 0:
            flags[rows[rows[:, 2] == kind, 0]] |= flag


def _infer_classes(graph: Graph, flags: Flags) -> None:
    for name in ("subClassOf", "disjointWith", "complementOf"):
        rows = graph.of((RDFS if name == "subClassOf" else OWL) + name)
        for column in (0, 2):
            flags[rows[:, column]] |= CLASS
    flags[graph.of(OWL + "disjointUnionOf", OWL + "hasKey")[:, 0]] |= CLASS
    flags[graph.of(OWL + "onClass")[:, 2]] |= CLASS
    flags[graph.of(OWL + "onDataRange")[:, 2]] |= DATATYPE
    flags[graph.of(OWL + "onDatatype", OWL + "datatypeComplementOf", OWL + "withRestrictions")[:, 0]] |= DATATYPE
    flags[graph.of(OWL + "onProperty", OWL + "onProperties")[:, 0]] |= CLASS
    types = graph.of(RDF + "type")
    known = [graph.ids[t] for t in (*TYPES, *OTHER_TYPES) if t in graph.ids]
    flags[types[~np.isin(types[:, 2], known), 2]] |= CLASS
    _infer_enumerations(graph, flags)
    while _spread(graph.of(OWL + "equivalentClass"), flags, CLASS | DATATYPE):
        pass


def _infer_enumerations(graph: Graph, flags: Flags) -> None:
    """Untyped boolean expressions are class expressions unless all that is known of them is data."""
    first = {int(s): int(o) for s, _, o in graph.of(RDF + "first")}
    for name in ("intersectionOf", "unionOf", "oneOf"):
        for s, _, o in graph.of(OWL + name):
            if flags[s] & (CLASS | DATATYPE):
                continue
            item = first.get(int(o), -1)
            data = item >= 0 and (graph.literal[item] or flags[item] & (CLASS | DATATYPE) == DATATYPE)
            flags[s] |= DATATYPE if data else CLASS


def _infer_properties(graph: Graph, flags: Flags) -> None:
    on_property = {int(s): int(o) for s, _, o in graph.of(OWL + "onProperty")}
    for s, _, filler in graph.of(OWL + "someValuesFrom"):
        of = on_property.get(int(s), -1)
        if of >= 0 and flags[filler] & (CLASS | DATATYPE) == DATATYPE:
            flags[of] |= DATA
    inverses = graph.of(OWL + "inverseOf")
    flags[inverses[graph.blank[inverses[:, 0]], 0]] |= OBJECT
    while _spread_down(graph.of(RDFS + "subPropertyOf"), flags):
        pass
    for column in (0, 2):
        flags[inverses[:, column]] |= OBJECT
    ranges = graph.of(RDFS + "range")
    ranges = ranges[(flags[ranges[:, 0]] & (DATA | ANNOTATION) != ANNOTATION) | graph.blank[ranges[:, 2]]]
    data = flags[ranges[:, 2]] & (CLASS | DATATYPE) == DATATYPE
    flags[ranges[data, 0]] |= DATA
    flags[ranges[~data, 0]] |= OBJECT
    _flag_chains(graph, flags)


def _flag_chains(graph: Graph, flags: Flags) -> None:
    """The properties of a chain are object properties."""
    chains = graph.of(OWL + "propertyChainAxiom")
    if not len(chains):
        return
    first = {int(s): int(o) for s, _, o in graph.of(RDF + "first")}
    rest = {int(s): int(o) for s, _, o in graph.of(RDF + "rest")}
    for head in chains[:, 2].tolist():
        seen: set[int] = set()
        while head in first and head not in seen:
            seen.add(head)
            flags[first[head]] |= LINK
            head = rest.get(head, -1)


def _spread_down(rows: NDArray[np.int32], flags: Flags) -> bool:
    """Type properties by what stands above them, else above by the most below; whether anything changed."""
    before = flags.copy()
    above, below = before[rows[:, 2]] & PROPERTY, before[rows[:, 0]] & PROPERTY
    to_sub = np.where(above & OBJECT, OBJECT, np.where(above & DATA, DATA, above & ANNOTATION)).astype(np.uint8)
    np.bitwise_or.at(flags, rows[:, 0], to_sub)
    bare = above == 0
    votes = np.zeros((len(flags), 3), np.int32)
    for column, flag in enumerate((OBJECT, DATA, ANNOTATION)):
        np.add.at(votes[:, column], rows[bare & (below & flag != 0), 2], 1)
    voted = np.flatnonzero(votes.any(axis=1))
    winner = np.array([OBJECT, DATA, ANNOTATION], np.uint8)[votes[voted].argmax(axis=1)]
    flags[voted] |= winner
    return bool((flags != before).any())


def _spread(rows: NDArray[np.int32], flags: Flags, mask: int) -> bool:
    """Give terms without a flag of the mask those of their partners; whether anything changed."""
    changed = False
    for one, other in ((0, 2), (2, 0)):
        bare = (flags[rows[:, one]] & mask == 0) & (flags[rows[:, other]] & mask != 0)
        if bare.any():
            np.bitwise_or.at(flags, rows[bare, one], flags[rows[bare, other]] & np.uint8(mask))
            changed = True
    return changed
