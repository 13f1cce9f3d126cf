"""What an RDF graph says without types, typed by its use: for test cases that are OWL 2 Full alone.

The mapping from RDF graphs to OWL 2 DL (https://www.w3.org/TR/owl2-mapping-to-rdf/) wants every property declared. The
cases that show a rule of the RDF-based semantics by a bare graph declare none; here they get the least declarations
under which the graph is what it looks like: an object property, or a data property where its values are literals.
"""

from __future__ import annotations

from collections.abc import Iterator

import rdflib
from rdflib import OWL, RDF, RDFS, XSD
from rdflib.collection import Collection

_OF_PROPERTIES = (RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf, OWL.propertyDisjointWith)
_SUBJECTS = (RDFS.domain, RDFS.range, OWL.propertyChainAxiom)
_OBJECTS = (OWL.onProperty, OWL.assertionProperty)
_LISTS = (OWL.propertyChainAxiom, OWL.hasKey)
_CHARACTERISTICS = (OWL.SymmetricProperty, OWL.TransitiveProperty, OWL.InverseFunctionalProperty, OWL.ReflexiveProperty,
                    OWL.FunctionalProperty, OWL.AsymmetricProperty, OWL.IrreflexiveProperty)  # fmt: skip
_CLASSES = (RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith, OWL.complementOf)
_FILLERS = (OWL.someValuesFrom, OWL.allValuesFrom, OWL.onClass, RDFS.domain, RDFS.range)
_RESERVED = (str(RDF), str(RDFS), str(OWL), str(XSD))


def types_by_use(*documents: str) -> dict[str, str]:
    """IRI -> the type that its use in some RDF/XML documents asks for; what they type themselves is left out."""
    graph = rdflib.Graph()
    for document in documents:
        graph.parse(data=document, format="xml")
    classes = {str(node): str(OWL.Class) for node in _classes(graph)}
    properties = {str(node): str(OWL.ObjectProperty) for node in _properties(graph)}
    with_values = {str(p) for _, p, o in graph if isinstance(o, rdflib.Literal) and str(p) in properties}
    with_values |= {str(p) for node, p in graph.subject_objects(OWL.assertionProperty)
                    if (node, OWL.targetValue, None) in graph}  # fmt: skip
    found = classes | properties | {p: str(OWL.DatatypeProperty) for p in with_values}
    typed = {str(s) for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.OntologyProperty)
             for s in graph.subjects(RDF.type, kind)}  # fmt: skip
    return {iri: kind for iri, kind in sorted(found.items()) if iri not in typed and not iri.startswith(_RESERVED)}


def _properties(graph: rdflib.Graph) -> Iterator[object]:
    named = (node for node in _mentioned(graph) if isinstance(node, rdflib.URIRef))
    yield from (p for _, p, _ in graph if not str(p).startswith(_RESERVED))
    yield from named


def _mentioned(graph: rdflib.Graph) -> Iterator[rdflib.term.Node]:
    for predicate in _OF_PROPERTIES:
        for s, o in graph.subject_objects(predicate):
            yield from (s, o)
    for predicate in _SUBJECTS:
        yield from graph.subjects(predicate)
    for predicate in _OBJECTS:
        yield from graph.objects(predicate=predicate)
    for characteristic in _CHARACTERISTICS:
        yield from graph.subjects(RDF.type, characteristic)
    lists = [head for predicate in _LISTS for head in graph.objects(predicate=predicate)]
    lists += [head for node in graph.subjects(RDF.type, OWL.AllDisjointProperties)
              for head in graph.objects(node, OWL.members)]  # fmt: skip
    for head in lists:
        yield from Collection(graph, head)


def _classes(graph: rdflib.Graph) -> Iterator[object]:
    """Named nodes where the graph has a class."""
    for predicate in _CLASSES:
        for pair in graph.subject_objects(predicate):
            yield from (node for node in pair if isinstance(node, rdflib.URIRef))
    for predicate in _FILLERS:
        yield from (node for node in graph.objects(predicate=predicate) if isinstance(node, rdflib.URIRef))
    yield from (node for node in graph.objects(predicate=RDF.type) if isinstance(node, rdflib.URIRef))
    for predicate in (OWL.onProperty, OWL.oneOf, OWL.unionOf, OWL.intersectionOf, OWL.hasKey):
        yield from (node for node in graph.subjects(predicate) if isinstance(node, rdflib.URIRef))
