"""OWL axioms in plain English, nested as they are. Knows nothing about claims, proofs or templates."""

from __future__ import annotations

from collections.abc import Callable

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.speech.english_expressions import does, listed, noun, one, plural, subject, with_object
from lithograph.speech.english_verbs import with_pronoun
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.spoken import head_of, inverse_of, nouns_and_rest, operands_of, restricted, spoken, turned


def link(lexicon: Lexicon, relation: Expression, left: str, right: str, *, denied: bool = False) -> str:
    """That two things stand in a relation, or in one turned round: `one thing has another as part`."""
    name, inverted = inverse_of(relation)
    if inverted:
        left, right = right, left
    return f"{left} {with_pronoun(spoken(lexicon, name, 'verb_not' if denied else 'verb'), right)}"


def subclass(lexicon: Lexicon, sub: Expression, sup: Expression) -> str:
    """That everything of one kind is of another."""
    if sup == v.NOTHING:
        return f"there can be no {one(lexicon, sub)}" if sub != v.THING else "there can be nothing"
    if head_of(sup) == "ComplementOf":
        return excludes(lexicon, sub, operands_of(sup)[0])
    if head_of(sup) == "AllValuesFrom":
        relation, inverted, _, filler = restricted(sup)
        verb, what = spoken(lexicon, relation, "verb"), noun(lexicon, sub)
        which = with_object(verb, what) if inverted else f"{what} {verb}"
        return f"whatever {which} {does(lexicon, filler)}"
    return f"{subject(lexicon, sub)} {does(lexicon, sup)}"


def excludes(lexicon: Lexicon, one_kind: Expression, other: Expression) -> str:
    """That nothing is of two kinds at once."""
    if not isinstance(one_kind, str) and isinstance(other, str):
        one_kind, other = other, one_kind
    if one_kind == v.THING:
        return f"nothing {does(lexicon, other)}"
    if isinstance(one_kind, str) or (head_of(one_kind) == "IntersectionOf" and nouns_and_rest(one_kind)[0]):
        return f"no {one(lexicon, one_kind)} {does(lexicon, other)}"
    return f"nothing that {does(lexicon, one_kind)} {does(lexicon, other)}"


