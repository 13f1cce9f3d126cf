"""A claim in plain Russian, by its quantifier and relation. Knows nothing about columns, proofs or templates."""

from __future__ import annotations

from collections.abc import Callable

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import Quantifier
from lithograph.speech import russian
from lithograph.speech.say_english import Said

SOMETHING = {"nom": "что-то", "acc": "что-то", "gen": "чего-то", "dat": "чему-то", "ins": "чем-то", "loc": "чём-то"}
OTHER = {"nom": "другое", "acc": "другое", "gen": "другого", "dat": "другому", "ins": "другим", "loc": "другом"}
FIRST = {"nom": "первое", "acc": "первое", "gen": "первого", "dat": "первому", "ins": "первым", "loc": "первом"}
SECOND = {"nom": "второе", "acc": "второе", "gen": "второго", "dat": "второму", "ins": "вторым", "loc": "втором"}
THIRD = {"nom": "третье", "acc": "третье", "gen": "третьего", "dat": "третьему", "ins": "третьим", "loc": "третьем"}
THAT = {"nom": "это", "acc": "это", "gen": "этого", "dat": "этому", "ins": "этим", "loc": "этом"}
ITSELF = {"nom": "само себя", "acc": "само себя", "gen": "самого себя", "dat": "самому себе", "ins": "самим собой",
          "loc": "самом себе"}  # fmt: skip


def with_pronoun(c: Said, relation: int, pronoun: dict[str, str], verb: str = "verb") -> str:
    """The verb of a relation with a pronoun in the case it governs."""
    preposition, _, case = c.lexicon.case(relation).rpartition(" ")
    word = pronoun[case]
    return f"{c.lexicon.word(relation, verb)} {russian.with_preposition(preposition, word) if preposition else word}"


def sentence_of(c: Said) -> str:
    """A claim as a sentence without capital and full stop."""
    if c.quantifier == Quantifier.ANNOTATION:
        if c.iri.endswith("altLabel"):
            return f"{c.s('nom')} — то же, что «{c.o('name')}»"
        return f"{c.s('nom')}: {c.o('text')}"
    frame = SCHEMA.get(c.iri)
    if frame is not None:
        return frame(c)
    if c.quantifier == Quantifier.SCHEMA and c.iri == v.TYPE and c.what in CHARACTERISTICS:
        return CHARACTERISTICS[c.what](c)
    if c.quantifier == Quantifier.ONLY:
        return f"если {c.s('nom')} {with_pronoun(c, c.relation, SOMETHING)}, то это {c.o('nom')}"
    if c.negated and c.of_class:
        return f"{russian.no_one(c.s('nom'))} {phrase_of(c)}"
    return f"{subject(c)} {phrase_of(c)}"


def phrase_of(c: Said) -> str:
    """What a claim says of its subject: the sentence without it."""
    known = PHRASES.get(c.iri)
    if known is not None:
        return (known[1] if c.negated else known[0]).format(ins=c.o("ins"), nom=c.o("nom"), gen=c.o("gen"))
    if c.quantifier == Quantifier.ANNOTATION:
        return f"— то же, что «{c.o('name')}»" if c.iri.endswith("altLabel") else f"— {c.o('text')}"
    verb = c.lexicon.agreeing_word(c.relation, c.subject, "verb_not" if c.negated else "verb")
    if c.quantifier == Quantifier.ONLY:
        return f"{with_pronoun(c, c.relation, SOMETHING)}, только если это {c.o('nom')}"
    if c.quantifier in (Quantifier.MIN, Quantifier.MAX, Quantifier.EXACTLY):
        preposition, _, case = c.lexicon.case(c.relation).rpartition(" ")
        counted = c.lexicon.counted_word(c.object, c.number, c.quantifier, case)
        return f"{verb} {preposition} {counted}" if preposition else f"{verb} {counted}"
    return russian.euphonic(f"{verb} {c.lexicon.governed_word(c.object, c.relation)}")


def subject(c: Said) -> str:
    """The subject of a sentence: `каждый насос`, of mass nouns and individuals the name."""
    hint = c.lexicon.hinted.get(c.subject, {})
    return russian.every(c.s("nom")) if c.of_class and hint.get("article") != "none" else c.s("nom")


