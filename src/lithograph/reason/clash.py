"""Whether an ontology has anything in it that could contradict anything. Knows nothing about reasoners.

Answered from the constructs alone. *No* is sound: it is said only where one of two models is known to exist. In the
*point*, one individual is in every class and related to itself by every property, so that functional properties,
`exactly 1` and enumerations hold. In the *crowd*, infinitely many individuals are in every class and related each to
each, so that `at least 7` holds. Data properties relate everything to every value, or nothing to any. In both models
every class has a member, so there is no unsatisfiable class either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import ANNOTATION_KINDS, ATOM_KINDS, Expression, Ontology
from lithograph.ontology.terms import is_literal, literal_parts

HARMLESS = frozenset({
    "SubClassOf", "EquivalentClasses", "ClassAssertion", "ObjectPropertyAssertion", "SubObjectPropertyOf",
    "SubDataPropertyOf", "EquivalentObjectProperties", "EquivalentDataProperties", "InverseObjectProperties",
    "ObjectPropertyDomain", "ObjectPropertyRange", "DataPropertyDomain", "TransitiveObjectProperty",
    "SymmetricObjectProperty", "ReflexiveObjectProperty", "ObjectIntersectionOf", "ObjectUnionOf",
    "ObjectSomeValuesFrom", "ObjectAllValuesFrom", "ObjectHasValue", "ObjectHasSelf", "ObjectInverseOf",
    "ObjectPropertyChain",
})  # fmt: skip
"""True in both models."""

POINT_ONLY = frozenset({
    "FunctionalObjectProperty", "InverseFunctionalObjectProperty", "SameIndividual", "HasKey", "ObjectOneOf", "",
})  # fmt: skip
"""True in the point; the empty head is one of HasKey's lists."""

DATA_NEEDED = frozenset({"DataPropertyAssertion", "DataSomeValuesFrom", "DataHasValue"})
"""True where data properties relate everything to every value."""

DATA_BOUNDED = frozenset({"DataPropertyRange", "DataAllValuesFrom", "DataMaxCardinality", "FunctionalDataProperty"})
"""True where data properties relate nothing to any value."""

CLASHING_TERMS = (
    v.NOTHING, v.OWL + "topObjectProperty", v.OWL + "bottomObjectProperty", v.OWL + "topDataProperty",
    v.OWL + "bottomDataProperty",
)  # fmt: skip

_INTEGER = re.compile(r"[+-]?[0-9]+")
_LEXICAL = {
    v.XSD + "integer": _INTEGER,
    v.XSD + "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    v.XSD + "double": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"),
    v.XSD + "float": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"),
    v.XSD + "boolean": re.compile(r"true|false|0|1"),
    v.XSD + "anyURI": re.compile(r"[^\s]*"),
    v.XSD + "string": re.compile(r".*", re.DOTALL),
    v.XSD + "dateTime": re.compile(
        r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
        r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?"
    ),
}  # fmt: skip
"""Forms that surely are literals of their datatype: others count as able to clash."""


def can_clash(ontology: Ontology) -> bool:
    """Whether a contradiction or an unsatisfiable class is possible at all, as far as the constructs tell.

    False is a proof that there is none. True says nothing: ask the oracle.
    """
    if ontology.rules:
        return True
    heads: set[str] = set()
    for head in _heads(ontology):
        if head == "!":
            return True
        heads.add(head)
    objects = heads - DATA_NEEDED - DATA_BOUNDED
    if heads & DATA_NEEDED and heads & DATA_BOUNDED:
        return True
    return not (objects <= HARMLESS | POINT_ONLY or objects <= HARMLESS | {"ObjectMinCardinality"})


def _heads(ontology: Ontology) -> Iterator[str]:
    """The constructs used, `!` for one that can clash by itself; small cardinalities under the names they amount to."""
    unlogical = {i for i, kind in enumerate(ATOM_KINDS) if kind in ANNOTATION_KINDS or kind == "Declaration"}
    logical = ~np.isin(ontology.atom_kinds, list(unlogical))
    for index in np.unique(ontology.atom_kinds[logical]).tolist():
        yield ATOM_KINDS[index]
    texts = ontology.terms.texts
    for term in np.unique(ontology.atoms[logical]).tolist():
        yield from _head(texts[term])
    for axiom in ontology.compounds:
        if axiom.kind not in ANNOTATION_KINDS and axiom.kind != "Declaration":
            yield from _head((axiom.kind, *axiom.operands))


def _head(expression: Expression) -> Iterator[str]:
    if isinstance(expression, int):
        return
    if isinstance(expression, str):
        if expression in CLASHING_TERMS or (is_literal(expression) and not _well_formed(expression)):
            yield "!"
        return
    head, *rest = expression
    yield _amounts_to(str(head), tuple(rest))
    for operand in rest:
        yield from _head(operand)


def _amounts_to(head: str, rest: tuple[Expression, ...]) -> str:
    """A construct by the models it holds in."""
    if head in ("ObjectMaxCardinality", "ObjectExactCardinality", "ObjectMinCardinality", "DataMinCardinality"):
        number = rest[0]
        if head == "ObjectMinCardinality":
            return "ObjectSomeValuesFrom" if number in (0, 1) else head
        if head == "DataMinCardinality":
            return "DataSomeValuesFrom" if number == 1 and _plain_range(rest[1:]) else "!"
        fits = number == 1 or (head == "ObjectMaxCardinality" and number != 0)
        return "FunctionalObjectProperty" if fits else "!"
    if head == "DataSomeValuesFrom" and not _plain_range(rest):
        return "!"
    if head in ("ObjectOneOf", "ObjectUnionOf") and not rest:
        return "!"
    known = HARMLESS | POINT_ONLY | DATA_NEEDED | DATA_BOUNDED
    return head if head in known else "!"


def _plain_range(rest: tuple[Expression, ...]) -> bool:
    """Whether a data restriction's range is a datatype's own value space, or left out."""
    return len(rest) < 2 or (isinstance(rest[1], str) and rest[1] in (*_LEXICAL, v.RDFS + "Literal"))


def _well_formed(literal: str) -> bool:
    lexical, _, datatype = literal_parts(literal)
    if datatype is None:
        return True
    form = _LEXICAL.get(datatype)
    return form.fullmatch(lexical) is not None if form else not datatype.startswith((v.XSD, v.OWL, v.RDF))
