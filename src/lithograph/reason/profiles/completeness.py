"""Where "the rules do not derive it" means that it does not follow: a table, each cell with its source.

Rows are a profile and the shape of a claim, columns the two sides of its truth: *entailed* (O⁺ ⊨ claim) and *refuted*
(O⁺ ∪ {claim} is inconsistent). A cell without a source says nothing. A cell holds only for the question that was put to
the rules (`Ask`), and only where the ontology is in the profile without what the cell excludes: a mixture of profiles
is in none of them. Sources: `SOURCES`. The page docs/reference/profiles.md is made from this table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from lithograph.core.vocabulary import NOTHING, THING
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.terms import Term
from lithograph.reason.profiles.profile import Profile, Profiles
from lithograph.reason.question import logical_rows


class Shape(StrEnum):
    """The shapes of claims that the table tells apart; A, B named classes, a, b named individuals."""

    SUBCLASS = "A ⊑ B"
    SOME = "A ⊑ ∃r.B"
    ONLY = "A ⊑ ∀r.B"
    DISJOINT = "A ⊑ ¬B"
    TYPE = "a : A"
    RELATION = "r(a, b)"
    VALUE = "d(a, v)"
    SAME = "a = b"
    OTHER = "any other"


class Ask(StrEnum):
    """What was put to the rules, beside the ontology, before their silence was listened to."""

    NOTHING = "nothing"
    MEMBER = "a fresh member"
    """A fresh individual in A (and in B for ⊑ ¬B; and a fresh r-neighbour of it for ∀)."""
    NAME = "a fresh name"
    """A fresh class above ∃r.B, or below A and B; for ∃ in RL also the fresh member of A."""
    SUPPOSED = "the claim itself"
    """The claim among the axioms and a fresh member of its subject class: then a contradiction is looked for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """For a profile and a shape: where silence decides a side, by which source."""

    profile: Profile
    shape: Shape
    side: str
    ask: Ask
    source: str


SOURCES = {
    "BBL": "F. Baader, S. Brandt, C. Lutz: Pushing the EL Envelope. IJCAI 2005: the completion rules are sound and "
           "complete for subsumption between class names; with reflexive properties and ranges: the same authors, "
           "Pushing the EL Envelope Further. OWLED 2008 DC.",
    "K": "M. Krötzsch: Efficient Inferencing for OWL EL. JELIA 2010: the instance rules are sound and complete for "
         "instance retrieval in SROEL, which is OWL EL without datatypes.",
    "PR1": "OWL 2 Profiles (Second Edition), section 4.3, theorem PR1: for OWL 2 RL ontologies without names of two "
           "kinds the rules derive exactly the entailed assertions of named classes, properties and sameness.",
    "PR1+": "PR1 on the ontology with fresh names added, which is in OWL 2 RL again: a statement about all holds where "
            "it holds of fresh individuals; a contradiction is the entailment of an assertion of fresh names.",
    "BBL+": "BBL on the ontology with a fresh name, or with the claim, added, which is in EL again: A ⊑ ∃r.B holds "
            "where A ⊑ F follows from ∃r.B ⊑ F, and A ⊓ B is empty where a fresh name below both is.",
}  # fmt: skip
"""Key -> where it is proved."""

EXCLUDED: dict[Profile, frozenset[str]] = {
    Profile.EL: frozenset({"ObjectOneOf", "ObjectHasValue", "ObjectHasSelf", "DataOneOf", "DataHasValue",
                           "DataSomeValuesFrom", "DataIntersectionOf", "FunctionalDataProperty", "DataPropertyRange",
                           "DataPropertyDomain", "DatatypeDefinition", "HasKey", "SameIndividual",
                           "DifferentIndividuals", "NegativeObjectPropertyAssertion", "NegativeDataPropertyAssertion",
                           "DataPropertyAssertion"}),
    Profile.RL: frozenset({"DatatypeDefinition"}),
}  # fmt: skip
"""Constructs with which the cells of a profile do not hold: nominals in EL (the completion rules of 2005 miss
consequences of them), and what the sources leave to a treatment of datatypes and equality."""


