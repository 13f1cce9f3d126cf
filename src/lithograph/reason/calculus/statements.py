"""OWL axioms and class expressions as statements of the calculus (`calculus.rls`). Knows nothing about engines.

A statement is a predicate with its arguments, each an expression: `("told", (A, B))`. What an axiom says is made from
that axiom alone, what an expression is from that expression alone, so that both can be checked again by themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.terms import is_iri
from lithograph.reason.calculus.values import VALUE_STATEMENTS, Statement, of_values
from lithograph.reason.question import proper

THING, NOTHING = v.THING, v.NOTHING
AND, ONE = "ObjectIntersectionOf", "ObjectOneOf"
_ALIKE = {
    "DataIntersectionOf": AND, "DataUnionOf": "ObjectUnionOf", "DataComplementOf": "ObjectComplementOf",
    "DataOneOf": "ObjectOneOf", "DataSomeValuesFrom": "ObjectSomeValuesFrom", "DataHasValue": "ObjectHasValue",
    "DataAllValuesFrom": "ObjectAllValuesFrom", "DataMinCardinality": "ObjectMinCardinality",
    "DataMaxCardinality": "ObjectMaxCardinality", "DataExactCardinality": "ObjectExactCardinality",
}  # fmt: skip
"""A data construct -> the object construct it is reasoned about as: a literal is read as an individual."""

SILENT = frozenset({
    "Declaration", "AnnotationAssertion", "SubAnnotationPropertyOf", "AnnotationPropertyDomain",
    "AnnotationPropertyRange",
})  # fmt: skip
_CHARACTERISTIC = {
    "FunctionalObjectProperty": "functional", "FunctionalDataProperty": "functional",
    "InverseFunctionalObjectProperty": "inverse_functional", "ReflexiveObjectProperty": "reflexive",
    "IrreflexiveObjectProperty": "irreflexive", "AsymmetricObjectProperty": "asymmetric",
}  # fmt: skip
_TOP = frozenset({v.OWL + "topObjectProperty", v.OWL + "topDataProperty"})
BOTTOM = (v.OWL + "bottomObjectProperty", v.OWL + "bottomDataProperty")
"""Properties that relate nothing."""


class Outside(Exception):
    """A construct that the calculus has no statement for; its text names it."""


def normal(expression: Expression) -> Expression:
    """An expression in the one form the calculus knows: data constructs as object constructs, lists as pairs.

    `hasValue` is a `some`, a list of individuals an `or` of single ones, an exact cardinality the `and` of a least and
    a greatest one. Raises Outside.
    """
    if not isinstance(expression, tuple):
        if expression in _TOP:
            raise Outside(str(expression).rpartition("#")[2])
        return THING if expression == v.RDFS + "Literal" else expression
    head = _ALIKE.get(str(expression[0]), str(expression[0]))
    rest = [normal(e) for e in expression[1:]]
    if head == "DatatypeRestriction":
        return expression
    if head in (AND, "ObjectUnionOf"):
        return _nested(head, rest)
    if head == ONE:
        return _nested("ObjectUnionOf", [one(e) for e in rest])
    if head == "ObjectHasValue":
        return ("ObjectSomeValuesFrom", rest[0], one(rest[1]))
    if head == "ObjectInverseOf":
        inner = rest[0]
        return inner[1] if isinstance(inner, tuple) and inner[0] == head else (head, inner)
    if head.endswith("Cardinality"):
        return _cardinality(head, rest)
    if head in ("ObjectComplementOf", "ObjectSomeValuesFrom", "ObjectAllValuesFrom", "ObjectHasSelf"):
        if len(rest) > 2:
            raise Outside("n-ary data range")
        return (head, *rest)
    if head in ("ObjectPropertyChain", ""):
        return (head, *rest)
    raise Outside(head)


def one(individual: Expression) -> Expression:
    """The class of one individual, or the data range of one literal."""
    return (ONE, individual)


def _nested(head: str, operands: list[Expression]) -> Expression:
    """Binary: the operands in order, so that the same set is the same expression."""
    flat = [part for operand in operands for part in _parts(operand, head)]
    unique = sorted(set(flat) - {THING if head == AND else NOTHING}, key=repr)
    if not unique:
        return THING if head == AND else NOTHING
    out = unique[-1]
    for operand in reversed(unique[:-1]):
        out = (head, operand, out)
    return out


def _cardinality(head: str, rest: list[Expression]) -> Expression:
    number, relation = rest[:2]
    filler = rest[2] if rest[2:] else THING
    if head == "ObjectExactCardinality":
        least = _cardinality("ObjectMinCardinality", rest)
        return _nested(AND, [least, ("ObjectMaxCardinality", number, relation, filler)])
    if head == "ObjectMinCardinality" and number in (0, 1):
        return THING if number == 0 else ("ObjectSomeValuesFrom", relation, filler)
    return (head, number, relation, filler)


def meet(left: Expression, right: Expression) -> Expression:
    """The intersection of two expressions, the same whatever the order in which its parts were met."""
    return _nested(AND, [left, right])


def _parts(expression: Expression, head: str) -> Iterator[Expression]:
    if isinstance(expression, tuple) and expression[0] == head:
        yield from _parts(expression[1], head)
        yield from _parts(expression[2], head)
    else:
        yield expression


def said_by(axiom: Axiom) -> list[Statement]:
    """What an axiom says, in the calculus. Raises Outside where the calculus cannot say all of it."""
    made = proper(axiom)
    if made is None or made.kind in SILENT:
        return []
    kind = made.kind
    if kind == "HasKey":
        return [("key", (normal(made.operands[0]), _key_list(made)))]
    if kind == "SubObjectPropertyOf" and isinstance(made.operands[0], tuple) and made.operands[0][0] == _CHAIN:
        first, *rest = made.operands[0][1:]
        return [("told_chain", (normal(first), _rest_of_chain(rest), normal(made.operands[1])))]
    singles = _INDIVIDUALS.get(kind, ())
    operands = tuple(one(e) if i in singles else normal(e) for i, e in enumerate(made.operands))
    if kind in ("SameIndividual", "DifferentIndividuals"):
        operands = tuple(map(one, made.operands))
    return list(_said(kind, operands))


_INDIVIDUALS: dict[str, tuple[int, ...]] = {
    "ClassAssertion": (1,), "ObjectPropertyAssertion": (1, 2), "DataPropertyAssertion": (1, 2),
    "NegativeObjectPropertyAssertion": (1, 2), "NegativeDataPropertyAssertion": (1, 2),
}  # fmt: skip
"""Axiom kind -> which of its operands are individuals or literals."""


def _said(kind: str, o: tuple[Expression, ...]) -> Iterator[Statement]:
    if kind == "SubClassOf":
        yield "told", (o[0], o[1])
    elif kind in ("EquivalentClasses", "SameIndividual", "DatatypeDefinition"):
        for pair in itertools.pairwise((*o, o[0])):  # a ring says as much as all pairs
            yield "told", pair
    elif kind == "ClassAssertion":
        yield "told", (o[1], o[0])
    elif kind in ("DisjointClasses", "DifferentIndividuals"):
        yield from _apart(o)
    elif kind == "DisjointUnion":
        yield "told", (o[0], _nested("ObjectUnionOf", list(o[1:])))
        yield from (("told", (part, o[0])) for part in o[1:])
        yield from _apart(o[1:])
    elif kind in ("ObjectPropertyAssertion", "DataPropertyAssertion"):
        yield "fact", (o[1], o[0], o[2])
    elif kind in ("NegativeObjectPropertyAssertion", "NegativeDataPropertyAssertion"):
        yield "not_fact", (o[1], o[0], o[2])
    else:
        yield from _of_properties(kind, o)


def _of_properties(kind: str, o: tuple[Expression, ...]) -> Iterator[Statement]:
    if kind in ("SubObjectPropertyOf", "SubDataPropertyOf"):
        yield "told_role", (o[0], o[1])
    elif kind in ("EquivalentObjectProperties", "EquivalentDataProperties"):
        for pair in itertools.pairwise((*o, o[0])):
            yield "told_role", pair
    elif kind in ("DisjointObjectProperties", "DisjointDataProperties"):
        for pair in itertools.permutations(o, 2):
            yield "disjoint_roles", pair
    elif kind == "InverseObjectProperties":
        yield "told_inverse", (o[0], o[1])
    elif kind in ("ObjectPropertyDomain", "DataPropertyDomain"):
        yield "told_domain", (o[0], o[1])
    elif kind in ("ObjectPropertyRange", "DataPropertyRange"):
        yield "told_range", (o[0], o[1])
    elif kind == "TransitiveObjectProperty":
        yield "told_chain", (o[0], o[0], o[0])
    elif kind == "SymmetricObjectProperty":
        yield "told_inverse", (o[0], o[0])
    elif kind in _CHARACTERISTIC:
        yield _CHARACTERISTIC[kind], (o[0],)
    else:
        raise Outside(kind)


def _apart(operands: tuple[Expression, ...]) -> Iterator[Statement]:
    if len(operands) == 2:
        yield "disjoint", operands
        yield "disjoint", operands[::-1]
        return
    group = ("DisjointClasses", *sorted(set(operands), key=repr))
    for operand in group[1:]:
        yield "apart", (group, operand)


_CHAIN = "ObjectPropertyChain"


def _rest_of_chain(rest: list[Expression]) -> Expression:
    parts = [normal(p) for p in rest]
    return parts[0] if len(parts) == 1 else (_CHAIN, *parts)


def _key_list(axiom: Axiom) -> Expression:
    properties = [normal(p) for group in axiom.operands[1:] if isinstance(group, tuple) for p in group[1:]]
    return ("", *sorted(properties, key=repr))


def falls(expression: Expression) -> list[Statement]:
    """What follows from being an expression (the statements that end in `_has`), of this node alone."""
    if not isinstance(expression, tuple):
        return []
    head, *rest = expression
    name = {AND: "and_has", "ObjectUnionOf": "or_has", "ObjectComplementOf": "not_has", "ObjectHasSelf": "self_has",
            "ObjectSomeValuesFrom": "some_has", "ObjectAllValuesFrom": "only_has", "ObjectMinCardinality": "min_has",
            "ObjectMaxCardinality": "max_has"}.get(str(head))  # fmt: skip
    return [(name, (expression, *rest))] if name else []


def rises(expression: Expression) -> list[Statement]:
    """What it takes to be an expression (the statements that end in `_from`), of this node alone."""
    return [(name.replace("_has", "_from"), arguments) for name, arguments in falls(expression)]


def below(expression: Expression, falling: bool) -> Iterator[tuple[Expression, bool]]:
    """The class expressions inside one, each with whether it falls: what follows from it is wanted."""
    if not isinstance(expression, tuple):
        return
    head, *rest = expression
    if head in (AND, "ObjectUnionOf"):
        yield from ((e, falling) for e in rest)
    elif head == "ObjectComplementOf":
        yield rest[0], not falling
    elif head in ("ObjectSomeValuesFrom", "ObjectAllValuesFrom", "ObjectMinCardinality"):
        yield rest[-1], falling
    elif head == "ObjectMaxCardinality":
        yield rest[-1], not falling


def cells(expression: Expression) -> list[Statement]:
    """What a property expression, a chain or the list of a key is, of this node alone."""
    if not isinstance(expression, tuple):
        return []
    head, *rest = expression
    if head == "ObjectInverseOf":
        return [("turned", (rest[0], expression))]
    if head == _CHAIN:
        return [("link", (rest[0], _rest_of_chain(rest[1:]), expression))]
    if head == "" and len(rest) == 1:
        return [("key_last", (expression, rest[0]))]
    if head == "" and rest:
        return [("key_next", (expression, rest[0], ("", *rest[1:])))]
    return []


def holds_by_form(statement: Statement) -> bool:
    """Whether a statement holds by what its expressions are, no axiom needed."""
    name, arguments = statement
    first = arguments[0]
    if name == "meet":
        return meet(first, arguments[1]) == arguments[2]
    if name == "and_has" and meet(arguments[1], arguments[2]) == first:
        return True
    if name in ("context", "property") or (name == "told_domain" and first in BOTTOM and arguments[1] == NOTHING):
        return True
    if name in ("individual", "named"):
        if not (isinstance(first, tuple) and first[0] == ONE):
            return False
        return name == "individual" or is_iri(str(first[1]))
    if name in ("more", "not_less"):
        left, right = int(str(first)), int(str(arguments[1]))
        return left > right if name == "more" else left >= right
    if name.endswith("_has"):
        return statement in falls(first)
    if name.endswith("_from"):
        return statement in rises(first)
    if name in VALUE_STATEMENTS:
        return of_values(statement)
    return any(statement in cells(e) for e in arguments)
