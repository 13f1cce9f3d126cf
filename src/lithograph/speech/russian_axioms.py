"""OWL axioms in plain Russian, nested as they are. Knows nothing about claims, proofs or templates."""

from __future__ import annotations

from collections.abc import Callable

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.speech import russian
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.russian_expressions import (
    END,
    IT,
    agent,
    denies,
    does,
    each,
    finished,
    governed,
    listed,
    noun,
    subject,
    verb,
    with_pronoun,
)
from lithograph.speech.say_russian import FIRST, OTHER, SECOND, SOMETHING, THIRD
from lithograph.speech.spoken import (
    head_of,
    inverse_of,
    is_class,
    is_noun,
    nouns_and_rest,
    operands_of,
    restricted,
    spoken,
    turned,
)

_ORDINALS = (FIRST, SECOND, THIRD)

_ONE = {"nom": "одно", "gen": "одного", "dat": "одному", "acc": "одно", "ins": "одним", "loc": "одном"}


def link(
    lexicon: Lexicon, relation: Expression, left: dict[str, str], right: dict[str, str], attribute: str = "verb"
) -> str:
    """That two things stand in a relation, or in one turned round: `одно состоит из другого`."""
    name, inverted = inverse_of(relation)
    if inverted:
        left, right = right, left
    return f"{left['nom']} {with_pronoun(lexicon, name, IT, right, attribute)}"


def subclass(lexicon: Lexicon, sub: Expression, sup: Expression) -> str:
    """That everything of one kind is of another."""
    who = agent(lexicon, sub)
    if sup == v.NOTHING:
        if isinstance(sub, str) and is_class(lexicon, sub):
            return f"{spoken(lexicon, sub, 'gen_plural')} быть не может"
        return f"{noun(lexicon, sub, 'gen')} быть не может"
    if head_of(sup) == "ComplementOf":
        return excludes(lexicon, sub, operands_of(sup)[0])
    if head_of(sup) == "AllValuesFrom":
        relation, inverted, _, filler = restricted(sup)
        about = noun(lexicon, sub, "nom")
        condition = f"что-то {verb(lexicon, relation, IT)} {governed(lexicon, relation, sub)}" if inverted else (
            f"{about} {with_pronoun(lexicon, relation, who, SOMETHING)}")  # fmt: skip
        return f"если {condition}{END}, то это {noun(lexicon, filler, 'nom')}"
    named = is_noun(sup) or (head_of(sup) == "IntersectionOf" and nouns_and_rest(sup)[0])
    if named and sup != v.THING and not _is_individual(lexicon, sub):
        return f"{subject(lexicon, sub)} — это {noun(lexicon, sup, 'nom')}"
    return f"{subject(lexicon, sub)} {does(lexicon, sup, who)}"


def _is_individual(lexicon: Lexicon, e: Expression) -> bool:
    return head_of(e) == "OneOf" or (isinstance(e, str) and not is_class(lexicon, e))


def excludes(lexicon: Lexicon, kind: Expression, other: Expression) -> str:
    """That nothing is of two kinds at once."""
    if not isinstance(kind, str) and isinstance(other, str):
        kind, other = other, kind
    if kind == v.THING:
        return f"ничто {denies(lexicon, other)}"
    who = agent(lexicon, kind)
    if isinstance(kind, str) or (head_of(kind) == "IntersectionOf" and nouns_and_rest(kind)[0]):
        return f"{each(noun(lexicon, kind, 'nom'), russian.no_one)} {denies(lexicon, other, who)}"
    return f"ничто из того, что {does(lexicon, kind)}{END} {denies(lexicon, other)}"


