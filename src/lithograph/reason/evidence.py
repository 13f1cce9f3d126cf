"""What a claim's status rests on: a derivation, a justification, or whose word it is. Knows nothing about engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.graph import Truth
from lithograph.ontology.terms import Term

ASSERTED, PRESUPPOSED, SUPPOSED = "asserted", "presupposed", "supposed"
"""Names of the rules of leaves: an axiom of the ontology; that the claim's subject has a member; the claim itself,
supposed in order to refute it."""


class Extent(StrEnum):
    """What the *no* to a refuted claim denies (CONCEPTS 1)."""

    NONE = "none"
    """No member of the subject fits: `no A is a B`."""
    NOT_ALL = "not all"
    """A known member does not: `not every A is a B`."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A node of a proof: what it says as an OWL 2 axiom, the rule, the premises; `axiom` is a row on asserted leaves.

    A contradiction is `SubClassOf(X owl:Nothing)`, or a `ClassAssertion` of owl:Nothing. An individual context that
    stands for the presupposed member of A is said as the class A.
    """

    says: Axiom
    rule: str
    premises: tuple[Derivation, ...] = ()
    axiom: int | None = None

    @property
    def depth(self) -> int:
        """The height of the tree; 0 on a leaf."""
        return 1 + max(p.depth for p in self.premises) if self.premises else 0

    def leaves(self) -> tuple[int, ...]:
        """The axiom rows at the asserted leaves, ascending, each once."""
        found: set[int] = set()
        todo = [self]
        while todo:
            node = todo.pop()
            if node.axiom is not None:
                found.add(node.axiom)
            todo.extend(node.premises)
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Evidence:
    """The truth status of a claim, and what it rests on.

    truth: None where nobody could decide. by: whose word it is ("an axiom", "the rules", "HermiT 1.3.8", "the rules are
    complete for EL", "two models"). proof: the derivation of an entailed claim, or of the contradiction that the claim
    of a refuted one leads to. axioms: rows of a justification; minimal: whether it is known to be one.
    presupposed: the classes whose member is presupposed. why: of an undecided claim, in a few words.
    """

    truth: Truth | None
    by: str
    proof: Derivation | None = None
    axioms: tuple[int, ...] = ()
    minimal: bool = False
    extent: Extent | None = None
    presupposed: tuple[Term, ...] = ()
    why: str = ""


_OF_MANY = ("DisjointClasses", "DifferentIndividuals")


def narrowed(proof: Derivation) -> Derivation:
    """The same proof with long lists of what excludes each other cut down to what the proof speaks of.

    What is said of forty kinds holds of the two that clash; told whole it would bury the step.
    """
    spoken = set(_terms(proof))

    def cut(node: Derivation) -> Derivation:
        premises = tuple(cut(premise) for premise in node.premises)
        says, named = node.says, tuple(operand for operand in node.says.operands if operand in spoken)
        if not premises and says.kind in _OF_MANY and 2 <= len(named) < len(says.operands):
            says = Axiom(says.kind, named)
        return Derivation(says, node.rule, premises, node.axiom)

    return cut(proof)


def _terms(derivation: Derivation) -> Iterator[Expression]:
    """What the steps of a derivation speak of, lists of what excludes each other apart."""
    todo: list[Expression] = list(derivation.says.operands) if derivation.says.kind not in _OF_MANY else []
    while todo:
        expression = todo.pop()
        yield expression
        todo += list(expression[1:]) if isinstance(expression, tuple) else []
    for premise in derivation.premises:
        yield from _terms(premise)
