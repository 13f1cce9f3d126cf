"""A claim in plain English, by its quantifier and relation. Knows nothing about columns, proofs or templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import Kind, Quantifier
from lithograph.speech.english_verbs import with_pronoun

if TYPE_CHECKING:
    from lithograph.speech.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Said:
    """A claim by its numbers, ready to be said: ids of terms, relation also as IRI."""

    lexicon: Lexicon
    subject: int
    relation: int
    object: int
    quantifier: int
    negated: bool
    number: int
    iri: str

    def s(self, attribute: str) -> str:
        """A form of the subject."""
        return self.lexicon.word(self.subject, attribute)

    def r(self, attribute: str) -> str:
        """A form of the relation."""
        return self.lexicon.word(self.relation, attribute)

    def o(self, attribute: str) -> str:
        """A form of the object."""
        return self.lexicon.word(self.object, attribute)

    @property
    def of_class(self) -> bool:
        """Whether the claim speaks of every member of a class."""
        return bool(self.lexicon.kinds[self.subject] & Kind.CLASS) and self.quantifier != Quantifier.INDIVIDUAL

    @property
    def what(self) -> str:
        """The IRI of the object."""
        return str(self.lexicon.terms.texts[self.object])


def sentence_of(c: Said) -> str:
    """A claim as a sentence without capital and full stop."""
    frame = SCHEMA.get(c.iri)
    if c.quantifier == Quantifier.ANNOTATION:
        return annotation(c)
    if frame is not None:
        return frame(c)
    if c.quantifier == Quantifier.SCHEMA and c.iri == v.TYPE and c.what in CHARACTERISTICS:
        return CHARACTERISTICS[c.what](c.s("verb"), c.s("verb_not"))
    if c.quantifier == Quantifier.ONLY:
        return f"whatever {c.s('a')} {c.r('verb')} is {c.o('a')}"
    if c.negated and c.of_class:
        return f"no {c.s('name')} {c.r('verb')} {c.o('governed')}"
    return f"{subject(c)} {phrase_of(c)}"


def phrase_of(c: Said) -> str:
    """What a claim says of its subject: the sentence without it."""
    known = PHRASES.get(c.iri)
    if known is not None:
        return (known[1] if c.negated else known[0]).format(a=c.o("a"), name=c.o("name"))
    if c.quantifier == Quantifier.ANNOTATION:
        return f"is also called “{c.o('name')}”" if c.iri.endswith("altLabel") else f"is {c.o('text')}"
    verb = c.r("verb_not") if c.negated else c.r("verb")
    if c.quantifier == Quantifier.ONLY:
        return f"{verb} nothing but {c.o('plural')}"
    if c.quantifier in (Quantifier.MIN, Quantifier.MAX, Quantifier.EXACTLY):
        return f"{verb} {c.lexicon.counted_word(c.object, c.number, c.quantifier)}"
    return f"{verb} {c.o('governed')}"


def subject(c: Said) -> str:
    """The subject of a sentence: `every pump`, of mass nouns and individuals the name."""
    if c.of_class and c.s("a") != c.s("name"):
        return f"every {c.s('name')}"
    return c.s("the")


def annotation(c: Said) -> str:
    """A definition, a synonym."""
    if c.iri.endswith("altLabel"):
        return f"{c.s('the')} is also called “{c.o('name')}”"
    return f"{c.s('name')}: {c.o('text')}"


PHRASES: dict[str, tuple[str, str]] = {
    v.SUBCLASS_OF: ("is {a}", "is not {a}"),
    v.TYPE: ("is {a}", "is not {a}"),
    v.DISJOINT_WITH: ("is never {a}", "can be {a}"),
    v.EQUIVALENT_CLASS: ("is the same as {a}", "is not the same as {a}"),
    v.SAME_AS: ("is the same as {a}", "is not the same as {a}"),
    v.DIFFERENT_FROM: ("is not the same as {a}", "is the same as {a}"),
    v.DOMAIN: ("is said only of what is {a}", "is not said only of what is {a}"),
    v.RANGE: ("leads only to what is {a}", "does not lead only to what is {a}"),
    v.INVERSE_OF: ("is the inverse of “{name}”", "is not the inverse of “{name}”"),
    v.SUBPROPERTY_OF: ("is a special case of “{name}”", "is not a special case of “{name}”"),
    v.EQUIVALENT_PROPERTY: ("is the same relation as “{name}”", "is not the same relation as “{name}”"),
    v.PROPERTY_DISJOINT_WITH: ("excludes “{name}”", "does not exclude “{name}”"),
}


def _s(c: Said, pronoun: str) -> str:
    """The subject, a relation, as a verb with a pronoun."""
    return with_pronoun(c.s("verb"), pronoun)


def _o(c: Said, pronoun: str) -> str:
    """The object, a relation, as a verb with a pronoun."""
    return with_pronoun(c.o("verb"), pronoun)


def _kind_of(c: Said) -> str:
    if c.negated:
        return f"no {c.s('name')} is {c.o('a')}"
    return f"{subject(c)} is {c.o('a')}"


SCHEMA: dict[str, Callable[[Said], str]] = {
    v.SUBCLASS_OF: _kind_of,
    v.DISJOINT_WITH: lambda c: f"no {c.s('name')} is {c.o('a')}",
    v.EQUIVALENT_CLASS: lambda c: f"every {c.s('name')} is {c.o('a')}, and every {c.o('name')} is {c.s('a')}",
    v.DOMAIN: lambda c: f"whatever {_s(c, 'something')} is {c.o('a')}",
    v.RANGE: lambda c: f"whatever something {c.s('verb')} is {c.o('a')}",
    v.INVERSE_OF: lambda c: f"one thing {_s(c, 'another')} exactly when the other {_o(c, 'the first')}",
    v.SUBPROPERTY_OF: lambda c: f"if one thing {_s(c, 'another')}, it also {_o(c, 'the other')}",
    v.EQUIVALENT_PROPERTY: lambda c: f"one thing {_s(c, 'another')} exactly when it {_o(c, 'it')}",
    v.PROPERTY_DISJOINT_WITH: lambda c: f"nothing that {_s(c, 'something')} also {_o(c, 'it')}",
}

CHARACTERISTICS: dict[str, Callable[[str, str], str]] = {
    v.OWL + "TransitiveProperty": lambda verb, _: (
        f"if one thing {with_pronoun(verb, 'a second')}, and the second {with_pronoun(verb, 'a third')}, "
        f"the first {with_pronoun(verb, 'the third')}"
    ),
    v.OWL + "SymmetricProperty": lambda verb, _: (
        f"if one thing {with_pronoun(verb, 'another')}, the other {with_pronoun(verb, 'the first')}"
    ),
    v.OWL + "AsymmetricProperty": lambda verb, denial: (
        f"if one thing {with_pronoun(verb, 'another')}, the other {with_pronoun(denial, 'the first')}"
    ),
    v.OWL + "ReflexiveProperty": lambda verb, _: f"everything {with_pronoun(verb, 'itself')}",
    v.OWL + "IrreflexiveProperty": lambda verb, _: f"nothing {with_pronoun(verb, 'itself')}",
    v.OWL + "FunctionalProperty": lambda verb, _: f"a thing {with_pronoun(verb, 'one thing at most')}",
    v.OWL + "InverseFunctionalProperty": lambda verb, _: (
        f"no two things are such that each {with_pronoun(verb, 'the same thing')}"
    ),
}
"""What the characteristics of a relation say, from its verb and its denial."""