def _equivalent(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    first, *rest = sorted(operands, key=lambda e: not isinstance(e, str))
    cases = ", and exactly when ".join(f"it {does(lexicon, e)}" for e in rest)
    return f"something {does(lexicon, first)} exactly when {cases}"


def _disjoint(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    if len(operands) == 2:
        return excludes(lexicon, *operands)
    return f"nothing can be two of these at once: {listed([noun(lexicon, e) for e in operands], 'and')}"


def _union(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    whole, *parts = operands
    kinds = listed([noun(lexicon, e) for e in parts], "or")
    return f"{subject(lexicon, whole)} is {kinds}, no two of these at once, and each of them {does(lexicon, whole)}"


def _chain(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    sub, sup = operands
    if head_of(sub) not in ("PropertyChain", "ObjectPropertyChain"):
        if inverse_of(sub)[1]:
            sub, sup = turned(sub), turned(sup)
        return f"if {link(lexicon, sub, 'one thing', 'another')}, {link(lexicon, sup, 'the first', 'the other')}"
    things = ["one thing", "a second", "a third", "a fourth", "a fifth", "a sixth"]
    links = operands_of(sub)
    things += [f"thing {n}" for n in range(7, len(links) + 2)]
    known = ["the first", *(t.replace("a ", "the ") for t in things[1:])]
    said = [link(lexicon, r, known[i] if i else things[0], things[i + 1]) for i, r in enumerate(links)]
    return f"if {', and '.join(said)}, {link(lexicon, sup, 'the first', known[len(links)])}"


def _inverse(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    left, right = operands
    return (
        f"{link(lexicon, left, 'one thing', 'another')} exactly when {link(lexicon, right, 'the other', 'the first')}"
    )


def _same_relation(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    first, *rest = operands
    cases = ", and exactly when ".join(link(lexicon, r, "the first", "the other") for r in rest)
    return f"{link(lexicon, first, 'one thing', 'another')} exactly when {cases}"


def _apart(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    if len(operands) > 2:
        names = [f"“{spoken(lexicon, inverse_of(r)[0], 'name')}”" for r in operands]
        return f"no two of these relations hold between the same things: {listed(names, 'and')}"
    left, right = operands
    denied = link(lexicon, right, "the first", "the other", denied=True)
    return f"if {link(lexicon, left, 'one thing', 'another')}, {denied}"


def _domain(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    relation, kind = operands
    name, inverted = inverse_of(relation)
    verb = spoken(lexicon, name, "verb")
    which = f"something {verb}" if inverted else with_pronoun(verb, "something")
    return f"whatever {which} {does(lexicon, kind)}"


def _range(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    relation, kind = operands
    return _domain(lexicon, (("ObjectInverseOf", relation), kind))


def _key(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    kind, *lists = operands
    names = [f"“{spoken(lexicon, inverse_of(r)[0], 'name')}”" for given in lists for r in operands_of(given)]
    return f"two {plural(lexicon, kind)} with the same {listed(names, 'and')} are one and the same"


def _asserted(lexicon: Lexicon, operands: tuple[Expression, ...], denied: bool = False) -> str:
    relation, left, right = operands
    name, inverted = inverse_of(relation)
    if inverted:
        left, right = right, left
    verb = spoken(lexicon, name, "verb_not" if denied else "verb")
    return f"{spoken(lexicon, str(left), 'the')} {verb} {spoken(lexicon, str(right), 'governed')}"


def _same(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    names = listed([spoken(lexicon, str(e), "the") for e in operands], "and")
    return f"{names} are one and the same"


def _different(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    names = listed([spoken(lexicon, str(e), "the") for e in operands], "and")
    return f"no two of {names} are the same" if len(operands) > 2 else f"{names} are not the same"


def _declared(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    sort, term = operands_of(("", *(operands[0] if isinstance(operands[0], tuple) else operands)))
    kind = {"Class": "a class", "Datatype": "a datatype", "NamedIndividual": "an individual"}.get(
        str(sort), "a relation"
    )
    return f"“{spoken(lexicon, str(term), 'name')}” is {kind}"


AXIOMS: dict[str, Callable[[Lexicon, tuple[Expression, ...]], str]] = {
    "SubClassOf": lambda x, o: subclass(x, *o),
    "EquivalentClasses": _equivalent,
    "DisjointClasses": _disjoint,
    "DisjointUnion": _union,
    "ClassAssertion": lambda x, o: f"{spoken(x, str(o[1]), 'the')} {does(x, o[0])}",
    "ObjectPropertyAssertion": _asserted,
    "DataPropertyAssertion": _asserted,
    "NegativeObjectPropertyAssertion": lambda x, o: _asserted(x, o, True),
    "NegativeDataPropertyAssertion": lambda x, o: _asserted(x, o, True),
    "SameIndividual": _same,
    "DifferentIndividuals": _different,
    "SubObjectPropertyOf": _chain,
    "SubDataPropertyOf": _chain,
    "EquivalentObjectProperties": _same_relation,
    "EquivalentDataProperties": _same_relation,
    "DisjointObjectProperties": _apart,
    "DisjointDataProperties": _apart,
    "InverseObjectProperties": _inverse,
    "ObjectPropertyDomain": _domain,
    "DataPropertyDomain": _domain,
    "ObjectPropertyRange": _range,
    "DataPropertyRange": _range,
    "HasKey": _key,
    "DatatypeDefinition": lambda x, o: f"a value is {noun(x, o[0])} exactly when it is {noun(x, o[1])}",
    "Declaration": _declared,
}
"""Axiom kind -> its sentence, without capital and full stop."""


def sentence_of(lexicon: Lexicon, axiom: Axiom) -> str | None:
    """An axiom as a sentence without capital and full stop; None for a kind that says nothing about things."""
    says = AXIOMS.get(axiom.kind)
    return says(lexicon, axiom.operands) if says else None
