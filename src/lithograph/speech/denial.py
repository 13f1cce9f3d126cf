"""What the *no* to a claim says, in English and Russian: no pump is a valve, not every pump is a valve.

Knows nothing about why: the extent of the denial is given (`reason.evidence.Extent`).
"""

from __future__ import annotations

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import Quantifier
from lithograph.reason.evidence import Extent
from lithograph.speech import russian, say_english, say_russian
from lithograph.speech.say_english import Said

FALSE = {"en": "it is not true that {}", "ru": "неверно, что {}"}


def denial(claim: Said, extent: Extent | None) -> str:
    """A positive claim denied, without capital and full stop. Where the extent is not known, only that it is false."""
    say = say_english.sentence_of if claim.lexicon.language == "en" else say_russian.sentence_of
    if not claim.of_class and claim.quantifier == Quantifier.INDIVIDUAL:
        return _of_individual(claim)
    made = None
    if extent is Extent.NONE:
        made = _none(claim)
    elif extent is Extent.NOT_ALL and claim.quantifier != Quantifier.ONLY:
        made = _not_all(claim)
    return made or FALSE[claim.lexicon.language].format(say(claim))


def _of_individual(c: Said) -> str:
    """`Mary is not a course`, `Mary does not take Course 7`."""
    if c.lexicon.language == "en":
        if c.iri == v.TYPE:
            return f"{c.s('the')} is not {c.o('a')}"
        return f"{c.s('the')} {c.r('verb_not')} {c.o('governed')}"
    if c.iri == v.TYPE:
        return f"{c.s('nom')} не является {c.o('ins')}"
    return f"{c.s('nom')} {say_russian.phrase_of(_negated(c))}"


def _none(c: Said) -> str:
    """No member of the subject fits."""
    english = c.lexicon.language == "en"
    if c.quantifier == Quantifier.ONLY:
        if english:
            return f"{say_english.subject(c)} {c.r('verb')} something that is not {c.o('a')}"
        says = say_russian.with_pronoun(c, c.relation, say_russian.SOMETHING)
        return f"{say_russian.subject(c)} {says}, что не является {c.o('ins')}"
    return say_english.sentence_of(_negated(c)) if english else say_russian.sentence_of(_negated(c))


def _not_all(c: Said) -> str | None:
    """A known member of the subject does not fit."""
    if c.lexicon.language == "en":
        return f"not every {c.s('name')} {say_english.phrase_of(c)}" if c.s("a") != c.s("name") else None
    every = russian.every(c.s("nom"))
    if say_russian.subject(c) != every:
        return None
    return f"не {every} {say_russian.phrase_of(c)}"


def _negated(c: Said) -> Said:
    return Said(c.lexicon, c.subject, c.relation, c.object, c.quantifier, True, c.number, c.iri)