PHRASES: dict[str, tuple[str, str]] = {
    v.SUBCLASS_OF: ("является {ins}", "не является {ins}"),
    v.TYPE: ("является {ins}", "не является {ins}"),
    v.DISJOINT_WITH: ("не является {ins}", "может быть {ins}"),
    v.EQUIVALENT_CLASS: ("есть то же самое, что {nom}", "не то же самое, что {nom}"),
    v.SAME_AS: ("есть то же самое, что {nom}", "не то же самое, что {nom}"),
    v.DIFFERENT_FROM: ("не то же самое, что {nom}", "есть то же самое, что {nom}"),
    v.DOMAIN: ("говорится только о том, что является {ins}", "говорится не только о том, что является {ins}"),
    v.RANGE: ("ведёт только к тому, что является {ins}", "ведёт не только к тому, что является {ins}"),
    v.INVERSE_OF: ("обратно отношению «{nom}»", "не обратно отношению «{nom}»"),
    v.SUBPROPERTY_OF: ("есть частный случай отношения «{nom}»", "не частный случай отношения «{nom}»"),
    v.EQUIVALENT_PROPERTY: ("есть то же отношение, что «{nom}»", "не то же отношение, что «{nom}»"),
    v.PROPERTY_DISJOINT_WITH: ("исключает отношение «{nom}»", "не исключает отношение «{nom}»"),
}


def _no_kind(c: Said) -> str:
    verb = "не являются" if russian.is_plural(c.s("nom")) else "не является"
    return f"{russian.no_one(c.s('nom'))} {verb} {c.o('ins')}"


def _kind_of(c: Said) -> str:
    if c.negated:
        return _no_kind(c)
    return f"{subject(c)} — это {c.o('nom')}"


def _inverse(c: Said) -> str:
    left, right = with_pronoun(c, c.subject, OTHER), with_pronoun(c, c.object, FIRST)
    return f"одно {left} тогда и только тогда, когда другое {right}"


def _transitive(c: Said) -> str:
    second, third = with_pronoun(c, c.subject, SECOND), with_pronoun(c, c.subject, THIRD)
    return f"если первое {second}, а второе {third}, то первое {third}"


SCHEMA: dict[str, Callable[[Said], str]] = {
    v.SUBCLASS_OF: _kind_of,
    v.DISJOINT_WITH: _no_kind,
    v.EQUIVALENT_CLASS: lambda c: f"{c.s('nom')} и {c.o('nom')} — одно и то же",
    v.DOMAIN: lambda c: f"всё, что {with_pronoun(c, c.subject, SOMETHING)}, является {c.o('ins')}",
    v.RANGE: lambda c: f"отношение «{c.s('nom')}» ведёт только к тому, что является {c.o('ins')}",
    v.INVERSE_OF: _inverse,
    v.SUBPROPERTY_OF: lambda c: (
        f"всё, что {with_pronoun(c, c.subject, SOMETHING)}, также {with_pronoun(c, c.object, THAT)}"
    ),
    v.EQUIVALENT_PROPERTY: lambda c: f"«{c.s('nom')}» и «{c.o('nom')}» — одно и то же отношение",
    v.PROPERTY_DISJOINT_WITH: lambda c: (
        f"ничто из того, что {with_pronoun(c, c.subject, SOMETHING)}, не {with_pronoun(c, c.object, THAT)}"
    ),
}

CHARACTERISTICS: dict[str, Callable[[Said], str]] = {
    v.OWL + "TransitiveProperty": _transitive,
    v.OWL + "SymmetricProperty": lambda c: (
        f"если одно {with_pronoun(c, c.subject, OTHER)}, то и другое {with_pronoun(c, c.subject, FIRST)}"
    ),
    v.OWL + "AsymmetricProperty": lambda c: (
        f"если одно {with_pronoun(c, c.subject, OTHER)}, то другое {with_pronoun(c, c.subject, FIRST, 'verb_not')}"
    ),
    v.OWL + "ReflexiveProperty": lambda c: f"всё {with_pronoun(c, c.subject, ITSELF)}",
    v.OWL + "IrreflexiveProperty": lambda c: f"ничто {with_pronoun(c, c.subject, ITSELF, 'verb_not')}",
    v.OWL + "FunctionalProperty": lambda c: f"отношение «{c.s('nom')}» ведёт не более чем к одной вещи",
    v.OWL + "InverseFunctionalProperty": lambda c: f"отношение «{c.s('nom')}» ведёт к вещи не более чем от одной",
}
