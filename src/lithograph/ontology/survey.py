"""What an ontology says about each of its entities, gathered once. Knows nothing about what is good or bad."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.constructs import DEFINITION_PROPERTIES
from lithograph.ontology.terms import Term, is_anonymous, is_literal, literal_parts

CLASS, OBJECT, DATA, ANNOTATION, DATATYPE, INDIVIDUAL = "codati"
"""How an operand is used: as a class, an object, data or annotation property, a datatype, an individual."""

KIND_NAMES = {
    CLASS: "class", OBJECT: "object property", DATA: "data property", ANNOTATION: "annotation property",
    DATATYPE: "datatype", INDIVIDUAL: "individual",
}  # fmt: skip

PLACES: dict[str, str] = {
    "SubClassOf": "c", "EquivalentClasses": "c", "DisjointClasses": "c", "DisjointUnion": "c", "ClassAssertion": "ci",
    "ObjectPropertyDomain": "oc", "ObjectPropertyRange": "oc", "DataPropertyDomain": "dc", "DataPropertyRange": "dt",
    "SubObjectPropertyOf": "o", "EquivalentObjectProperties": "o", "DisjointObjectProperties": "o",
    "InverseObjectProperties": "o", "FunctionalObjectProperty": "o", "InverseFunctionalObjectProperty": "o",
    "TransitiveObjectProperty": "o", "SymmetricObjectProperty": "o", "AsymmetricObjectProperty": "o",
    "ReflexiveObjectProperty": "o", "IrreflexiveObjectProperty": "o", "SubDataPropertyOf": "d",
    "EquivalentDataProperties": "d", "DisjointDataProperties": "d", "FunctionalDataProperty": "d",
    "ObjectPropertyAssertion": "oi", "NegativeObjectPropertyAssertion": "oi", "DataPropertyAssertion": "di-",
    "NegativeDataPropertyAssertion": "di-", "SameIndividual": "i", "DifferentIndividuals": "i", "HasKey": "cod",
    "AnnotationAssertion": "a-", "SubAnnotationPropertyOf": "a", "AnnotationPropertyDomain": "a-",
    "AnnotationPropertyRange": "a-", "DatatypeDefinition": "t",
    "ObjectIntersectionOf": "c", "ObjectUnionOf": "c", "ObjectComplementOf": "c", "ObjectOneOf": "i",
    "ObjectSomeValuesFrom": "oc", "ObjectAllValuesFrom": "oc", "ObjectHasValue": "oi", "ObjectHasSelf": "o",
    "ObjectMinCardinality": "-oc", "ObjectMaxCardinality": "-oc", "ObjectExactCardinality": "-oc",
    "DataSomeValuesFrom": "dt", "DataAllValuesFrom": "dt", "DataHasValue": "d-", "DataMinCardinality": "-dt",
    "DataMaxCardinality": "-dt", "DataExactCardinality": "-dt", "ObjectInverseOf": "o", "ObjectPropertyChain": "o",
    "DataIntersectionOf": "t", "DataUnionOf": "t", "DataComplementOf": "t", "DatatypeRestriction": "t-",
}  # fmt: skip
"""Construct -> how its operands are used, the last letter for all that follow; `-` is no entity."""

_DECLARED = {
    "Class": CLASS, "ObjectProperty": OBJECT, "DataProperty": DATA, "AnnotationProperty": ANNOTATION,
    "Datatype": DATATYPE, "NamedIndividual": INDIVIDUAL,
}  # fmt: skip
LABEL_PROPERTIES = frozenset({v.LABEL, v.SKOS + "prefLabel"})

VERB_PHRASE = v.LITHO + "verbPhrase"

Texts = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything by entity. Texts (labels, definitions, verb phrases) are by language, "" where a literal has none.

    declared, used: entity -> letters (CLASS …); where: (entity, letter) -> the first axiom that uses it so.
    parents: class or property -> named superclasses or superproperties; described: classes with any other superclass
    or an equivalent; types: individual -> named classes. disjoint: lists of classes. said: (subject, litho: property)
    -> values, in order. users: deprecated entity -> subjects of the axioms that still use it.
    """

    declared: dict[Term, set[str]] = field(default_factory=lambda: defaultdict(set))
    used: dict[Term, set[str]] = field(default_factory=lambda: defaultdict(set))
    where: dict[tuple[Term, str], Axiom] = field(default_factory=dict)
    labels: dict[Term, Texts] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    definitions: dict[Term, Texts] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    verbs: dict[Term, Texts] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    deprecated: set[Term] = field(default_factory=set)
    parents: dict[Term, set[Term]] = field(default_factory=lambda: defaultdict(set))
    property_parents: dict[Term, set[Term]] = field(default_factory=lambda: defaultdict(set))
    described: set[Term] = field(default_factory=set)
    types: dict[Term, set[Term]] = field(default_factory=lambda: defaultdict(set))
    disjoint: list[tuple[Term, ...]] = field(default_factory=list)
    said: dict[tuple[Term, Term], list[Term]] = field(default_factory=lambda: defaultdict(list))
    users: dict[Term, set[Term]] = field(default_factory=lambda: defaultdict(set))

    def declared_as(self, letter: str) -> list[Term]:
        """The entities declared so, sorted."""
        return sorted(iri for iri, letters in self.declared.items() if letter in letters)


