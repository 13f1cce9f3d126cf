"""Russian clauses by their parts: subject, verb, object, each in a form that the lexicon makes. Guesses nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lithograph.ontology.constructs import Claim
from lithograph.speech import russian
from lithograph.speech.read_parts import Meaning, Parts, normal

PLAIN, NONE, NOT_ALL = "plain", "none", "not all"

_FRAMES = re.compile(
    r"(?:следует, что|значит,|итак,|известно, что|можно вывести, что|всегда верно, что|это правда:|это так:|верно, что|"
    r"без исключений:|получается, что|шаг за шагом выходит, что|как видно по шагам,|вывод:) (.+)"
)
_DENIALS = re.compile(r"(?:неверно, что|неправда, что|это неправда:|не следует, что) (.+)")
_ASKING = re.compile(
    r"(?:(?:верно ли|правда ли|можно ли сказать|следует ли|так ли это|согласны ли вы|скажи, верно ли), что|"
    r"(?:да, нет или неизвестно|да или нет|это правда|верно|правда):) (.+)"
)
_SIGNS = {"increases": "повышает", "decreases": "понижает"}
_TAIL = re.compile(r",? (?:как видно по шагам|это следует из сказанного|как и сказано)$")
_IS = (("— это всегда ", "nom"), ("— это ", "nom"), ("— ", "nom"), ("это ", "nom"), ("является ", "ins"),
       ("всегда является ", "ins"))  # fmt: skip
_IS_NOT = (("— это не ", "nom"), ("никогда не бывает ", "ins"), ("не является ", "ins"), ("не являются ", "ins"),
           ("никогда не является ", "ins"))  # fmt: skip


def unframed(clause: str) -> Iterator[tuple[str, bool]]:
    """The clause, and the one inside a frame such as `следует, что`, with whether the frame denies it."""
    yield clause, False
    for pattern, denied in ((_FRAMES, False), (_DENIALS, True)):
        found = pattern.fullmatch(clause)
        if found:
            yield from ((inner, inside != denied) for inner, inside in unframed(found[1]))


def statements(parts: Parts, clause: str) -> Iterator[Meaning]:
    """Every way to read a clause as a statement; the clause is `normal`."""
    clause = _TAIL.sub("", clause)
    words = clause.split(" ")
    for cut in range(1, len(words)):
        rest = " ".join(words[cut:])
        for subject, mood in _subjects(parts, " ".join(words[:cut])):
            for claim in _predicates(parts, subject, rest, mood):
                yield Meaning(claim, mood == NOT_ALL)


def questions(parts: Parts, clause: str) -> Iterator[Meaning]:
    """Every way to read a clause as a question that yes or no answers; the clause is `normal`."""
    framed = _ASKING.fullmatch(clause)
    if framed:
        yield from statements(parts, framed[1])
        yield from questions(parts, framed[1])
        return
    verb, ли, rest = clause.partition(" ли ")
    if not ли:
        return
    words = rest.split(" ")
    for cut in range(1, len(words)):  # является ли насос деталью: the clause in its plain order
        left, right = " ".join(words[:cut]), " ".join(words[cut:])
        for subject, mood in _subjects(parts, left):
            if mood == PLAIN:
                yield from (Meaning(claim) for claim in _predicates(parts, subject, f"{verb} {right}", PLAIN))


def _subjects(parts: Parts, form: str) -> Iterator[tuple[int, str]]:
    """The things that a noun phrase speaks of, and how much of them."""
    for term in parts.called(form, "nom"):
        yield term, PLAIN
    first, _, others = form.partition(" ")
    mood = PLAIN
    if first == "не":
        first, _, others = others.partition(" ")
        mood, form = NOT_ALL, form.removeprefix("не ")
    if first in ("ни", "никакие"):
        others = others.partition(" ")[2] if first == "ни" else others
        for term in parts.called(others, "nom"):
            if parts.is_class(term) and normal(russian.no_one(parts.lexicon.word(term, "nom"))) == form:
                yield term, NONE
    if first in ("каждый", "каждая", "каждое", "все", "всякий", "любой", "любая", "любое"):
        for term in parts.called(others, "nom"):
            every = normal(russian.every(parts.lexicon.word(term, "nom")))
            if parts.is_class(term) and (every == form or first in ("всякий", "любой", "любая", "любое")):
                yield term, mood


def _predicates(parts: Parts, subject: int, rest: str, mood: str) -> Iterator[Claim]:
    """What the rest of a clause says of its subject. After `ни один` the verb is denied, and that is said once."""
    ways = [*((way, False) for way in _IS), *((way, True) for way in _IS_NOT)]
    for (verb, case), negated in ways:
        if rest.startswith(verb) and (mood != NONE or negated) and not (mood == NOT_ALL and negated):
            for kind in parts.called(rest[len(verb) :], case):
                yield from parts.kind_claim(subject, kind, negated=negated)
    for relation, verb in parts.signs(_SIGNS) if mood != NONE else ():
        if rest.startswith(verb + " "):
            for thing in parts.called(rest[len(verb) + 1 :], "acc"):
                yield from parts.relation_claim(subject, relation, thing)
    for relation in parts.relations:
        for attribute, negated in (("verb", False), ("verb_not", True)):
            if (mood == NONE and not negated) or (mood == NOT_ALL and negated):
                continue
            verb = parts.lexicon.agreeing_word(relation, subject, attribute)
            for thing in _governed(parts, relation, verb, rest):
                yield from parts.relation_claim(subject, relation, thing, negated=negated)


def _governed(parts: Parts, relation: int, verb: str, rest: str) -> tuple[int, ...]:
    """The things that stand behind a verb in the case that it governs, prepositions as the next word asks for."""
    stem = normal(verb).rpartition(" ")[0] or normal(verb)  # its last word may be a preposition that has changed
    if not rest.startswith(stem):
        return ()
    found = [term for form, ids in parts.forms(parts.lexicon.case(relation)).items()
             if rest.endswith(form) and normal(russian.euphonic(f"{verb} {form}")) == rest for term in ids]  # fmt: skip
    return tuple(sorted(found))
