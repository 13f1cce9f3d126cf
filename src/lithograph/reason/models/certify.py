"""The certificate of *unknown*: two checked finite models, in one of which a claim holds and in the other not.

CONCEPTS 1: O⁺ is the ontology with a fresh member of the claim's subject class. Both models are models of O⁺, passed by
the checker on the whole ontology, so neither O⁺ ⊨ claim nor O⁺ ∪ {claim} ⊨ ⊥. Finding none says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lithograph.core.vocabulary import THING
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.reason.models.axioms import satisfied
from lithograph.reason.models.check import first_violated, violated_beside
from lithograph.reason.models.expressions import holds as in_class
from lithograph.reason.models.expressions import negated
from lithograph.reason.models.index import Index, index_of, individuals_of
from lithograph.reason.models.search import Bounds, Elsewhere, OutOfBounds, Search, proposals_of, start
from lithograph.reason.models.structure import Interpretation, Structure, structure_of
from lithograph.reason.models.values import Refused

MEMBER = "urn:litho:presupposed"
"""The presupposed member while a model is sought; the model then holds it as a nameless element."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model: `part` alone, or `part` with the individuals' model, which many claims share, beside it."""

    part: Interpretation
    beside: Interpretation | None = None

    def whole(self) -> Interpretation:
        """The disjoint union, as one interpretation: the elements of `beside` come after those of `part`."""
        if self.beside is None:
            return self.part
        first, one, other = self.part.size, self.part, self.beside
        return Interpretation(
            first + other.size,
            {c: one.classes.get(c, _NO) | {e + first for e in other.classes.get(c, _NO)}
             for c in sorted({*one.classes, *other.classes})},
            {p: one.objects.get(p, _NO) | {(a + first, b + first) for a, b in other.objects.get(p, _NO)}
             for p in sorted({*one.objects, *other.objects})},
            {d: one.data.get(d, _NO) | {(e + first, v) for e, v in other.data.get(d, _NO)}
             for d in sorted({*one.data, *other.data})},
            {name: e + first for name, e in other.individuals.items()},
            one.named | {e + first for e in other.named},
        )  # fmt: skip


_NO: frozenset[Any] = frozenset()


@dataclass(frozen=True, slots=True)
class TwoModels:
    """Models of O⁺: one satisfies the claim, one violates it."""

    satisfying: Model
    violating: Model


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
        violating = _model(ontology, claim, subject, denying, bounds, False)
        satisfying = _model(ontology, claim, subject, holding, bounds, True) if violating else None
    except Refused:
        return None
    return TwoModels(satisfying, violating) if satisfying and violating else None


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


def _model(
    ontology: Ontology, claim: Axiom, subject: Expression, extra: Sequence[Axiom], bounds: Bounds, holds: bool
) -> Model | None:
    """A checked model of O⁺ in which the claim holds, or does not; sought with shared witnesses first.

    What the axioms say of the presupposed member is sought apart from the individuals, and set beside their model.
    Where nominals are in the way the search starts from the individuals' model, then from nothing.
    """
    index = index_of(ontology)
    if index.rules:
        raise Refused("SWRL rules are not held")
    base = _individuals_alone(ontology, index, bounds)
    left = bounds.steps
    apart = {*individuals_of(extra)} - {MEMBER} <= set(index.individuals) if MEMBER in individuals_of(extra) else False
    for ground in _grounds(index, base, apart):
        for shares in (True, False):
            steps = left if ground is not None and ground.elsewhere else left // 2  # each costs more with individuals
            search = _search(index, ground, extra, Bounds(bounds.elements, steps, bounds.choices), shares)
            found = _run(search, index.always if ground is None else index.general)
            model = _checked(search, index, base, claim, subject, holds) if found else None
            if model is not None:
                return model
            left -= search.steps
            if found is not False or not search.branched:
                break
        if left <= 0 or (found is False and not search.branched):
            return None
    return None


def _checked(
    search: Search, index: Index, base: Base | None, claim: Axiom, subject: Expression, holds: bool
) -> Model | None:
    """What a search has found, where the checker says that it is a model of O⁺ in which the claim holds, or not."""
    part = search.s
    fresh = part.individuals.pop(MEMBER, None)
    if fresh is not None:
        part.named.add(fresh)
    made = part.frozen()
    s = structure_of(made, index.definitions)
    s.elsewhere = part.elsewhere
    there = base if s.elsewhere else None
    try:
        wrong = violated_beside(s, index) if s.elsewhere else first_violated(s, index)
        said = satisfied(s, claim) and (there is None or satisfied(there.tables, claim))
        inhabited = any(in_class(s, e, subject) for e in s.elements)
    except Refused:
        return None
    passes = wrong is None and said is holds and inhabited
    return Model(made, there.interpretation if there else None) if passes else None


def _grounds(index: Index, base: Base | None, about_member: bool) -> list[Structure | None]:
    """What a search starts from: nothing but the member, the individuals' model, nothing at all."""
    out: list[Structure | None] = []
    if about_member and (base or not index.individuals):
        out.append(Structure(definitions=index.definitions, elsewhere=True))
    if base is not None:
        out.append(base.tables)
    return [*out, None] if index.individuals or not about_member else out


def _search(index: Index, ground: Structure | None, extra: Sequence[Axiom], bounds: Bounds, shares: bool) -> Search:
    s = start(index) if ground is None else ground.copied()
    for individual in individuals_of(extra):
        if individual not in s.individuals and (individual == MEMBER or not s.elsewhere):
            s.individuals[individual] = max(s.elements, default=-1) + 1
            s.elements[s.individuals[individual]] = None
    proposals = replace(proposals_of(index), shares=shares, witnesses={}, fresh=max(s.elements) + 1)
    return Search(index, s, proposals, bounds, extra)


def _run(search: Search, rows: Iterable[int]) -> bool | None:
    """Whether a model was found; None where the search was led to individuals that are elsewhere."""
    try:
        return search.run(rows)
    except OutOfBounds:
        return False
    except Elsewhere:
        return None


@dataclass(frozen=True, slots=True)
class Base:
    """A checked model of the ontology in which the individuals, and what they need, are all there is."""

    interpretation: Interpretation
    tables: Structure


def _individuals_alone(ontology: Ontology, index: Index, bounds: Bounds) -> Base | None:
    """The individuals' model, where there are any and one is found; sought once."""
    known = ontology._cache.get("individuals alone")
    if known is None and index.individuals:
        s = start(index)
        proposals = replace(proposals_of(index), fresh=len(s.elements))
        steps = 20 * (bounds.steps + len(index.always))
        wide = Bounds(10 * bounds.elements + len(s.elements), steps, 10 * bounds.choices)
        found = _run(Search(index, s, proposals, wide), index.always)
        made = s.frozen() if found else None
        known = "none"
        if made is not None and first_violated(structure_of(made, index.definitions), index) is None:
            known = Base(made, structure_of(made, index.definitions))
        ontology._cache["individuals alone"] = known
    return known if isinstance(known, Base) else None