def survey(ontology: Ontology) -> Survey:
    """Gather what is said, in row order."""
    found = Survey()
    found.deprecated.update(_deprecated(ontology))
    for row in range(len(ontology)):
        _take(found, ontology.axiom(row))
    return found


def _deprecated(ontology: Ontology) -> Iterator[Term]:
    for row in range(len(ontology)):
        axiom = ontology.axiom(row)
        if axiom.kind == "AnnotationAssertion" and axiom.operands[0] == v.DEPRECATED:
            value = str(axiom.operands[2])
            if is_literal(value) and literal_parts(value)[0] in ("true", "1"):
                yield str(axiom.operands[1])


def _take(found: Survey, axiom: Axiom) -> None:
    kind, operands = axiom.kind, axiom.operands
    if kind == "Declaration":
        entity = operands[0]
        if isinstance(entity, tuple):
            found.declared[str(entity[1])].add(_DECLARED[str(entity[0])])
        return
    for iri, letter in uses((kind, *operands)):
        found.used[iri].add(letter)
        found.where.setdefault((iri, letter), axiom)
        if iri in found.deprecated and kind != "AnnotationAssertion":
            subject = subject_of(axiom)
            if subject not in found.deprecated:
                found.users[iri].add(subject)
    if kind in ("AnnotationAssertion", "ObjectPropertyAssertion", "DataPropertyAssertion"):
        _take_assertion(found, operands)
    elif kind in ("SubClassOf", "EquivalentClasses", "DisjointClasses", "DisjointUnion", "ClassAssertion"):
        _take_classes(found, kind, operands)
    elif kind in ("SubObjectPropertyOf", "SubDataPropertyOf") and all(isinstance(e, str) for e in operands):
        found.property_parents[str(operands[0])].add(str(operands[1]))


def uses(expression: Expression) -> Iterator[tuple[Term, str]]:
    """The entities of an axiom or expression and how each is used; anonymous individuals and literals left out."""
    if not isinstance(expression, tuple):
        return
    head, *rest = expression
    places = PLACES.get(str(head), "-")
    for i, operand in enumerate(rest):
        letter = places[min(i, len(places) - 1)]
        members = operand[1:] if isinstance(operand, tuple) and operand[0] == "" else (operand,)
        for member in members:
            if isinstance(member, tuple):
                yield from uses(member)
            elif isinstance(member, str) and letter != "-" and not is_literal(member) and not is_anonymous(member):
                yield member, letter


def subject_of(axiom: Axiom) -> Term:
    """What an axiom is about: an IRI, or its text where that is no name."""
    place = 1 if axiom.kind.endswith("Assertion") else 0
    subject = axiom.operands[place]
    return subject if isinstance(subject, str) else axiom.text


def _take_assertion(found: Survey, operands: tuple[Expression, ...]) -> None:
    relation, subject, value = operands
    if not (isinstance(relation, str) and isinstance(subject, str) and isinstance(value, str)):
        return
    if relation.startswith(v.LITHO):
        found.said[subject, relation].append(value)
    if is_literal(value):
        text, language, _ = literal_parts(value)
        if relation in LABEL_PROPERTIES:
            found.labels[subject][language or ""].append(text)
        elif relation in DEFINITION_PROPERTIES:
            found.definitions[subject][language or ""].append(text)
        elif relation == VERB_PHRASE:
            found.verbs[subject][language or ""].append(text)


def _take_classes(found: Survey, kind: str, operands: tuple[Expression, ...]) -> None:
    first, *others = operands
    if kind == "ClassAssertion":
        for name in _named_conjuncts(first):
            found.types[str(others[0])].add(name)
    elif kind == "SubClassOf" and isinstance(first, str):
        found.parents[first].update(_named_conjuncts(others[0]))
        found.described.add(first)
    elif kind == "EquivalentClasses":
        for name in (e for e in operands if isinstance(e, str)):
            found.described.add(name)
            for other in operands:
                if isinstance(other, tuple):
                    found.parents[name].update(_named_conjuncts(other))
    elif kind == "DisjointClasses":
        found.disjoint.append(tuple(sorted(e for e in operands if isinstance(e, str))))
    elif kind == "DisjointUnion":
        found.disjoint.append(tuple(sorted(e for e in others if isinstance(e, str))))
        for part in (e for e in others if isinstance(e, str)):
            found.parents[part].add(str(first))


def _named_conjuncts(expression: Expression) -> Iterator[Term]:
    if isinstance(expression, str):
        yield expression
    elif isinstance(expression, tuple) and expression[0] == "ObjectIntersectionOf":
        for operand in expression[1:]:
            yield from _named_conjuncts(operand)


def children_of(parents: Mapping[Term, set[Term]]) -> dict[Term, list[Term]]:
    """The hierarchy turned round, children sorted."""
    children: dict[Term, list[Term]] = defaultdict(list)
    for child in sorted(parents):
        for parent in parents[child]:
            children[parent].append(child)
    return children
