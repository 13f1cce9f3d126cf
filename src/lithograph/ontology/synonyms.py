"""Older names of the OWL vocabulary, read as today's: OWL 1.1 and OWL 2 drafts, DAML+OIL."""

from __future__ import annotations

from lithograph.core.vocabulary import OWL, RDF, RDFS, XSD
from lithograph.ontology.terms import Term

_DRAFTS = ("http://www.w3.org/2006/12/owl11#", "http://www.w3.org/2006/12/owl2#")
_DAML = "http://www.daml.org/2001/03/daml+oil#"

_RENAMED: dict[str, Term] = {
    "AntisymmetricProperty": OWL + "AsymmetricProperty",
    "FunctionalDataProperty": OWL + "FunctionalProperty",
    "FunctionalObjectProperty": OWL + "FunctionalProperty",
    "NegativeDataPropertyAssertion": OWL + "NegativePropertyAssertion",
    "NegativeObjectPropertyAssertion": OWL + "NegativePropertyAssertion",
    "ObjectRestriction": OWL + "Restriction",
    "DataRestriction": OWL + "Restriction",
    "DataRange": RDFS + "Datatype",
    "subDataPropertyOf": RDFS + "subPropertyOf",
    "subObjectPropertyOf": RDFS + "subPropertyOf",
    "objectPropertyRange": RDFS + "range",
    "dataPropertyRange": RDFS + "range",
    "objectPropertyDomain": RDFS + "domain",
    "dataPropertyDomain": RDFS + "domain",
    "disjointDataProperties": OWL + "propertyDisjointWith",
    "disjointObjectProperties": OWL + "propertyDisjointWith",
    "equivalentDataProperties": OWL + "equivalentProperty",
    "equivalentObjectProperties": OWL + "equivalentProperty",
    "cardinalityType": OWL + "onClass",
    "dataComplementOf": OWL + "complementOf",
    "subject": OWL + "annotatedSource",
    "predicate": OWL + "annotatedProperty",
    "object": OWL + "annotatedTarget",
    **{
        facet: XSD + facet
        for facet in (
            "length", "minLength", "maxLength", "pattern", "minInclusive", "minExclusive", "maxInclusive",
            "maxExclusive", "totalDigits", "fractionDigits",
        )
    },
}  # fmt: skip

SYNONYMS: dict[Term, Term] = {
    **{OWL + name: term for name, term in _RENAMED.items()},
    **{_DAML + name: RDFS + name for name in ("subClassOf", "range", "domain", "comment", "label")},
    **{
        _DAML + name: OWL + name
        for name in (
            "imports", "hasValue", "versionInfo", "onProperty", "Restriction", "Class", "Thing", "Nothing",
            "minCardinality", "cardinality", "maxCardinality", "inverseOf", "complementOf", "unionOf",
            "intersectionOf", "ObjectProperty", "DatatypeProperty", "Ontology", "oneOf", "disjointWith",
            "TransitiveProperty",
        )
    },
    _DAML + "type": RDF + "type",
    _DAML + "first": RDF + "first",
    _DAML + "rest": RDF + "rest",
    _DAML + "nil": RDF + "nil",
    _DAML + "toClass": OWL + "allValuesFrom",
    _DAML + "hasClass": OWL + "someValuesFrom",
    _DAML + "samePropertyAs": OWL + "equivalentProperty",
    _DAML + "sameClassAs": OWL + "equivalentClass",
    _DAML + "hasClassQ": OWL + "onClass",
    _DAML + "cardinalityQ": OWL + "cardinality",
    _DAML + "maxCardinalityQ": OWL + "maxCardinality",
    _DAML + "minCardinalityQ": OWL + "minCardinality",
}  # fmt: skip


def renewed(terms: list[Term | None]) -> list[Term | None]:
    """Terms with those of older vocabularies replaced, in place."""
    for i, term in enumerate(terms):
        if term in SYNONYMS or (term is not None and term.startswith(_DRAFTS)):
            terms[i] = todays(term)
    return terms


def todays(iri: Term) -> Term:
    """The IRI that a term of an older vocabulary has today; any other as it is.

    >>> todays("http://www.w3.org/2006/12/owl11#AntisymmetricProperty")
    'http://www.w3.org/2002/07/owl#AsymmetricProperty'
    """
    if iri.startswith(_DRAFTS):
        name = iri.partition("#")[2]
        return _RENAMED.get(name, OWL + name)
    return SYNONYMS.get(iri, iri)
