"""The axiom that a claim is, the way back from `constructs`. Knows nothing about rows, words or proofs."""

from __future__ import annotations

from collections.abc import Callable

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import SYMMETRIC_KINDS, Axiom, Expression, structural_string
from lithograph.ontology.constructs import CHARACTERISTICS, Claim
from lithograph.ontology.graph import Kind, Quantifier
from lithograph.ontology.terms import Term, is_literal

KindOf = Callable[[Term], int]

_RESTRICTION = {
    Quantifier.SOME: "SomeValuesFrom", Quantifier.ONLY: "AllValuesFrom", Quantifier.VALUE: "HasValue",
    Quantifier.MIN: "MinCardinality", Quantifier.MAX: "MaxCardinality", Quantifier.EXACTLY: "ExactCardinality",
}  # fmt: skip
_BETWEEN_CLASSES = {v.SUBCLASS_OF: "SubClassOf", v.EQUIVALENT_CLASS: "EquivalentClasses"}
_BETWEEN_INDIVIDUALS = {v.SAME_AS: "SameIndividual", v.DIFFERENT_FROM: "DifferentIndividuals"}
_BETWEEN_RELATIONS = {
    v.SUBPROPERTY_OF: "Sub{}PropertyOf", v.EQUIVALENT_PROPERTY: "Equivalent{}Properties",
    v.PROPERTY_DISJOINT_WITH: "Disjoint{}Properties", v.INVERSE_OF: "Inverse{}Properties",
    v.DOMAIN: "{}PropertyDomain", v.RANGE: "{}PropertyRange",
}  # fmt: skip


def axiom_of_claim(claim: Claim, kind_of: KindOf) -> Axiom | None:
    """What a claim says in OWL, set-like operands in order; None for what is no logical axiom (a definition, a label).

    kind_of: Kind flags of a term. That two classes are disjoint is said of the first: none of it is the second.
    """
    said = _assertion(claim, kind_of) if claim.quantifier == Quantifier.INDIVIDUAL else _general(claim, kind_of)
    if said is None or said.kind not in SYMMETRIC_KINDS:
        return said
    return Axiom(said.kind, tuple(sorted(said.operands, key=structural_string)))


def _assertion(claim: Claim, kind_of: KindOf) -> Axiom | None:
    subject, relation, thing = claim.subject, claim.relation, claim.object
    if relation == v.TYPE:
        return Axiom("ClassAssertion", (_denied(thing) if claim.negated else thing, subject))
    if relation in _BETWEEN_INDIVIDUALS:
        one, other = _BETWEEN_INDIVIDUALS.values()
        same = (relation == v.SAME_AS) != claim.negated
        return Axiom(one if same else other, (subject, thing))
    sort = _sort(relation, thing, kind_of)
    return Axiom(f"{'Negative' if claim.negated else ''}{sort}PropertyAssertion", (relation, subject, thing))


def _general(claim: Claim, kind_of: KindOf) -> Axiom | None:
    """Of a class or of a relation."""
    subject, relation, thing = claim.subject, claim.relation, claim.object
    if claim.quantifier in _RESTRICTION:
        head = _sort(relation, thing, kind_of) + _RESTRICTION[claim.quantifier]
        counted: tuple[Expression, ...] = (claim.number,) if head.endswith("Cardinality") else ()
        restriction: Expression = (head, *counted, relation, thing)
        return Axiom("SubClassOf", (subject, _denied(restriction) if claim.negated else restriction))
    if claim.quantifier != Quantifier.SCHEMA:
        return None
    if relation in (v.SUBCLASS_OF, v.DISJOINT_WITH):
        excluded = claim.negated == (relation == v.SUBCLASS_OF)
        return Axiom("SubClassOf", (subject, _denied(thing) if excluded else thing))
    if claim.negated:
        return None
    if relation in _BETWEEN_CLASSES:
        return Axiom(_BETWEEN_CLASSES[relation], (subject, thing))
    sort = "Data" if kind_of(subject) & Kind.DATA_PROPERTY else "Object"
    if relation in _BETWEEN_RELATIONS:
        return Axiom(_BETWEEN_RELATIONS[relation].format(sort), (subject, thing))
    kinds = [kind for kind, named in CHARACTERISTICS.items() if named == thing and sort in kind]
    return Axiom(kinds[0], (subject,)) if relation == v.TYPE and kinds else None


def _sort(relation: Term, thing: Term, kind_of: KindOf) -> str:
    return "Data" if is_literal(thing) or kind_of(relation) & Kind.DATA_PROPERTY else "Object"


def _denied(expression: Expression) -> Expression:
    return ("ObjectComplementOf", expression)
