"""Axioms as a Protégé user reads them: Manchester-like lines with short names. Meant for reading; with full
names `read_manchester` parses them back.

Follows the OWL 2 Manchester syntax (https://www.w3.org/TR/owl2-manchester-syntax/) where it has a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lithograph.core.vocabulary import OWL, RDF, RDFS, XSD
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.terms import Term, is_anonymous, is_literal, literal_parts

Namer = Callable[[Term], str]

BETWEEN = {
    "SubClassOf": "SubClassOf", "EquivalentClasses": "EquivalentTo", "DisjointClasses": "DisjointWith",
    "SubObjectPropertyOf": "SubPropertyOf", "SubDataPropertyOf": "SubPropertyOf",
    "SubAnnotationPropertyOf": "SubPropertyOf", "EquivalentObjectProperties": "EquivalentTo",
    "EquivalentDataProperties": "EquivalentTo", "DisjointObjectProperties": "DisjointWith",
    "DisjointDataProperties": "DisjointWith", "InverseObjectProperties": "InverseOf",
    "ObjectPropertyDomain": "Domain", "ObjectPropertyRange": "Range", "DataPropertyDomain": "Domain",
    "DataPropertyRange": "Range", "AnnotationPropertyDomain": "Domain", "AnnotationPropertyRange": "Range",
    "SameIndividual": "SameAs", "DifferentIndividuals": "DifferentFrom", "DisjointUnion": "DisjointUnionOf",
    "DatatypeDefinition": "EquivalentTo",
}  # fmt: skip
"""What stands between the operands of an axiom, by its kind."""
_QUANTIFIED = {"SomeValuesFrom": "some", "AllValuesFrom": "only", "HasValue": "value", "MinCardinality": "min",
               "MaxCardinality": "max", "ExactCardinality": "exactly"}  # fmt: skip
_BOUNDS = {"minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<"}
_JOINED = {"IntersectionOf": " and ", "UnionOf": " or "}


def short_name(term: Term) -> str:
    """The last part of an IRI; a literal as it is written.

    >>> short_name("http://ex.org/o#Pump")
    'Pump'
    """
    if is_literal(term):
        text, language, _ = literal_parts(term)
        return f'"{text}"' + (f"@{language}" if language else "")
    return term if is_anonymous(term) else term.rstrip("#/").replace("#", "/").rsplit("/", 1)[-1]


def manchester(axiom: Axiom, name: Namer = short_name) -> str:
    """One line for one axiom.

    >>> manchester(Axiom("SubClassOf", ("http://e/Pump", ("ObjectSomeValuesFrom", "http://e/hasPart", "http://e/Valve"))))
    'Pump SubClassOf hasPart some Valve'
    """
    kind, operands = axiom.kind, axiom.operands

    def say(expression: Expression) -> str:
        return _expression(expression, name)

    if kind == "ClassAssertion":
        return f"{say(operands[1])} Type {say(operands[0])}"
    if kind.endswith("Assertion") and len(operands) == 3:
        negated = "not " if kind.startswith("Negative") else ""
        return f"{say(operands[1])} {negated}{say(operands[0])} {say(operands[2])}"
    if kind in BETWEEN:
        first, *rest = operands
        return f"{say(first)} {BETWEEN[kind]} {', '.join(say(e) for e in rest)}"
    if kind == "Declaration" and isinstance(operands[0], tuple):
        return f"{operands[0][0]}: {say(operands[0][1])}"
    if kind == "HasKey":
        relations = [e for given in operands[1:] if isinstance(given, tuple) for e in given[1:]]
        return f"{say(operands[0])} HasKey {', '.join(say(e) for e in relations)}"
    if len(operands) == 1:
        words = kind.removesuffix("ObjectProperty").removesuffix("DataProperty")
        return f"{say(operands[0])} Characteristics: {words}"
    return f"{kind}({' '.join(say(e) for e in operands)})"


def _expression(expression: Expression, name: Namer) -> str:
    if isinstance(expression, int):
        return str(expression)
    if isinstance(expression, str):
        return name(expression)
    head, *rest = expression
    kind = str(head).removeprefix("Object").removeprefix("Data")
    parts = [_inner(e, name) for e in rest]
    if kind in _JOINED:
        return _JOINED[kind].join(parts)
    if kind == "ComplementOf":
        return f"not {parts[0]}"
    if kind == "OneOf":
        return "{" + ", ".join(parts) + "}"
    if kind == "InverseOf":
        return f"inverse {parts[0]}"
    if kind == "HasSelf":
        return f"{parts[0]} Self"
    if kind in _QUANTIFIED and kind.endswith("Cardinality"):
        number, relation, *filler = parts
        return " ".join([relation, _QUANTIFIED[kind], number, *filler])
    if kind in _QUANTIFIED:
        return f"{parts[0]} {_QUANTIFIED[kind]} {' '.join(parts[1:])}"
    if kind in ("ObjectPropertyChain", "PropertyChain"):
        return " o ".join(parts)
    if head == "DatatypeRestriction":
        facets = [_facet(str(facet), value) for facet, value in zip(rest[1::2], parts[2::2], strict=True)]
        return f"{parts[0]}[{', '.join(facets)}]"
    return f"{head}({' '.join(parts)})"


def _facet(facet: Term, value: str) -> str:
    name = facet.rsplit("#", 1)[-1]
    return f"{_BOUNDS.get(name, name)} {value}"


def _inner(expression: Expression, name: Namer) -> str:
    text = _expression(expression, name)
    return f"({text})" if isinstance(expression, tuple) and " " in text else text


_BUILT_IN = (OWL, RDF, RDFS, XSD)


def mentioned(axiom: Axiom) -> list[Term]:
    """The IRIs an axiom is about, each once, in order; the language's own and literals left out."""
    return list(dict.fromkeys(_terms(axiom.operands)))


def is_mentioned(term: Term) -> bool:
    """Whether a term is an IRI that is none of the language's own."""
    if "://" in term and not is_literal(term):
        return not term.startswith(_BUILT_IN)
    return term.startswith("urn:")


def _terms(expression: Expression) -> Iterator[Term]:
    if isinstance(expression, tuple):
        for part in expression:
            yield from _terms(part)
    elif isinstance(expression, str) and is_mentioned(expression):
        yield expression
