"""Terms and expressions as axioms are put into words with them. Knows nothing about a language's grammar."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Expression
from lithograph.ontology.graph import Kind
from lithograph.ontology.terms import Term, Terms, is_anonymous, is_literal
from lithograph.speech.lexicon import RELATION_ATTRIBUTES, Lexicon

QUANTIFIED = ("SomeValuesFrom", "AllValuesFrom", "HasValue", "HasSelf", "MinCardinality", "MaxCardinality",
              "ExactCardinality")  # fmt: skip
"""What a restriction is called behind `Object` or `Data`."""


def spoken(lexicon: Lexicon, term: Term, attribute: str) -> str:
    """An attribute of a term, whether the ontology of the lexicon has the term or not (a literal in a question)."""
    place = lexicon.terms.id(term)
    if place >= 0:
        return lexicon.word(place, attribute)
    return _stranger(term, lexicon.language, attribute in RELATION_ATTRIBUTES[lexicon.language]).word(0, attribute)


@lru_cache(maxsize=1 << 12)
def _stranger(term: Term, language: str, relation: bool) -> Lexicon:
    """The words of one term that has no label."""
    kind = Kind.LITERAL if is_literal(term) else Kind.ANONYMOUS if is_anonymous(term) else Kind.CLASS
    kinds = np.array([Kind.OBJECT_PROPERTY if relation else kind], np.uint16)
    return Lexicon(Terms.of([term]), kinds, language, np.full(1, -1, np.int32), {}, {})


def is_class(lexicon: Lexicon, term: Term) -> bool:
    """Whether a term is spoken of as a class; one that the ontology does not have is."""
    place = lexicon.terms.id(term)
    return place < 0 or bool(lexicon.kinds[place] & Kind.CLASS)


def head_of(expression: Expression) -> str:
    """The kind of an expression without `Object` and `Data`; of a term nothing.

    >>> head_of(("ObjectSomeValuesFrom", "http://e/r", "http://e/C")), head_of("http://e/C")
    ('SomeValuesFrom', '')
    """
    head = str(expression[0]) if isinstance(expression, tuple) else ""
    return head if head == "DatatypeRestriction" else head.removeprefix("Object").removeprefix("Data")


def operands_of(expression: Expression) -> tuple[Expression, ...]:
    """What follows the head of an expression."""
    return expression[1:] if isinstance(expression, tuple) else ()


def is_noun(expression: Expression) -> bool:
    """Whether an expression is said as nouns joined by `or`, without a relative clause of its own."""
    head = head_of(expression)
    if isinstance(expression, str) or head == "OneOf":
        return True
    return head == "UnionOf" and all(is_noun(e) for e in operands_of(expression))


def nouns_and_rest(expression: Expression) -> tuple[list[Term], list[Expression]]:
    """The named operands of an intersection, what says nothing left out, and the others: the simple ones first, `only`
    behind its like."""
    parts = [e for e in operands_of(expression) if e not in (v.THING, v.RDFS + "Literal")]
    named = [e for e in parts if isinstance(e, str)]
    return named, sorted((e for e in parts if not isinstance(e, str)), key=_weight)


def _weight(expression: Expression) -> tuple[bool, bool]:
    return nested(expression), head_of(expression) == "AllValuesFrom"


def nested(expression: Expression) -> bool:
    """Whether an expression holds another that is no noun."""
    return any(isinstance(e, tuple) and not is_noun(e) for e in operands_of(expression))


def restricted(expression: Expression) -> tuple[Term, bool, int, Expression]:
    """A restriction taken apart: relation, whether it is inverted, cardinality (0 without), filler."""
    rest = list(operands_of(expression))
    number = rest.pop(0) if isinstance(rest[0], int) else 0
    relation, *fillers = rest
    of_data = isinstance(expression, tuple) and str(expression[0]).startswith("Data")
    thing = v.RDFS + "Literal" if of_data else v.THING
    name, inverted = inverse_of(relation)
    return name, inverted, int(number) if isinstance(number, int) else 0, fillers[-1] if fillers else thing


def inverse_of(relation: Expression) -> tuple[Term, bool]:
    """The name of a property expression, and whether it is that relation turned round."""
    if isinstance(relation, tuple):
        name, inverted = inverse_of(relation[1])
        return name, not inverted
    return str(relation), False


def turned(relation: Expression) -> Expression:
    """A property expression turned round."""
    name, inverted = inverse_of(relation)
    return name if inverted else ("ObjectInverseOf", name)


def pairs_of(facets: Sequence[Expression]) -> list[tuple[str, Term]]:
    """Facets of a datatype with their values, local name of the facet and literal; the lower bound before the upper."""
    names = [str(f).rsplit("#", 1)[-1] for f in facets[::2]]
    pairs = zip(names, (str(value) for value in facets[1::2]), strict=True)
    return sorted(pairs, key=lambda pair: pair[0].startswith("max"))
