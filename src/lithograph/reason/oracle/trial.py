"""A claim as a trial before a reasoner: which axioms contradict the ontology where the claim follows, or is refuted.

The definitions are those of docs/decisions/0018: O⁺ is the ontology with a fresh member of the claim's subject
class. *Entailed*: O⁺ and the claim's denial contradict each other; *refuted*: O⁺ and the claim do. Fresh members are
anonymous, so that no key merges them with a known individual. Knows no reasoner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lithograph.core import vocabulary as v
from lithograph.core.identity import sha256_hex
from lithograph.ontology.axioms import Axiom, Expression, structural_string
from lithograph.ontology.functional import SKOLEM
from lithograph.ontology.terms import is_anonymous, is_literal
from lithograph.reason.question import proper


@dataclass(frozen=True, slots=True)
class Trial:
    """What is put to a reasoner about one claim; each field a set of axioms that is tried together with the ontology.

    denied: the claim does not hold. claimed: it does, everywhere, and its subject class has a member. fits: one member
    of the subject (one pair of a property) fits the claim; empty where the claim is about individuals.
    subject: the subject class has a member.
    of_class, of_individuals: whether it speaks of a named class, of known individuals; a property where neither.
    """

    denied: tuple[Axiom, ...]
    claimed: tuple[Axiom, ...]
    fits: tuple[Axiom, ...] = ()
    subject: tuple[Axiom, ...] = ()
    of_class: bool = False
    of_individuals: bool = False


def key(claim: Axiom) -> str:
    """Hex hash of a claim by its structure. The first operand is its subject, so top operands keep their order."""
    return sha256_hex(" ".join([claim.kind, *map(structural_string, claim.operands)]))


def trial(claim: Axiom, number: int = 0) -> Trial | str:
    """The trial of a claim, its fresh names told apart by a number; for other shapes the reason why there is none.

    The subject of a symmetric claim is its first named class.
    """
    shape = _SHAPES.get(claim.kind)
    if shape is None:
        return f"no question can be made of {claim.kind}"
    unknown = next((term for term in _terms(claim.operands) if term in UNIVERSAL), None)
    if unknown:
        return f"HermiT does not know {unknown.rpartition('#')[2]}"
    operands = tuple(_named(operand) for operand in claim.operands)
    if len(operands) != _OPERANDS.get(claim.kind, 2):
        return f"no question can be made of {claim.kind} with {len(operands)} operands"
    found = shape(claim.kind, operands, f"_:litho{number}")
    if isinstance(found, str):
        return found
    return replace(found, denied=_proper(found.denied), claimed=_proper(found.claimed), fits=_proper(found.fits))


UNIVERSAL = frozenset(v.OWL + name for name in ("topObjectProperty", "topDataProperty"))
"""Of what lies below these HermiT 1.3.8 says that it does not follow."""


def _terms(expression: Expression) -> Iterator[str]:
    if isinstance(expression, tuple):
        for part in expression:
            yield from _terms(part)
    elif isinstance(expression, str):
        yield expression


def _proper(axioms: tuple[Axiom, ...]) -> tuple[Axiom, ...]:
    return tuple(axiom for axiom in map(proper, axioms) if axiom is not None)


def _named(expression: Expression) -> Expression:
    """An expression with its anonymous individuals named, as the question names the ontology's."""
    if isinstance(expression, tuple):
        return tuple(_named(e) for e in expression)
    return SKOLEM + expression[2:] if isinstance(expression, str) and is_anonymous(expression) else expression


def _not(expression: Expression) -> Expression:
    return ("ObjectComplementOf", expression)


def _is_name(expression: Expression) -> bool:
    return isinstance(expression, str) and not is_literal(expression)


def _of_class(subject: Expression, wanted: Expression, claimed: Axiom, denial: Expression, member: str) -> Trial | str:
    if not _is_name(subject):
        return "its subject is no named class"
    return Trial(
        (Axiom("ClassAssertion", (denial, member)),),
        (claimed, Axiom("ClassAssertion", (subject, member))),
        (Axiom("ClassAssertion", (("ObjectIntersectionOf", subject, wanted), member)),),
        (Axiom("ClassAssertion", (subject, member)),),
        of_class=True,
    )


def _subclass(kind: str, operands: tuple[Expression, ...], member: str) -> Trial | str:
    subject, wanted = operands
    denial = ("ObjectIntersectionOf", subject, _not(wanted))
    return _of_class(subject, wanted, Axiom(kind, operands), denial, member)


def _symmetric(operands: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """Two operands, a named one first."""
    return operands if _is_name(operands[0]) else operands[::-1]


def _disjoint(kind: str, operands: tuple[Expression, ...], member: str) -> Trial | str:
    subject, other = _symmetric(operands)
    return _subclass("SubClassOf", (subject, _not(other)), member)


def _equivalent(kind: str, operands: tuple[Expression, ...], member: str) -> Trial | str:
    one, two = _symmetric(operands)
    denial = ("ObjectUnionOf", ("ObjectIntersectionOf", one, _not(two)), ("ObjectIntersectionOf", two, _not(one)))
    return _of_class(one, two, Axiom(kind, (one, two)), denial, member)


def _type(kind: str, operands: tuple[Expression, ...], member: str) -> Trial:
    wanted, individual = operands
    return _of_individuals(Axiom(kind, operands), Axiom(kind, (_not(wanted), individual)))


def _opposite(kind: str, operands: tuple[Expression, ...], member: str) -> Trial:
    return _of_individuals(Axiom(kind, operands), Axiom(_OPPOSITES[kind], operands))


def _of_individuals(claimed: Axiom, denied: Axiom) -> Trial:
    return Trial((denied,), (claimed,), of_individuals=True)


def _subproperty(kind: str, operands: tuple[Expression, ...], member: str) -> Trial | str:
    """Denied by a pair of the narrower property: all that the wider one leads to is outside a fresh class."""
    narrow, wide = operands
    if isinstance(narrow, tuple) and narrow[0] == "ObjectPropertyChain":
        return "its subject is a chain of properties"
    other, outside = f"{member}o", f"urn:litho:fresh:{member[2:]}"
    pair = Axiom("ObjectPropertyAssertion", (narrow, member, other))
    return Trial(
        (pair, Axiom("ClassAssertion", (outside, other)),
         Axiom("ClassAssertion", (("ObjectAllValuesFrom", wide, _not(outside)), member))),
        (Axiom(kind, operands),),
        (pair, Axiom("ObjectPropertyAssertion", (wide, member, other))),
    )  # fmt: skip


_OPPOSITES = {
    "ObjectPropertyAssertion": "NegativeObjectPropertyAssertion",
    "NegativeObjectPropertyAssertion": "ObjectPropertyAssertion",
    "DataPropertyAssertion": "NegativeDataPropertyAssertion",
    "NegativeDataPropertyAssertion": "DataPropertyAssertion",
    "SameIndividual": "DifferentIndividuals", "DifferentIndividuals": "SameIndividual",
}  # fmt: skip

_Shape = Callable[[str, tuple[Expression, ...], str], Trial | str]
_SHAPES: dict[str, _Shape] = {
    "SubClassOf": _subclass, "DisjointClasses": _disjoint, "EquivalentClasses": _equivalent, "ClassAssertion": _type,
    "SubObjectPropertyOf": _subproperty, **dict.fromkeys(_OPPOSITES, _opposite),
}  # fmt: skip
_OPERANDS = {kind: 3 for kind in _OPPOSITES if kind.endswith("Assertion")}
