"""Any OWL axiom as a sentence, in English or Russian. Knows nothing about proofs, templates and scenes.

An axiom that is one claim is said as the claim is (`say_english`, `say_russian`), so that both texts are the same; what
is nested deeper by `english_axioms` and `russian_axioms`.
"""

from __future__ import annotations

from collections.abc import Callable

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.constructs import CHARACTERISTICS, QUANTIFIER_OF, RELATION_OF_KIND
from lithograph.ontology.graph import Quantifier
from lithograph.ontology.manchester import manchester
from lithograph.ontology.terms import Term
from lithograph.speech import (
    english_axioms,
    english_expressions,
    russian_axioms,
    russian_expressions,
    say_english,
    say_russian,
)
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.say_english import Said
from lithograph.speech.spoken import inverse_of, restricted, spoken
from lithograph.speech.words import sentence

_SENTENCE: dict[str, Callable[[Said], str]] = {"en": say_english.sentence_of, "ru": say_russian.sentence_of}
_NESTED: dict[str, Callable[[Lexicon, Axiom], str | None]] = {
    "en": english_axioms.sentence_of,
    "ru": russian_axioms.sentence_of,
}
_DOES: dict[str, Callable[[Lexicon, Expression], str]] = {
    "en": english_expressions.does,
    "ru": russian_expressions.does,
}

_INDIVIDUALS = ("ClassAssertion", "SameIndividual", "DifferentIndividuals")
_ASSERTIONS = {"ObjectPropertyAssertion": False, "DataPropertyAssertion": False,
               "NegativeObjectPropertyAssertion": True, "NegativeDataPropertyAssertion": True}  # fmt: skip


def axiom_sentence(axiom: Axiom, lexicon: Lexicon) -> str:
    """An axiom as a sentence: "Every pump has as part a valve and only seals or springs."."""
    return sentence(axiom_clause(axiom, lexicon))


def axiom_clause(axiom: Axiom, lexicon: Lexicon) -> str:
    """The same without capital and full stop. Axioms that say nothing about things are read in Manchester syntax."""
    claim = _claim(axiom, lexicon)
    if claim is not None:
        return _SENTENCE[lexicon.language](claim)
    said = _NESTED[lexicon.language](lexicon, axiom)
    return said if said is not None else manchester(axiom, lambda term: spoken(lexicon, term, "name"))


def expression_phrase(expression: Expression, lexicon: Lexicon) -> str:
    """What a class expression says of a thing: `is a pump that has as part a valve`."""
    said = _DOES[lexicon.language](lexicon, expression)
    return russian_expressions.finished(said) if lexicon.language == "ru" else said


def _claim(axiom: Axiom, lexicon: Lexicon) -> Said | None:
    """The axiom as the one claim that says all of it, where there is one and the lexicon has its terms."""
    kind, operands = axiom.kind, axiom.operands
    if v.NOTHING in operands or v.THING in (operands if kind != "SubClassOf" else operands[:1]):
        return None
    if kind in _ASSERTIONS:
        relation, inverted = inverse_of(operands[0])
        left, right = reversed(operands[1:]) if inverted else operands[1:]
        return _said(lexicon, left, relation, right, Quantifier.INDIVIDUAL, negated=_ASSERTIONS[kind])
    if kind in CHARACTERISTICS:
        named, inverted = inverse_of(operands[0])
        return _said(lexicon, named, v.TYPE, CHARACTERISTICS[_of_inverse(kind) if inverted else kind])
    if kind == "SubClassOf" and isinstance(operands[1], tuple):
        return _restriction(operands[0], operands[1], lexicon)
    if kind in RELATION_OF_KIND and len(operands) == 2 and all(isinstance(e, str) for e in operands):
        left, right = reversed(operands) if kind == "ClassAssertion" else operands
        quantifier = Quantifier.INDIVIDUAL if kind in _INDIVIDUALS else Quantifier.SCHEMA
        return _said(lexicon, left, RELATION_OF_KIND[kind], right, quantifier)
    return None


def _of_inverse(kind: str) -> str:
    """What a characteristic of an inverse says of the relation itself."""
    turned = {"FunctionalObjectProperty": "InverseFunctionalObjectProperty",
              "InverseFunctionalObjectProperty": "FunctionalObjectProperty"}  # fmt: skip
    return turned.get(kind, kind)


def _restriction(sub: Expression, sup: tuple[Expression, ...], lexicon: Lexicon) -> Said | None:
    quantifier = QUANTIFIER_OF.get(str(sup[0]))
    if quantifier is None or any(isinstance(e, tuple) for e in (sub, *sup)):
        return None
    relation, _, number, filler = restricted(sup)
    if filler == v.THING:
        return None
    return _said(lexicon, sub, relation, filler, quantifier, number=number)


def _said(
    lexicon: Lexicon, left: Expression, relation: Term, right: Expression,
    quantifier: Quantifier = Quantifier.SCHEMA, *, negated: bool = False, number: int = 0,
) -> Said | None:  # fmt: skip
    ids = lexicon.terms
    subject, place, thing = ids.id(str(left)), ids.id(relation), ids.id(str(right))
    builtin = relation.startswith((v.OWL, v.RDFS, v.RDF))  # said by a phrase of its own
    if subject < 0 or thing < 0 or (place < 0 and not builtin):
        return None
    return Said(lexicon, subject, place, thing, int(quantifier), negated, number, relation)
