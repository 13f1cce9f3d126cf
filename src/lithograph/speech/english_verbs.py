"""English: the verb phrase of a relation. Knows nothing about ontologies; nouns are in `english`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lithograph.speech.english import article, is_mass_word, is_plural_word, plural_word, singular
from lithograph.speech.english_words import (
    APART,
    AUXILIARIES,
    COMPARATIVES,
    DETERMINERS,
    MODALS,
    NO_ROLES,
    NOUNS_IN_S,
    PARTICIPLES,
    PLURAL_ROLES,
    PREPOSITIONS,
    VERBS,
    VERBS_AND_NOUNS,
)


@dataclass(frozen=True, slots=True)
class VerbForms:
    """The verb phrase of a relation.

    verb: between subject and object; plural: with a plural subject; bare: after `does`; do, rest: the two halves of
    the question "{do} a valve {rest} a pump?"; verb_not: the denial.
    """

    verb: str
    plural: str
    bare: str
    do: str
    rest: str
    verb_not: str


def verb_forms(
    label: str, *, data: bool = False, bare: str | None = None, plural: str | None = None, given: bool = False
) -> VerbForms:
    """The forms of a relation's label, or of a verb phrase that is `given` in the third person.

    A label that is a noun, or `has` with a noun, becomes `has as topping` (of a data property: `has weight`).

    >>> verb_forms("has topping").bare, verb_forms("part of").verb, verb_forms("regulated by").verb
    ('have as topping', 'is part of', 'is regulated by')
    >>> verb_forms("topping").verb, verb_forms("participates in").bare, verb_forms("directly regulates").verb_not
    ('has as topping', 'participate in', 'does not directly regulate')
    """
    verb = label if given else third_person(label, data=data)
    words = verb.split(" ")
    at = 1 if len(words) > 1 and words[0].endswith("ly") else 0
    head, before, after = words[at], words[:at], words[at + 1 :]
    if head == "has" and after and (after[0] == "been" or _is_participle(after[0])):
        rest = " ".join([*before, *after])
        return VerbForms(verb, plural or "have " + rest, bare or "have " + rest, head, rest, "has not " + rest)
    if head in ("is", "was"):
        rest = " ".join([*before, *after])
        shown = [plural_word(w) if w == after[-2] else w for w in after[1:]] if _is_one(after) else after
        many = " ".join([*before, "are" if head == "is" else "were", *shown])
        return VerbForms(
            verb, plural or many, bare or " ".join([*before, "be", *after]), head, rest, f"{head} not {rest}"
        )
    if head in MODALS and after:
        rest = " ".join([*before, *after])
        denial = "cannot " + rest if head == "can" else f"{head} not {rest}"
        return VerbForms(verb, plural or verb, bare or rest, head, rest, denial)
    plain = bare or " ".join([*before, infinitive(head), *after])
    return VerbForms(verb, plural or plain, plain, "does", plain, "does not " + plain)


def third_person(label: str, *, data: bool = False) -> str:
    """A relation's label as a verb phrase in the third person singular.

    >>> [third_person(label) for label in ("has toppings", "has effect on", "member of", "is part of", "aware of")]
    ['has as topping', 'has effect on', 'is a member of', 'is part of', 'is aware of']
    """
    stem, comma, tail = label.partition(", ")
    if comma:  # causally upstream of, positive effect
        return f"{third_person(stem, data=data)} ({tail})"
    words = label.split(" ")
    adverb = _ADVERB.search(label)
    if adverb:
        verb = third_person(label[: adverb.start()], data=data).split(" ")
        at = 1 + verb[0].endswith("ly")
        return " ".join([*verb[:at], adverb[1], *verb[at:]])
    if len(words) > 1 and words[-1] == "of" and _is_role([w.lower() for w in words]):
        noun = " ".join(words[words[0].lower() == "is" :])
        return f"is {article(noun.split(' ', 1)[0])} {noun}"
    if words[0].lower() in ("has", "have") and not data and _is_noun_phrase([w.lower() for w in words[1:]]):
        return "has as " + _role_played(" ".join(words[1:]))
    at = 1 if len(words) > 1 and words[0].endswith("ly") and words[0] != "only" else 0
    head, rest = words[at].lower(), [w.lower() for w in words[at + 1 :]]
    if head in AUXILIARIES or head in MODALS:
        return label
    if head in ("have", "be", "do"):
        return " ".join([*words[:at], {"have": "has", "be": "is", "do": "does"}[head], *words[at + 1 :]])
    if _is_third_person(head) and not _is_plural_role(head, data=data):
        return label
    if head in VERBS and not (rest and rest[0] == "of"):
        return " ".join([*words[:at], _add_s(head), *words[at + 1 :]])
    if _is_participle(head):
        passive = rest and (rest[0] in PREPOSITIONS or rest[0].endswith("ly"))
        return ("is " if passive or at or data else "has ") + label  # regulated by; assigned attribute to
    if head in PREPOSITIONS:
        return "is " + label
    if rest and (head in ("only", "also", "not", "never", "always") or head.endswith(("able", "ible"))):
        return "is " + label
    if rest and rest[-1] == "from" and words[-2].lower() not in APART:
        return "has " + label  # degree from
    if (rest and rest[-1] in PREPOSITIONS) or at or (head.endswith("ing") and rest):
        return "is " + label
    return "has " + label if data else "has as " + _role_played(label)


_ADVERB = re.compile(r" (at (?:all|some) times?)$")


def _role_played(noun: str) -> str:
    """A noun after `has as`: in the singular; an adjective of comparison is one of a `term` (`broader`)."""
    return singular(noun) + (" term" if noun.lower() in COMPARATIVES else "")


def _is_participle(word: str) -> bool:
    """Whether a word is the past participle of a verb: regulated, made; not related, which compares."""
    return word not in COMPARATIVES and (word in PARTICIPLES or word.endswith("ed"))


def _is_one(words: list[str]) -> bool:
    """Whether what follows `is` is `a member of`."""
    return len(words) > 2 and words[0] in ("a", "an") and words[-1] == "of"


def _is_role(words: list[str]) -> bool:
    """Whether a relation's label is a countable noun with `of` (`member of`, `is cause of`), which takes an article."""
    before, head = words[words[0] == "is" : -2], words[-2]
    if any(w in _NEVER_IN_A_ROLE or w.endswith(("ed", "ly")) or _is_third_person(w) for w in before):
        return False
    if head == "part":
        return bool(before)
    return not (head in _NEVER_IN_A_ROLE or head.endswith(_ADJECTIVAL) or is_mass_word(head) or is_plural_word(head))


