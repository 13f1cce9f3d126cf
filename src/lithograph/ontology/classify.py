"""Which axiom each triple is, decided in columns by its predicate and what its terms are used as.

OWL 2 Mapping to RDF Graphs, table 16, and what the OWL API's lenient mode makes of untyped terms.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lithograph.core.vocabulary import OWL, RDF, RDFS, SWRL
from lithograph.ontology.expressions import STRUCTURE
from lithograph.ontology.kinds import (
    ANNOTATION,
    ANNOTATIONS,
    BUILT_IN,
    CLASS,
    DATA,
    DATATYPE,
    LINK,
    OBJECT,
    OTHER_TYPES,
    TYPES,
    Flags,
)
from lithograph.ontology.rdf import Graph, Rows
from lithograph.ontology.terms import Term

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

DECLARATIONS = frozenset({
    OWL + "Class", RDFS + "Datatype", OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty",
    OWL + "NamedIndividual",
})  # fmt: skip

CHARACTERISTICS: dict[Term, str] = {
    OWL + "InverseFunctionalProperty": "InverseFunctionalObjectProperty",
    OWL + "TransitiveProperty": "TransitiveObjectProperty",
    OWL + "SymmetricProperty": "SymmetricObjectProperty",
    OWL + "AsymmetricProperty": "AsymmetricObjectProperty",
    OWL + "ReflexiveProperty": "ReflexiveObjectProperty",
    OWL + "IrreflexiveProperty": "IrreflexiveObjectProperty",
}
_RESERVED = (RDF, RDFS, OWL, SWRL)


def classified(graph: Graph, rows: Rows, flags: Flags, structural: Mask, head: Mask) -> Iterator[tuple[str, Places]]:
    """(kind, indices into `rows`) of the triples that are axioms, predicate by predicate.

    Besides the kinds of axioms: `Definition` (a named class as subject of owl:unionOf …), `ObjectPropertyChain`.
    structural, head: bool[number of terms], pieces of syntax and ontology IRIs.
    """
    if not len(rows):
        return
    order = np.argsort(rows[:, 1], kind="stable")
    predicates, starts = np.unique(rows[order, 1], return_index=True)
    for number, places in zip(predicates.tolist(), np.split(order, starts[1:]), strict=True):
        name = graph.texts[number]
        s, o = rows[places, 0], rows[places, 2]
        if name == RDF + "type":
            found = _types(graph, s, o, flags, structural)
        elif name in _TABLE:
            found = _TABLE[name](graph, s, o, flags)
        elif name in STRUCTURE or name == OWL + "imports":
            continue
        else:
            logical = flags[number] & (OBJECT | DATA | ANNOTATION) in (OBJECT, DATA, OBJECT | DATA)
            plain = ~structural[s] & (~head[s] | bool(logical))
            found = ((k, m & plain) for k, m in _assertions(graph, name, o, int(flags[number])))
        for kind, mask in found:
            if mask.any():
                yield kind, places[mask]


Found = Iterator[tuple[str, Mask]]


def _has(flags: Flags, terms: NDArray[np.int32], flag: int) -> Mask:
    return np.asarray(flags[terms] & np.uint8(flag) != 0, np.bool_)


def _assertions(graph: Graph, name: Term, o: NDArray[np.int32], flag: int) -> Found:
    data = graph.literal[o]
    if flag & DATA and not flag & ANNOTATION:
        yield "DataPropertyAssertion", data
    else:
        yield "AnnotationAssertion", data
    if flag & OBJECT:
        yield "ObjectPropertyAssertion", ~data
    elif name in ANNOTATIONS or not name.startswith(_RESERVED):
        yield "AnnotationAssertion", ~data


def _types(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags, structural: Mask) -> Found:
    built_in = np.zeros(len(graph.texts), np.bool_)
    built_in[[graph.ids[t] for t in BUILT_IN if t in graph.ids]] = True
    names = np.unique(o)
    special = np.zeros(len(graph.texts), np.bool_)
    for number in names.tolist():
        name = graph.texts[number]
        here = o == number
        if name in TYPES or name in OTHER_TYPES:
            special[number] = True
        if name in DECLARATIONS:
            yield "Declaration", here & ~graph.blank[s] & ~built_in[s]
        if name in CHARACTERISTICS:
            yield CHARACTERISTICS[name], here
        if name == OWL + "FunctionalProperty":
            yield "FunctionalObjectProperty", here & _has(flags, s, OBJECT)
            yield "FunctionalDataProperty", here & _has(flags, s, DATA)
    yield "ClassAssertion", ~special[o] & ~graph.literal[o] & ~structural[s]


def _subclass(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    yield "SubClassOf", ~graph.literal[o]


def _equivalent_class(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    data = (flags[s] & (CLASS | DATATYPE) == DATATYPE) | (flags[o] & (CLASS | DATATYPE) == DATATYPE)
    classes = _has(flags, s, CLASS) | _has(flags, o, CLASS)
    yield "EquivalentClasses", ~data & classes & ~graph.literal[o]
    yield "DatatypeDefinition", data & ~graph.literal[o]


def _disjoint_class(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    yield "DisjointClasses", ~graph.literal[o]


def _sub_property(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    below = _has(flags, s, OBJECT) | graph.blank[s]
    objects = below & _has(flags, o, OBJECT) | _has(flags, o, LINK) & ~_has(flags, s, DATA | ANNOTATION)
    data = ~objects & _has(flags, s, DATA) & _has(flags, o, DATA)
    yield "SubObjectPropertyOf", objects
    yield "SubDataPropertyOf", data
    yield "SubAnnotationPropertyOf", ~objects & ~data & ~graph.literal[o]


def _pair(objects: str, data: str, graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    yield objects, _has(flags, s, OBJECT) & _has(flags, o, OBJECT)
    yield data, _has(flags, s, DATA) & _has(flags, o, DATA)


def _equivalent_property(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    return _pair("EquivalentObjectProperties", "EquivalentDataProperties", graph, s, o, flags)


def _disjoint_property(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    return _pair("DisjointObjectProperties", "DisjointDataProperties", graph, s, o, flags)


def _inverse(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    yield "InverseObjectProperties", ~graph.blank[s] & ~graph.literal[o]


def _domain(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    of_class = (flags[o] & (CLASS | DATATYPE) != DATATYPE) & ~graph.literal[o]
    objects = _has(flags, s, OBJECT) & of_class
    data = ~objects & _has(flags, s, DATA) & of_class
    yield "ObjectPropertyDomain", objects
    yield "DataPropertyDomain", data
    yield "AnnotationPropertyDomain", ~objects & ~data & ~graph.literal[o] & ~graph.blank[o]


def _range(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    notes = (flags[s] & (DATA | ANNOTATION) == ANNOTATION) & ~graph.blank[o]
    data = ~notes & (flags[o] & (CLASS | DATATYPE) == DATATYPE)
    yield "AnnotationPropertyRange", notes & ~graph.literal[o]
    yield "DataPropertyRange", data
    yield "ObjectPropertyRange", ~notes & ~data & ~graph.literal[o]


def _same(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    yield "SameIndividual", ~graph.literal[o]


def _different(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    yield "DifferentIndividuals", ~graph.literal[o]


def _definition(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    yield "Definition", ~graph.blank[s] & ~graph.literal[o]


def _chain(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    yield "ObjectPropertyChain", ~graph.literal[o]


def _key(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    yield "HasKey", ~graph.literal[o]


def _disjoint_union(graph: Graph, s: NDArray[np.int32], o: NDArray[np.int32], flags: Flags) -> Found:
    yield "DisjointUnion", ~graph.blank[s] & ~graph.literal[o]


_TABLE = {
    RDFS + "subClassOf": _subclass,
    OWL + "equivalentClass": _equivalent_class,
    OWL + "disjointWith": _disjoint_class,
    RDFS + "subPropertyOf": _sub_property,
    OWL + "equivalentProperty": _equivalent_property,
    OWL + "propertyDisjointWith": _disjoint_property,
    OWL + "inverseOf": _inverse,
    RDFS + "domain": _domain,
    RDFS + "range": _range,
    OWL + "sameAs": _same,
    OWL + "differentFrom": _different,
    OWL + "intersectionOf": _definition,
    OWL + "unionOf": _definition,
    OWL + "complementOf": _definition,
    OWL + "oneOf": _definition,
    OWL + "propertyChainAxiom": _chain,
    OWL + "hasKey": _key,
    OWL + "disjointUnionOf": _disjoint_union,
}
