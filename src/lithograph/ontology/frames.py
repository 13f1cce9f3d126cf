"""An axiom as it stands in a frame of Protégé: whose frame, under which heading, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.manchester import Namer, manchester
from lithograph.ontology.terms import Term, is_anonymous, is_literal

_HEADINGS: Mapping[str, str] = {
    "SubClassOf": "SubClass Of", "EquivalentClasses": "Equivalent To", "DisjointClasses": "Disjoint With",
    "DisjointUnion": "Disjoint Union Of", "HasKey": "Target for Key", "ClassAssertion": "Types",
    "ObjectPropertyAssertion": "Object property assertions", "DataPropertyAssertion": "Data property assertions",
    "NegativeObjectPropertyAssertion": "Negative object property assertions",
    "NegativeDataPropertyAssertion": "Negative data property assertions", "AnnotationAssertion": "Annotations",
    "SubObjectPropertyOf": "SubProperty Of", "SubDataPropertyOf": "SubProperty Of",
    "SubAnnotationPropertyOf": "SubProperty Of", "EquivalentObjectProperties": "Equivalent To",
    "EquivalentDataProperties": "Equivalent To", "DisjointObjectProperties": "Disjoint With",
    "DisjointDataProperties": "Disjoint With", "InverseObjectProperties": "Inverse Of",
    "ObjectPropertyDomain": "Domains", "DataPropertyDomain": "Domains", "AnnotationPropertyDomain": "Domains",
    "ObjectPropertyRange": "Ranges", "DataPropertyRange": "Ranges", "AnnotationPropertyRange": "Ranges",
    "SameIndividual": "Same Individual As", "DifferentIndividuals": "Different Individuals",
    "DatatypeDefinition": "Datatype Definitions", "Declaration": "Declaration",
}  # fmt: skip
"""Kind of axiom -> the heading of Protégé under which it stands; the others are characteristics of a property."""

_FRAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("NamedIndividual", ("ClassAssertion", "PropertyAssertion", "SameIndividual", "DifferentIndividuals")),
    ("Class", ("SubClassOf", "EquivalentClasses", "DisjointClasses", "DisjointUnion", "HasKey")),
    ("ObjectProperty", ("ObjectProperty", "ObjectProperties")),
    ("DataProperty", ("DataProperty", "DataProperties")),
    ("AnnotationProperty", ("AnnotationProperty",)),
    ("Datatype", ("DatatypeDefinition",)),
)
"""What an entity without a declaration is taken for, by what the kind of an axiom about it holds; the first counts."""
_WORDS = {"ObjectProperty": "Object property", "DataProperty": "Data property", "NamedIndividual": "Individual",
          "AnnotationProperty": "Annotation property"}  # fmt: skip
GENERAL = "General class axioms"


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A line of a frame: `Class: Chain`, `SubClass Of`, `hasPart some Link`."""

    frame: str
    heading: str
    text: str


def line_of(axiom: Axiom, name: Namer, kinds: Mapping[Term, str]) -> Line:
    """The line that an axiom is.

    kinds: what its entities are declared as. Of operands that are a set, the first name owns the frame.

    >>> from lithograph.ontology.manchester import short_name
    >>> links = ("ObjectSomeValuesFrom", "http://e/has", "http://e/Link")
    >>> line_of(Axiom("SubClassOf", ("http://e/Chain", links)), short_name, {})
    Line(frame='Class: Chain', heading='SubClass Of', text='has some Link')
    """
    kind, operands = axiom.kind, axiom.operands
    if kind == "AnnotationAssertion" and str(operands[1]) not in kinds:
        return Line(f"Entity: {name(str(operands[1]))}", "Annotations", _text(axiom, str(operands[1]), name))
    if kind == "Declaration" and isinstance(operands[0], tuple):
        what, iri = str(operands[0][0]), str(operands[0][1])
        return Line(f"{_WORDS.get(what, what)}: {name(iri)}", "Declaration", iri)
    subject = _subject(axiom)
    if subject is None:
        return Line(GENERAL, "", manchester(axiom, name))
    what = kinds.get(subject) or _frame_of(kind)
    frame = f"{_WORDS.get(what, what)}: {name(subject)}"
    heading = _HEADINGS.get(kind, "Characteristics")
    if isinstance(operands[0], tuple) and operands[0][0] == "ObjectPropertyChain":
        return Line(frame, "SuperProperty Of (Chain)", _rest(axiom, manchester(axiom, name), "SubPropertyOf", name))
    return Line(frame, heading, _text(axiom, subject, name))


def _subject(axiom: Axiom) -> Term | None:
    """Whose frame an axiom stands in; None for a general class axiom."""
    if axiom.kind.endswith("Assertion"):
        subject: Expression = axiom.operands[1]
    else:
        named = [e for e in axiom.operands if isinstance(e, str) and not is_literal(e)]
        chain = isinstance(axiom.operands[0], tuple) and axiom.operands[0][0] == "ObjectPropertyChain"
        sided = axiom.kind in ("SubClassOf", "SubObjectPropertyOf") and not chain
        subject = axiom.operands[0] if sided or not named else named[0]
    return subject if isinstance(subject, str) else None


def _frame_of(kind: str) -> str:
    """What an entity without a declaration is, by an axiom about it."""
    return next((frame for frame, marks in _FRAMES if any(mark in kind for mark in marks)), "Entity")


def _text(axiom: Axiom, subject: Term, name: Namer) -> str:
    """What stands in the line beside the subject."""
    kind, operands = axiom.kind, axiom.operands
    if kind == "AnnotationAssertion":
        return f"{name(str(operands[0]))} {_literal(operands[2], name)}"
    if kind == "ClassAssertion":
        return _alone(operands[0], name)
    if kind.endswith("Assertion"):
        return f"{_alone(operands[0], name)} {_literal(operands[2], name)}"
    if kind == "HasKey":
        return _rest(axiom, manchester(axiom, name), "HasKey", name)
    if len(operands) == 1:
        return manchester(axiom, name).partition("Characteristics: ")[2]
    others = list(operands)
    others.remove(subject)
    return ", ".join(_alone(operand, name) for operand in others)


def _rest(axiom: Axiom, said: str, between: str, name: Namer) -> str:
    """The side of an axiom beside its subject: a chain's properties, a key's."""
    before, _, after = said.partition(f" {between} ")
    return after if between == "HasKey" else before


def _alone(expression: Expression, name: Namer) -> str:
    """An expression without brackets around it."""
    return manchester(Axiom("ClassAssertion", (expression, "_:x")), name).partition(" Type ")[2]


def _literal(expression: Expression, name: Namer) -> str:
    if isinstance(expression, str) and not is_literal(expression) and not is_anonymous(expression):
        return name(expression)
    return _alone(expression, name)