def _equivalent(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    first, *rest = sorted(operands, key=lambda e: not isinstance(e, str))
    cases = ", и в точности ".join(noun(lexicon, e, "nom") for e in rest)
    return f"{noun(lexicon, first, 'nom')} — это в точности {cases}"


def _disjoint(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    if len(operands) == 2:
        return excludes(lexicon, *operands)
    kinds = listed([noun(lexicon, e, "nom") for e in operands], "и")
    return f"ничто не может быть двумя из этих вещей сразу: {kinds}"


def _union(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    whole, *parts = operands
    kinds = listed([noun(lexicon, e, "nom") for e in parts], "или")
    return f"{subject(lexicon, whole)} — это {kinds}, но не два из них сразу, и всё это — {noun(lexicon, whole, 'nom')}"


def _chain(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    sub, sup = operands
    if head_of(sub) not in ("PropertyChain", "ObjectPropertyChain"):
        if inverse_of(sub)[1]:
            sub, sup = turned(sub), turned(sup)
        return f"если {link(lexicon, sub, _ONE, OTHER)}, то {link(lexicon, sup, FIRST, OTHER)}"
    links = operands_of(sub)
    things = [*_ORDINALS, *(dict.fromkeys(FIRST, f"вещь № {n}") for n in range(4, len(links) + 2))]
    said = [link(lexicon, r, things[i], things[i + 1]) for i, r in enumerate(links)]
    return f"если {', а '.join(said)}, то {link(lexicon, sup, FIRST, things[len(links)])}"


def _inverse(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    left, right = operands
    back = link(lexicon, right, OTHER, FIRST)
    return f"{link(lexicon, left, _ONE, OTHER)} тогда и только тогда, когда {back}"


def _same_relation(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    first, *rest = operands
    cases = ", и только тогда, когда ".join(link(lexicon, r, FIRST, OTHER) for r in rest)
    return f"{link(lexicon, first, _ONE, OTHER)} тогда и только тогда, когда {cases}"


def _apart(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    if len(operands) > 2:
        names = [f"«{spoken(lexicon, inverse_of(r)[0], 'name')}»" for r in operands]
        return f"никакие два из этих отношений не связывают одни и те же вещи: {listed(names, 'и')}"
    left, right = operands
    return f"если {link(lexicon, left, _ONE, OTHER)}, то {link(lexicon, right, FIRST, OTHER, 'verb_not')}"


def _domain(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    relation, kind = operands
    name, inverted = inverse_of(relation)
    if inverted:
        return f"если что-то {with_pronoun(lexicon, name, IT, OTHER)}, то это другое {does(lexicon, kind)}"
    return f"всё, что {with_pronoun(lexicon, name, IT, SOMETHING)}, {does(lexicon, kind)}"


def _range(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    return _domain(lexicon, (("ObjectInverseOf", operands[0]), operands[1]))


def _key(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    kind, *lists = operands
    names = [f"«{spoken(lexicon, inverse_of(r)[0], 'name')}»" for given in lists for r in operands_of(given)]
    return f"если {noun(lexicon, kind, 'nom')} и {noun(lexicon, kind, 'nom')} имеют одно и то же в отношениях {listed(names, 'и')}, то это одно и то же"  # fmt: skip  # noqa: E501


def _asserted(lexicon: Lexicon, operands: tuple[Expression, ...], attribute: str = "verb") -> str:
    relation, left, right = operands
    name, inverted = inverse_of(relation)
    if inverted:
        left, right = right, left
    who = spoken(lexicon, str(left), "nom")
    return f"{who} {verb(lexicon, name, who, attribute)} {governed(lexicon, name, right)}"


def _same(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    return f"{listed([spoken(lexicon, str(e), 'nom') for e in operands], 'и')} — одно и то же"


def _different(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    names = listed([spoken(lexicon, str(e), "nom") for e in operands], "и")
    return f"{names} — всё разные вещи" if len(operands) > 2 else f"{names} — не одно и то же"


def _type(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    who = spoken(lexicon, str(operands[1]), "nom")
    return f"{who} {does(lexicon, operands[0], who)}"


def _declared(lexicon: Lexicon, operands: tuple[Expression, ...]) -> str:
    sort, term = operands_of(("", *(operands[0] if isinstance(operands[0], tuple) else operands)))
    kind = {"Class": "класс", "Datatype": "тип данных", "NamedIndividual": "отдельная вещь"}.get(str(sort), "отношение")
    return f"«{spoken(lexicon, str(term), 'name')}» — {kind}"


AXIOMS: dict[str, Callable[[Lexicon, tuple[Expression, ...]], str]] = {
    "SubClassOf": lambda x, o: subclass(x, *o),
    "EquivalentClasses": _equivalent,
    "DisjointClasses": _disjoint,
    "DisjointUnion": _union,
    "ClassAssertion": _type,
    "ObjectPropertyAssertion": _asserted,
    "DataPropertyAssertion": _asserted,
    "NegativeObjectPropertyAssertion": lambda x, o: _asserted(x, o, "verb_not"),
    "NegativeDataPropertyAssertion": lambda x, o: _asserted(x, o, "verb_not"),
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
    "DatatypeDefinition": lambda x, o: f"{noun(x, o[0], 'nom')} — это в точности {noun(x, o[1], 'nom')}",
    "Declaration": _declared,
}
"""Axiom kind -> its sentence, without capital and full stop."""


def sentence_of(lexicon: Lexicon, axiom: Axiom) -> str | None:
    """An axiom as a sentence without capital and full stop; None for a kind that says nothing about things."""
    says = AXIOMS.get(axiom.kind)
    return finished(says(lexicon, axiom.operands)) if says else None
