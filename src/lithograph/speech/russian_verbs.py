"""Russian: the verb phrase of a relation, the case it governs, its agreement with a subject. Knows no ontology."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lithograph.speech.russian import CYRILLIC_WORD, analyse, decline, parses_of
from lithograph.speech.russian_words import LINK_VERBS, PREPOSITION_CASES, REST_VERBS, VERB_CASES

_FINITE = frozenset({"VERB", "PRTS", "ADJS"})


@dataclass(frozen=True, slots=True)
class VerbForms:
    """The verb phrase of a relation: third person singular, plural, infinitive, denial; governs: "gen" or "из gen"."""

    verb: str
    plural: str
    bare: str
    verb_not: str
    governs: str


def verb_forms(
    label: str, *, governs: str | None = None, plural: str | None = None, bare: str | None = None
) -> VerbForms:
    """The forms of a relation's label or verb phrase, and what case its object takes.

    A label that is a noun becomes `имеет тему:` with the object in the nominative.

    >>> f = verb_forms("состоит из"); f.plural, f.bare, f.governs
    ('состоят из', 'состоять из', 'gen')
    >>> verb_forms("стоит на").plural
    'стоят на'
    >>> verb_forms("приводит в движение").governs, verb_forms("является частью").governs, verb_forms("тема").verb
    ('acc', 'gen', 'имеет тему:')
    """
    words = label.split(" ")
    at = next((i for i, w in enumerate(words[:3]) if _verbal(w) is not None), None)
    if at is None:
        return _nominal(label, governs, plural, bare)
    verb = _verbal(words[at])
    if verb.tag.POS == "INFN" and at == 0:
        verb = verb.inflect({"VERB", "sing", "3per"}) or verb
        words[at] = verb.word
    rest = words[at + 1 :]
    phrase = " ".join(words)
    if words[at] in ("имеет", "имела", "имел") and rest and _case_of(rest[-1]) in ("nomn", "accs") and not governs:
        return _nominal(" ".join(rest), governs, plural, bare)
    if verb.tag.POS == "INFN":  # можно читать
        many, full = None, phrase
    elif verb.tag.POS in ("PRTS", "ADJS"):
        many, full = verb.inflect({"plur"}), "быть " + phrase
    else:
        many, infinitive = verb.inflect({"plur"}), verb.inflect({"INFN"})
        full = " ".join([*words[:at], infinitive.word if infinitive else words[at], *rest])
    plural = plural or " ".join([*words[:at], many.word if many else words[at], *rest])
    denial = phrase if "не" in words[: at + 1] else " ".join([*words[:at], "не", *words[at:]])
    return VerbForms(phrase, plural, bare or full, denial, _governs(phrase, governs, words[at], rest))


def _verbal(word: str) -> Any:
    """The reading of a word as a finite verb, short participle or infinitive, or None."""
    if not CYRILLIC_WORD.fullmatch(word):
        return None
    low = word.lower()
    for p in sorted(parses_of(word), key=lambda p: "Impe" in p.tag):  # стоит, with a plural
        if p.tag.POS == "INFN" or (p.tag.POS in _FINITE and p.tag.number == "sing"):
            return p if p.score >= 0.1 or low in VERB_CASES else None
    return None


def agreeing(phrase: str, subject: str) -> str:
    """A verb phrase in the gender and number of its subject, where it shows them: short adjectives and participles.

    >>> agreeing("связан с", "цепь"), agreeing("подобно", "мосты"), agreeing("состоит из", "цепь")
    ('связана с', 'подобны', 'состоит из')
    """
    words = phrase.split(" ")
    at = next((i for i, w in enumerate(words[:3]) if _verbal(w) is not None), None)
    verb = _verbal(words[at]) if at is not None else None
    taken = analyse(subject)
    if at is None or verb is None or (verb.tag.gender is None and not taken.plural):
        return phrase
    head = next((p for p in taken.parses if p is not None and p.tag.POS == "NOUN"), None)
    wanted = {"plur"} if taken.plural else {"sing", head.tag.gender if head and head.tag.gender else "masc"}
    form = verb.inflect(wanted)
    return " ".join([*words[:at], form.word, *words[at + 1 :]]) if form else phrase


def _nominal(label: str, governs: str | None, plural: str | None, bare: str | None) -> VerbForms:
    words = label.split(" ")
    if words[0].lower() in PREPOSITION_CASES:
        case = governs or _governs(label, None, "", words)
        return VerbForms(label, plural or label, bare or "быть " + label, "не " + label, case)
    noun = label if analyse(label).parses[-1] is None and len(words) == 1 else decline(label, "acc")
    last = words[-1].lower()
    colon = "" if last in PREPOSITION_CASES else ":"
    case = governs or PREPOSITION_CASES.get(last, "nom")
    forms = (f"{verb} {noun}{colon}" for verb in ("имеет", "имеют", "иметь", "не имеет"))
    verb, many, full, denial = forms
    return VerbForms(verb, plural or many, bare or full, denial, case)


def _governs(phrase: str, governs: str | None, verb: str, rest: list[str]) -> str:
    """The case of the object; a preposition that the phrase ends with is not said twice."""
    if governs:
        preposition, _, case = governs.strip().rpartition(" ")
        return case if not preposition or phrase.endswith(" " + preposition) else f"{preposition} {case}"
    last = rest[-1].lower() if rest else ""
    if last in ("в", "во", "на") and verb.lower() in REST_VERBS:
        return "loc"
    if last in PREPOSITION_CASES:
        return PREPOSITION_CASES[last]
    if rest and _case_of(last) == "ablt" and verb.lower() in LINK_VERBS:
        return "gen"  # является частью …
    inner = _verbal(rest[0]) if rest else None
    if inner is not None and inner.tag.POS == "INFN":  # должен предшествовать
        finite = inner.inflect({"VERB", "sing", "3per"})
        verb = finite.word if finite else verb
    return VERB_CASES.get(verb.lower(), "acc")


def _case_of(word: str) -> str | None:
    found = [p for p in parses_of(word) if p.tag.POS == "NOUN"] if CYRILLIC_WORD.fullmatch(word) else []
    return str(found[0].tag.case) if found else None
