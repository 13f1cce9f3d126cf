"""The status of a claim as a sentence: yes, the wording of the no that was proved, not known. Knows no engine."""

from __future__ import annotations

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.graph import Truth
from lithograph.reason.evidence import Evidence, Extent
from lithograph.speech.axioms import axiom_clause, axiom_sentence
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.words import sentence

_OPEN = {
    "en": ("the ontology does not settle whether {}", "it was not decided whether {}"),
    "ru": ("из онтологии не следует ни то, что {}, ни обратное", "не решено, верно ли, что {}"),
}
"""What is said of an unknown claim, and of one that nobody could decide."""
_NOT_SO = {"en": "it is not so that {}", "ru": "неверно, что {}"}
_EVERY = {"en": ("every ",), "ru": ("каждый ", "каждая ", "каждое ", "все ")}
_NOT_EVERY = {"en": "not ", "ru": "не "}

_OPPOSITES = {
    "ObjectPropertyAssertion": "NegativeObjectPropertyAssertion",
    "DataPropertyAssertion": "NegativeDataPropertyAssertion",
    "SameIndividual": "DifferentIndividuals",
}


def answer_sentence(axiom: Axiom, evidence: Evidence, lexicon: Lexicon) -> str:
    """The claim where it holds, its denial where it is refuted, and that it is open where it is."""
    if evidence.truth in (Truth.ASSERTED, Truth.ENTAILED):
        return axiom_sentence(axiom, lexicon)
    if evidence.truth == Truth.REFUTED:
        return sentence(denial(axiom, evidence.extent, lexicon))
    return sentence(_OPEN[lexicon.language][evidence.truth is None].format(axiom_clause(axiom, lexicon)))


def denial(axiom: Axiom, extent: Extent | None, lexicon: Lexicon) -> str:
    """The no to a claim, without capital and full stop: `no chain is a wheel`, `not every chain is a wheel`."""
    opposite = _opposite(axiom) if extent is not Extent.NOT_ALL else None
    if opposite is not None:
        return axiom_clause(opposite, lexicon)
    clause = axiom_clause(axiom, lexicon)
    if axiom.kind == "SubClassOf" and clause.startswith(_EVERY[lexicon.language]):
        return _NOT_EVERY[lexicon.language] + clause
    return _NOT_SO[lexicon.language].format(clause)


def _opposite(axiom: Axiom) -> Axiom | None:
    """The axiom that denies another of every member of its subject, where there is one that is said well."""
    kind, operands = axiom.kind, axiom.operands
    if kind == "SubClassOf" and operands[1] != v.NOTHING:
        return Axiom(kind, (operands[0], complement(operands[1])))
    if kind == "ClassAssertion":
        return Axiom(kind, (complement(operands[0]), operands[1]))
    swapped = _OPPOSITES | {other: one for one, other in _OPPOSITES.items()}
    return Axiom(swapped[kind], operands) if kind in swapped and len(operands) <= 3 else None


def complement(expression: Expression) -> Expression:
    """What a class expression excludes; the complement of a complement is what it is of."""
    if isinstance(expression, tuple) and expression[0] == "ObjectComplementOf":
        return expression[1]
    return ("ObjectComplementOf", expression)