def _cells(profile: Profile, rows: Iterable[tuple[Shape, str, Ask, str]]) -> tuple[Cell, ...]:
    return tuple(Cell(profile, shape, side, ask, source) for shape, side, ask, source in rows)


TABLE: tuple[Cell, ...] = (
    *_cells(Profile.EL, (
        (Shape.SUBCLASS, "entailed", Ask.NOTHING, "BBL"),
        (Shape.SUBCLASS, "refuted", Ask.SUPPOSED, "BBL+"),
        (Shape.SOME, "entailed", Ask.NAME, "BBL+"),
        (Shape.SOME, "refuted", Ask.SUPPOSED, "BBL+"),
        (Shape.DISJOINT, "entailed", Ask.NAME, "BBL+"),
        (Shape.DISJOINT, "refuted", Ask.SUPPOSED, "BBL+"),
        (Shape.TYPE, "entailed", Ask.NOTHING, "K"),
        (Shape.TYPE, "refuted", Ask.SUPPOSED, "K"),
        (Shape.RELATION, "entailed", Ask.NOTHING, "K"),
        (Shape.RELATION, "refuted", Ask.SUPPOSED, "K"),
    )),
    *_cells(Profile.RL, (
        (Shape.TYPE, "entailed", Ask.NOTHING, "PR1"),
        (Shape.TYPE, "refuted", Ask.SUPPOSED, "PR1+"),
        (Shape.RELATION, "entailed", Ask.NOTHING, "PR1"),
        (Shape.RELATION, "refuted", Ask.SUPPOSED, "PR1+"),
        (Shape.VALUE, "entailed", Ask.NOTHING, "PR1"),
        (Shape.VALUE, "refuted", Ask.SUPPOSED, "PR1+"),
        (Shape.SAME, "entailed", Ask.NOTHING, "PR1"),
        (Shape.SAME, "refuted", Ask.SUPPOSED, "PR1+"),
        (Shape.SUBCLASS, "entailed", Ask.MEMBER, "PR1+"),
        (Shape.SUBCLASS, "refuted", Ask.SUPPOSED, "PR1+"),
        (Shape.SOME, "entailed", Ask.NAME, "PR1+"),
        (Shape.ONLY, "entailed", Ask.MEMBER, "PR1+"),
        (Shape.ONLY, "refuted", Ask.SUPPOSED, "PR1+"),
        (Shape.DISJOINT, "entailed", Ask.MEMBER, "PR1+"),
        (Shape.DISJOINT, "refuted", Ask.SUPPOSED, "PR1+"),
    )),
)  # fmt: skip
"""The table. What is not in it is not decided by silence: `A ⊑ ∀r.B` in EL, whose addition leaves EL; `A ⊑ ∃r.B` on
the refuted side in RL, likewise; anything in QL, which has no rules of its own here, and in ontologies outside the
profiles."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """Sources by which silence decides each side, None where it decides nothing."""

    entailed_side: str | None
    refuted_side: str | None


def shape_of(claim: Axiom) -> Shape:
    """The shape of a claim; owl:Thing and owl:Nothing are no named classes here.

    >>> shape_of(Axiom("SubClassOf", ("http://e/A", ("ObjectSomeValuesFrom", "http://e/r", "http://e/B"))))
    <Shape.SOME: 'A ⊑ ∃r.B'>
    """
    kind, o = claim.kind, claim.operands
    if kind == "DisjointClasses" and len(o) == 2 and all(map(_named, o)):
        return Shape.DISJOINT
    if kind == "SubClassOf" and _named(o[0]):
        return _of_super(o[1])
    if kind == "ClassAssertion" and _named(o[0]):
        return Shape.TYPE
    if kind == "SameIndividual" and len(o) == 2:
        return Shape.SAME
    if kind == "ObjectPropertyAssertion" and isinstance(o[0], str):
        return Shape.RELATION
    return Shape.VALUE if kind == "DataPropertyAssertion" else Shape.OTHER


def _named(x: Expression) -> bool:
    return isinstance(x, str) and x not in (THING, NOTHING)


def _of_super(x: Expression) -> Shape:
    if not isinstance(x, tuple):
        return Shape.SUBCLASS if _named(x) else Shape.OTHER
    plain = isinstance(x[-1], str) and _named(x[-1]) and (len(x) < 3 or isinstance(x[1], str))
    shapes = {
        "ObjectSomeValuesFrom": Shape.SOME,
        "ObjectAllValuesFrom": Shape.ONLY,
        "ObjectComplementOf": Shape.DISJOINT,
    }
    return shapes.get(str(x[0]), Shape.OTHER) if plain else Shape.OTHER


def usable(profiles: Profiles, ontology: Ontology) -> tuple[Profile, ...]:
    """The profiles whose cells hold for an ontology: it is in them, without the constructs that they exclude.

    No import may be missing, and for RL no name be of two kinds; that a claim brings none is for the caller to see.
    """
    if ontology.missing_imports or ontology.rules:
        return ()
    found = _constructs(ontology)
    return tuple(
        profile
        for profile in (Profile.EL, Profile.RL)
        if profiles.within(profile) and not found & EXCLUDED[profile]
        and not (profile is Profile.RL and profiles.punned)
    )  # fmt: skip


def _constructs(ontology: Ontology) -> frozenset[str]:
    known = ontology._cache.get("constructs")
    if not isinstance(known, frozenset):
        axioms = map(ontology.axiom, logical_rows(ontology))
        known = frozenset(head for axiom in axioms for head in _heads((axiom.kind, *axiom.operands)))
        ontology._cache["constructs"] = known
    return known


def _heads(x: Expression) -> Iterable[str]:
    if isinstance(x, tuple) and x:
        yield str(x[0])
        for part in x[1:]:
            yield from _heads(part)


def complete_for(profile: Profile, claim: Axiom, asked: Collection[Ask] = (Ask.NOTHING,)) -> Completeness:
    """By which sources silence decides the sides of a claim, given what was put to the rules.

    The profile must be one of `usable`; the rules must be all of those that the source proves complete.

    >>> complete_for(Profile.EL, Axiom("SubClassOf", ("http://e/A", "http://e/B")))
    Completeness(entailed_side='BBL', refuted_side=None)
    """
    shape = shape_of(claim)
    found = {c.side: c.source for c in TABLE if c.profile is profile and c.shape is shape and c.ask in asked}
    return Completeness(found.get("entailed"), found.get("refuted"))


def member_decides(
    subject: Term, successors: Iterable[Collection[Term]], individuals: Iterable[Collection[Term]]
) -> bool:
    """Whether the satisfiability of `subject ⊓ X` alone decides the refuted side of `subject ⊑ X`.

    Adding the claim to the ontology makes *every* member of the subject an X, not the presupposed one alone: with
    A ⊑ ∃r.A', A' ⊑ A and A' ⊓ B ⊑ ⊥ the class A ⊓ B can have members, and yet A ⊑ B is refuted, for the r-successor is
    an A that is no B. In a Horn ontology without nominals the canonical model of a fresh name below A and X consists of
    that name's element, of those reached from it, and apart from them of the individuals and what is reached from
    them. If none of those reached and none of the individuals' is an A, the fresh element is the only A, it is an X,
    and the canonical model satisfies A ⊑ X: not refuted. If `subject ⊓ X` is unsatisfiable the claim is refuted anyway.

    successors: for every context that is reached from the fresh name by derived links, in any number of steps, the
    classes derived of it, by rules that are complete for named subsumption. individuals: the same for the contexts of
    individuals and for those reached from them. False says that nothing is known: suppose the claim itself.
    """
    return not any(subject in classes for part in (successors, individuals) for classes in part)
