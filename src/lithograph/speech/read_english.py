"""English clauses by their parts: subject, verb, object, each in a form that the lexicon makes. Guesses nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from lithograph.ontology.constructs import Claim
from lithograph.ontology.graph import Quantifier
from lithograph.speech.read_parts import Meaning, Parts, normal

OBJECT = ("governed", "a", "the", "name")
"""Attributes of the lexicon in which the object of a sentence may stand."""
PLAIN, PLURAL, NONE, NOT_ALL = "plain", "plural", "none", "not all"

_FRAMES = re.compile(
    r"(?:it follows that|so|one can conclude that|one can say that|it is known that|it is true that|that is so:|"
    r"in short,|thus,|hence,|therefore,) (.+)"
)
_DENIALS = re.compile(r"(?:it is not true that|it is false that|it is not so that) (.+)")
_ASKING = re.compile(
    r"(?:(?:is it (?:true|right|so|known|correct) that|can one say that|would you (?:say|agree) that|"
    r"do you agree that|does it follow that|tell me (?:whether|if)|i wonder whether)|"
    r"(?:(?:yes, no,? or cannot be known|yes or no|true or false|is this (?:right|true|so)):)) (.+)"
)
_TAIL = re.compile(r",? (?:as the steps show|every time|it follows from what is said|as is said)$")
_COLUMNS = (
    re.compile(r"does (?:the (?:property|relation) )?(?P<r>.+?) (?:lead|hold) from (?P<s>.+) to (?P<o>.+)"),
    re.compile(r"does (?:the relation )?(?P<r>.+?) connect (?P<s>.+) with (?P<o>.+)"),
)
"""Questions that name a relation, not its verb."""
_UNDER = (
    re.compile(r"is (?P<s>.+) (?:classified|sorted) under (?P<o>.+)"), re.compile(r"(?P<s>.+): (?P<o>an? .+)"),
)  # fmt: skip
"""Questions that name a kind without a verb to be read."""
_COUNTED = re.compile(r"(exactly|at least|at most) (\d+) (.+)")
_BOUND = {"exactly": Quantifier.EXACTLY, "at least": Quantifier.MIN, "at most": Quantifier.MAX}
_IS = ("is", "is always", "is also", "counts as", "counts always as")
_IS_NOT = ("is not", "is never", "isn't", "does not count as", "doesn't count as")
_KIND_OF = ("is a kind of", "is one kind of", "is a type of", "is a sort of")
_KIND_OF_NOT = ("is not a kind of", "is no kind of")


_SIGNS = {"increases": "raises", "decreases": "lowers"}
_ASKED_SIGNS = {"increases": "raise", "decreases": "lower"}


def unframed(clause: str) -> Iterator[tuple[str, bool]]:
    """The clause, and the one inside a frame such as `it follows that`, with whether the frame denies it."""
    yield clause, False
    for pattern, denied in ((_FRAMES, False), (_DENIALS, True)):
        found = pattern.fullmatch(clause)
        if found:
            yield from ((inner, inside != denied) for inner, inside in unframed(found[1]))


def statements(parts: Parts, clause: str) -> Iterator[Meaning]:
    """Every way to read a clause as a statement; the clause is `normal`."""
    clause = _TAIL.sub("", clause.removesuffix(","))
    if clause.startswith("whatever is "):
        clause = clause.removeprefix("whatever is ")
        yield from (m for m in statements(parts, clause) if m.claim.quantifier == Quantifier.SCHEMA)
        return
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
    yield from _by_name(parts, clause)
    verb, _, rest = clause.partition(" ")
    words = rest.split(" ")
    for cut in range(1, len(words)):
        left, right = " ".join(words[:cut]), " ".join(words[cut:])
        for subject, mood in _subjects(parts, left):
            if mood in (PLAIN, PLURAL):
                yield from (Meaning(claim) for claim in _asked(parts, verb, subject, right))


def _by_name(parts: Parts, clause: str) -> Iterator[Meaning]:
    """Questions that say the names of what they ask about."""
    for pattern in _COLUMNS:
        found = pattern.fullmatch(clause)
        if found:
            relations = [r for r in parts.relations if normal(parts.lexicon.word(r, "name")) == found["r"]
                         or normal(parts.lexicon.word(r, "verb")) == found["r"]]  # fmt: skip
            subjects, things = (parts.any_called(found[end], ("name", "the")) for end in "so")
            for one, relation, other in product(subjects, relations, things):
                yield from (Meaning(claim) for claim in parts.relation_claim(one, relation, other))
    for pattern in _UNDER:
        found = pattern.fullmatch(clause)
        if found:
            pairs = product(parts.any_called(found["s"], ("name", "the")), parts.any_called(found["o"], OBJECT))
            for one, other in pairs:
                yield from (Meaning(claim) for claim in parts.kind_claim(one, other))


def _subjects(parts: Parts, form: str) -> Iterator[tuple[int, str]]:
    """The things that a noun phrase speaks of, and how much of them."""
    for term in parts.any_called(form, ("every", "each", "a", "the")):
        yield term, PLAIN
    for term in parts.called(form, "name"):
        if not parts.is_class(term) or parts.lexicon.word(term, "a") == parts.lexicon.word(term, "name"):
            yield term, PLAIN
    for word, mood, attribute in (("any ", PLAIN, "name"), ("no ", NONE, "name"), ("not every ", NOT_ALL, "name"),
                                  ("not all ", NOT_ALL, "plural"), ("all ", PLURAL, "plural")):  # fmt: skip
        for term in parts.called(form.removeprefix(word), attribute) if form.startswith(word) else ():
            if parts.is_class(term):
                yield term, mood
    for term in parts.called(form, "plural"):
        if parts.is_class(term) and parts.lexicon.word(term, "plural") != parts.lexicon.word(term, "name"):
            yield term, PLURAL


def _predicates(parts: Parts, subject: int, rest: str, mood: str) -> Iterator[Claim]:
    """What the rest of a clause says of its subject."""
    none = mood == NONE
    if mood == PLURAL or (mood == NOT_ALL and rest.startswith("are ")):
        for verb, negated in (("are", False), ("are not", True)):
            for kind in _after(parts, verb, rest, ("plural",)):
                yield from parts.kind_claim(subject, kind, negated=negated)
    else:
        for verbs, attributes, negated in (
            (_IS, OBJECT[:2], False), (_KIND_OF, ("name",), False), (_IS_NOT, OBJECT[:2], True),
            (_KIND_OF_NOT, ("name",), True),
        ):  # fmt: skip
            for verb in verbs if not (none and negated) else ():
                for kind in _after(parts, verb, rest, attributes):
                    yield from parts.kind_claim(subject, kind, negated=negated or none)
    for relation, verb in parts.signs(_SIGNS):
        yield from _objects(parts, subject, relation, verb, rest, none)
    for relation in parts.relations:
        word = parts.lexicon.word
        if mood != PLURAL:
            yield from _objects(parts, subject, relation, normal(word(relation, "verb")), rest, none)
        else:
            yield from _objects(parts, subject, relation, normal(word(relation, "verb_plural")), rest, False)
        if not none and mood != NOT_ALL:
            yield from _objects(parts, subject, relation, normal(word(relation, "verb_not")), rest, True)


def _objects(parts: Parts, subject: int, relation: int, verb: str, rest: str, negated: bool) -> Iterator[Claim]:
    """The claims of a relation whose verb phrase the rest begins with."""
    if not rest.startswith(verb + " "):
        return
    thing = rest[len(verb) + 1 :]
    for term in parts.any_called(thing, OBJECT):
        yield from parts.relation_claim(subject, relation, term, negated=negated)
    for term in parts.called(thing.removeprefix("nothing but "), "plural") if thing.startswith("nothing but ") else ():
        yield from parts.relation_claim(subject, relation, term, negated=negated, quantifier=Quantifier.ONLY)
    counted = _COUNTED.fullmatch(thing)
    if counted:
        attribute, number = "name" if counted[2] == "1" else "plural", int(counted[2])
        for term in parts.called(counted[3], attribute):
            yield from parts.relation_claim(subject, relation, term, negated=negated, quantifier=_BOUND[counted[1]],
                                            number=number)  # fmt: skip


def _after(parts: Parts, verb: str, rest: str, attributes: tuple[str, ...]) -> tuple[int, ...]:
    """The things that stand behind a verb, where the rest begins with it."""
    return parts.any_called(rest[len(verb) + 1 :], attributes) if rest.startswith(verb + " ") else ()


def _asked(parts: Parts, verb: str, subject: int, rest: str) -> Iterator[Claim]:
    """`is {subject} a valve`, `does {subject} have as part a valve`."""
    if verb in ("is", "are"):
        for between, attributes in (("", OBJECT[:2]), ("a kind of ", ("name",)), ("always ", OBJECT[:2])):
            if rest.startswith(between):
                for kind in parts.any_called(rest[len(between) :], attributes if verb == "is" else ("plural",)):
                    yield from parts.kind_claim(subject, kind)
    if verb == "does":
        for between, attributes in (("count as ", OBJECT[:2]), ("fall under the class ", ("name",)),
                                    ("fall under ", ("name",)), ("belong to the kind ", ("name",))):  # fmt: skip
            for kind in parts.any_called(rest[len(between) :], attributes) if rest.startswith(between) else ():
                yield from parts.kind_claim(subject, kind)
    for relation, half in parts.signs(_ASKED_SIGNS) if verb == "does" else ():
        yield from _objects(parts, subject, relation, half, rest, False)
    for relation in parts.relations:
        does, rest_of = (normal(parts.lexicon.word(relation, half)) for half in ("do", "rest"))
        if does == verb or (does, verb) in (("does", "do"), ("is", "are")):
            yield from _objects(parts, subject, relation, rest_of, rest, False)