_NEVER_IN_A_ROLE = {*NO_ROLES, *DETERMINERS, *PREPOSITIONS, *AUXILIARIES, *MODALS, *VERBS, *PARTICIPLES, "is", "of"}
_ADJECTIVAL = ("ed", "ble", "ly", "ful", "less", "ous")


def _is_noun_phrase(words: list[str]) -> bool:
    """Whether what follows `has` is a noun without an article: `topping`, `primary input`, not `effect on`, `been`."""
    if not words or words[0] in DETERMINERS or words[-1] in DETERMINERS or words[0] in PREPOSITIONS:
        return False
    last = words[-1]
    return not (last in PREPOSITIONS or _is_participle(last) or "that" in words)


def is_clause(name: str) -> bool:
    """Whether a name in small letters is the name of a relation (`is entailed by`), which a sentence has to quote.

    >>> is_clause("is entailed by"), is_clause("manner of"), is_clause("front wheel")
    (True, True, False)
    """
    words = name.split(" ")
    return len(words) > 1 and (words[0] in AUXILIARIES or words[0] == "be" or words[-1] in PREPOSITIONS)


def with_pronoun(verb: str, pronoun: str) -> str:
    """A verb phrase with a short object, which stands before the role that it plays.

    >>> with_pronoun("has as topping", "another"), with_pronoun("stands on", "something")
    ('has another as topping', 'stands on something')
    """
    head, found, role = verb.partition(" as ")
    if found and head.startswith(("has", "does not have")):
        return f"{head} {pronoun} as {role}"
    return f"{verb} {pronoun}"


def _is_third_person(word: str) -> bool:
    if not word.endswith("s") or word.endswith(("ss", "us", "is", "ics")) or word in NOUNS_IN_S or len(word) < 4:
        return False
    return word.isascii() and word.isalpha()


def _is_plural_role(word: str, *, data: bool) -> bool:
    """Whether a word in -s is rather a noun in the plural (members, days duration) than a verb (realizes, surrounds).

    A data property is named by a noun unless the verb is known.
    """
    if infinitive(word) in VERBS or infinitive(word) in VERBS_AND_NOUNS:
        return False
    return data or word.endswith(("ors", "ers", "ments", "ions", "ities", "ists", "isms")) or word in PLURAL_ROLES


def infinitive(word: str) -> str:
    """The infinitive of a verb in the third person singular.

    >>> [infinitive(w) for w in ("has", "carries", "passes", "uses", "develops", "goes", "touches", "lies")]
    ['have', 'carry', 'pass', 'use', 'develop', 'go', 'touch', 'lie']
    """
    low = word.lower()
    if low in AUXILIARIES:
        return AUXILIARIES[low]
    if low in ("lies", "dies", "ties", "vies"):
        return low[:-1]
    if low.endswith("ies"):
        return low[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")) and low not in ("aches", "axes", "caches"):
        return low[:-2]
    return low[:-1] if low.endswith("s") else low


def _add_s(word: str) -> str:
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
