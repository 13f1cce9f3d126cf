"""The certificate of *unknown*: two checked finite models, in one of which a claim holds and in the other not.

CONCEPTS 1: O⁺ is the ontology with a fresh member of the claim's subject class. Both models are models of O⁺, passed by
the checker on the whole ontology, so neither O⁺ ⊨ claim nor O⁺ ∪ {claim} ⊨ ⊥. Finding none says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lithograph.core.vocabulary import NOTHING, THING
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.terms import Term, is_literal
from lithograph.reason.models.check import member, satisfies, violated
from lithograph.reason.models.expressions import negated
from lithograph.reason.models.index import Index, index_of
from lithograph.reason.models.search import Bounds, OutOfBounds, Search, proposals_of, start
from lithograph.reason.models.structure import Interpretation, Structure
from lithograph.reason.models.values import Refused

MEMBER = "urn:litho:presupposed"
"""The presupposed member while a model is sought; the model then holds it as a nameless element."""


@dataclass(frozen=True, slots=True)
class TwoModels:
    """Models of O⁺: one satisfies the claim, one violates it."""

    satisfying: Interpretation
    violating: Interpretation


def two_models(ontology: Ontology, claim: Axiom, bounds: Bounds | None = None) -> TwoModels | None:
    """The certificate that a claim is unknown, or None where none was found within the bounds.

    Claims: SubClassOf, DisjointClasses of two, ClassAssertion, Object- and DataPropertyAssertion; others have none.
    The same ontology, claim and bounds give the same models.
    """
    posed = _posed(claim)
    if posed is None:
        return None
    subject, holding, denying = posed
    bounds = bounds or Bounds()
    try:
        violating = _model(ontology, denying, bounds)
        if violating is None or not _passes(violating, ontology, claim, subject, False):
            return None
        satisfying = _model(ontology, holding, bounds)
        if satisfying is None or not _passes(satisfying, ontology, claim, subject, True):
            return None
    except Refused:
        return None
    return TwoModels(satisfying, violating)


def _posed(claim: Axiom) -> tuple[Expression, list[Axiom], list[Axiom]] | None:
    """(subject class, the axioms of the model that satisfies, those of the one that violates)."""
    kind, o = claim.kind, claim.operands
    if kind in ("SubClassOf", "DisjointClasses") and len(o) == 2:
        other = negated(o[1]) if kind == "SubClassOf" else o[1]
        return o[0], [Axiom("ClassAssertion", (o[0], MEMBER)), claim], [
            Axiom("ClassAssertion", (("ObjectIntersectionOf", o[0], other), MEMBER))
        ]  # fmt: skip
    if kind == "ClassAssertion":
        return THING, [claim], [Axiom(kind, (negated(o[0]), o[1]))]
    if kind in ("ObjectPropertyAssertion", "DataPropertyAssertion"):
        return THING, [claim], [Axiom("Negative" + kind, o)]
    return None


def _passes(model: Interpretation, ontology: Ontology, claim: Axiom, subject: Expression, holds: bool) -> bool:
    """The checker's word on a model of O⁺ in which the claim shall hold, or not."""
    return (
        violated(model, ontology) is None
        and member(model, ontology, subject)
        and satisfies(model, ontology, claim) is holds
    )


def _model(ontology: Ontology, extra: Sequence[Axiom], bounds: Bounds) -> Interpretation | None:
    """A model of the ontology and some axioms, as the search believes: on top of the individuals' own, or from
    nothing; with shared witnesses first."""
    index = index_of(ontology)
    if index.rules:
        raise Refused("SWRL rules are not held")
    base = _individuals_alone(ontology, index, bounds)
    for shares in (True, False):
        for ground in (base, None) if base is not None and index.individuals else (base or None,):
            found = _searched(index, ground, extra, bounds, shares)
            if found is not None:
                return found
    return None


def _searched(
    index: Index, base: Structure | None, extra: Sequence[Axiom], bounds: Bounds, shares: bool
) -> Interpretation | None:
    s = start(index, extra) if base is None else base.copied()
    for individual in sorted({str(x) for axiom in extra for x in _named_in(axiom)}):
        if individual not in s.individuals:
            s.individuals[individual] = max(s.elements, default=-1) + 1
            s.elements[s.individuals[individual]] = None
    proposals = proposals_of(index)
    proposals.shares, proposals.fresh = shares, max(s.elements, default=-1) + 1
    search = Search(index, s, proposals, bounds, extra)
    rows = index.always if base is None else [row for row in index.always if _general(index.axioms[row])]
    try:
        if not search.run(rows):
            return None
    except OutOfBounds:
        return None
    fresh = s.individuals.pop(MEMBER, None)
    if fresh is not None:
        s.named.add(fresh)
    return s.frozen()


def _general(axiom: Axiom) -> bool:
    return not axiom.kind.endswith("Assertion") and axiom.kind not in ("SameIndividual", "DifferentIndividuals")


def _named_in(axiom: Axiom) -> Iterable[Term]:
    operands = axiom.operands[1:2] if axiom.kind in _ONE else axiom.operands[1:]
    return [str(x) for x in operands if isinstance(x, str) and not is_literal(x)] if _says(axiom) else []


_ONE = ("ClassAssertion", "DataPropertyAssertion", "NegativeDataPropertyAssertion")


def _says(axiom: Axiom) -> bool:
    return axiom.kind.endswith("Assertion")


def _individuals_alone(ontology: Ontology, index: Index, bounds: Bounds) -> Structure | None:
    """A model of the ontology in which the individuals are all there is; sought once."""
    known = ontology._cache.get("individuals alone")
    if isinstance(known, Structure):
        return known
    if known is not None:
        return None
    s = start(index)
    proposals = proposals_of(index)
    proposals.fresh = max(s.elements) + 1
    wide = Bounds(10 * bounds.elements + len(s.elements), 20 * (bounds.steps + len(index.always)), 10 * bounds.choices)
    try:
        found = Search(index, s, proposals, wide).run(index.always)
    except OutOfBounds:
        found = False
    ontology._cache["individuals alone"] = s if found else "none"
    return s if found else None


__all__ = ["MEMBER", "NOTHING", "TwoModels", "two_models"]
