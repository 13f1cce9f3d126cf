"""An axiom that should follow, as claims that are asked one by one; and as what contradicts an ontology where it does.

Knows no reasoner. Anonymous individuals of a conclusion are existential variables. What hangs like a tree from a named
individual is read as what that individual has some of; a tree without a named one as that not everything is otherwise.
Rings of anonymous individuals have no reading here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import ANNOTATION_KINDS, Axiom, Expression, Ontology
from lithograph.ontology.terms import is_anonymous

X, Y, Z = (f"urn:litho:fresh:{letter}" for letter in "xyz")
CONTRADICTION = Axiom("SubClassOf", (v.THING, v.NOTHING))


class NoReading(Exception):
    """An axiom that is asked of nobody; the text says why."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What should follow from an ontology with some facts about fresh individuals."""

    says: Axiom
    given: tuple[Axiom, ...] = ()

    @property
    def denial(self) -> tuple[Axiom, ...]:
        """What contradicts the ontology exactly where the claim follows."""
        kind, o = self.says.kind, self.says.operands
        if self.says == CONTRADICTION:
            return self.given
        return (*self.given, _DENIALS[kind](o))


def claims_of(conclusion: Ontology) -> list[Claim]:
    """The claims that a conclusion makes. Annotations and declarations say nothing under the Direct Semantics.

    Raises NoReading.
    """
    axioms = [conclusion.axiom(row) for row in range(len(conclusion))]
    logical = [axiom for axiom in axioms if axiom.kind not in ANNOTATION_KINDS and axiom.kind != "Declaration"]
    named, existing = _rolled_up(logical)
    somewhere = [Claim(CONTRADICTION, (Axiom("SubClassOf", (kind, v.NOTHING)),)) for kind in existing]
    return [claim for axiom in named for claim in _claims(axiom)] + somewhere


def _claims(axiom: Axiom) -> Iterator[Claim]:
    kind, o = axiom.kind, axiom.operands
    if kind in _ASKED and len(o) <= 3 and not (kind in _PAIRWISE and len(o) > 2):
        yield Claim(Axiom(kind, o))
    elif kind in _PAIRWISE:
        yield from (Claim(Axiom(kind, pair)) for pair in itertools.combinations(o, 2))
    elif kind == "EquivalentClasses":
        yield from (Claim(Axiom("SubClassOf", pair)) for pair in itertools.pairwise((*o, o[0])))
    elif kind in ("EquivalentObjectProperties", "EquivalentDataProperties"):
        below = kind.replace("Equivalent", "Sub").replace("Properties", "PropertyOf")
        for one, other in itertools.pairwise((*o, o[0])):
            yield from _claims(Axiom(below, (one, other))) if one != other else ()
    elif kind in _IN_OTHER_WORDS:
        yield Claim(_IN_OTHER_WORDS[kind](o))
    elif kind in _OF_FRESH_ONES:
        yield _OF_FRESH_ONES[kind](o)
    else:
        raise NoReading(f"no claim is made of {kind}")


def _fact(relation: Expression, one: str, other: str) -> Axiom:
    return Axiom("ObjectPropertyAssertion", (relation, one, other))


_PAIRWISE = frozenset({"DisjointClasses", "SameIndividual", "DifferentIndividuals"})
_ASKED = _PAIRWISE | {"SubClassOf", "ClassAssertion", "ObjectPropertyAssertion", "DataPropertyAssertion"}
_Operands = tuple[Expression, ...]
_IN_OTHER_WORDS: dict[str, Callable[[_Operands], Axiom]] = {
    "ObjectPropertyDomain": lambda o: Axiom("SubClassOf", (("ObjectSomeValuesFrom", o[0], v.THING), o[1])),
    "ObjectPropertyRange": lambda o: Axiom("SubClassOf", (v.THING, ("ObjectAllValuesFrom", o[0], o[1]))),
    "DataPropertyRange": lambda o: Axiom("SubClassOf", (v.THING, ("DataAllValuesFrom", o[0], o[1]))),
}
_OF_FRESH_ONES: dict[str, Callable[[_Operands], Claim]] = {
    "SubObjectPropertyOf": lambda o: Claim(_fact(o[1], X, Y), (_fact(o[0], X, Y),)),
    "SymmetricObjectProperty": lambda o: Claim(_fact(o[0], Y, X), (_fact(o[0], X, Y),)),
    "TransitiveObjectProperty": lambda o: Claim(_fact(o[0], X, Z), (_fact(o[0], X, Y), _fact(o[0], Y, Z))),
}


def _not(expression: Expression) -> Expression:
    return ("ObjectComplementOf", expression)


_DENIALS: dict[str, Callable[[_Operands], Axiom]] = {
    "SubClassOf": lambda o: Axiom("ClassAssertion", (("ObjectIntersectionOf", o[0], _not(o[1])), X)),
    "DisjointClasses": lambda o: Axiom("ClassAssertion", (("ObjectIntersectionOf", o[0], o[1]), X)),
    "ClassAssertion": lambda o: Axiom("ClassAssertion", (_not(o[0]), o[1])),
    "ObjectPropertyAssertion": lambda o: Axiom("NegativeObjectPropertyAssertion", o),
    "DataPropertyAssertion": lambda o: Axiom("NegativeDataPropertyAssertion", o),
    "SameIndividual": lambda o: Axiom("DifferentIndividuals", o),
    "DifferentIndividuals": lambda o: Axiom("SameIndividual", o),
}


def _rolled_up(axioms: Iterable[Axiom]) -> tuple[list[Axiom], list[Expression]]:
    """(axioms without anonymous individuals, classes that something is a member of).

    A leaf of a tree goes into what leads to it, until no anonymous individual is left.
    """
    left, existing = list(axioms), []
    while unknown := sorted({name for axiom in left for name in _anonymous((axiom.kind, *axiom.operands))}):
        for name in unknown:
            about = [axiom for axiom in left if name in set(_anonymous((axiom.kind, *axiom.operands)))]
            made = _hung(name, about)
            if made is not None:
                left = [axiom for axiom in left if axiom not in about]
                if isinstance(made, Axiom):
                    left.append(made)
                else:
                    existing.append(made[0])
                break
        else:
            raise NoReading("anonymous individuals in a ring")
    return left, existing


def _hung(name: str, about: list[Axiom]) -> Axiom | tuple[Expression] | None:
    """What says the same as the axioms about one anonymous individual, where classes say all but for one fact that
    leads to it; the class alone where no fact does."""
    classes = [axiom.operands[0] for axiom in about if axiom.kind == "ClassAssertion" and axiom.operands[1] == name]
    facts = [a.operands for a in about if a.kind == "ObjectPropertyAssertion" and name in a.operands]
    kind: Expression = ("ObjectIntersectionOf", *classes) if classes[1:] else (classes or [v.THING])[0]
    if len(classes) == len(about):
        return (kind,)
    if len(facts) != 1 or len(classes) + 1 != len(about) or facts[0][1] == facts[0][2]:
        return None
    relation, subject, value = facts[0]
    if subject == name:
        relation, subject = ("ObjectInverseOf", relation), value
    return Axiom("ClassAssertion", (("ObjectSomeValuesFrom", relation, kind), subject))


def _anonymous(expression: Expression) -> Iterator[str]:
    if isinstance(expression, tuple):
        for part in expression:
            yield from _anonymous(part)
    elif isinstance(expression, str) and is_anonymous(expression):
        yield expression
