"""OWL expressions in plain Russian, nested as they are. Knows nothing about claims, proofs or templates.

A verb agrees with its *agent*, a nominative noun phrase; `IT` stands for what has no name (`то, что …`). A relative
clause ends in `END`, which `finished` turns into the comma that is due there, or into nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Expression
from lithograph.ontology.terms import Term
from lithograph.speech import russian
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.russian_verbs import agreeing
from lithograph.speech.say_russian import ITSELF, SOMETHING
from lithograph.speech.spoken import (
    QUANTIFIED,
    head_of,
    is_class,
    is_noun,
    nouns_and_rest,
    operands_of,
    pairs_of,
    restricted,
    spoken,
)

IT = "существо"
"""A neuter noun: what has no name agrees as it does."""
END = "\x1f"
THAT = {"nom": "то", "gen": "того", "dat": "тому", "acc": "то", "ins": "тем", "loc": "том"}
BOUNDS = {"MinCardinality": "не менее", "MaxCardinality": "не более", "ExactCardinality": "ровно"}
FACETS = {
    "minInclusive": "не меньше {}", "minExclusive": "больше {}", "maxInclusive": "не больше {}",
    "maxExclusive": "меньше {}", "length": "имеет длину ровно {}", "minLength": "имеет длину не меньше {}",
    "maxLength": "имеет длину не больше {}", "pattern": "соответствует образцу «{}»",
    "langRange": "имеет язык «{}»", "totalDigits": "имеет не более {} цифр",
    "fractionDigits": "имеет не более {} цифр после запятой",
}  # fmt: skip
_GENDERS = {"каждый": 0, "каждая": 1, "каждое": 2, "все": 3}
_WHICH = ("который", "которая", "которое", "которые")
_SUCH = ("таков", "такова", "таково", "таковы")
_AT_LEAST_ONE = ("хотя бы один", "хотя бы одна", "хотя бы одно", "какие-то")
_HIM = {"gen": ("его", "её", "его", "их"), "dat": ("ему", "ей", "ему", "им"), "acc": ("его", "её", "его", "их"),
        "ins": ("им", "ей", "им", "ими"), "loc": ("нём", "ней", "нём", "них"),
        "nom": ("он", "она", "оно", "они")}  # fmt: skip


def finished(text: str) -> str:
    """A sentence with the commas that end its relative clauses, its prepositions before the vowels they want.

    >>> finished(f"то, что горит{END}, и то, что светит{END} видно{END}")
    'то, что горит, и то, что светит, видно'
    """
    text = re.sub(rf"{END}+(?=[,.):]|$)", "", text)
    return russian.euphonic(re.sub(rf"{END}+", ",", text))


def gender(name: str) -> int:
    """0 masculine, 1 feminine, 2 neuter, 3 plural."""
    return _GENDERS[russian.every(name).split(" ", 1)[0]]


def he(name: str) -> str:
    """The pronoun for a noun phrase."""
    return _HIM["nom"][gender(name)]


def verb(lexicon: Lexicon, relation: Term, agent: str, attribute: str = "verb") -> str:
    """The verb of a relation, agreeing with its agent."""
    if attribute == "verb" and russian.is_plural(agent):
        return spoken(lexicon, relation, "verb_plural")
    return agreeing(spoken(lexicon, relation, attribute), agent)


def case_of(lexicon: Lexicon, relation: Term) -> tuple[str, str]:
    """The preposition (or nothing) and the case that a relation governs."""
    place = lexicon.terms.id(relation)
    preposition, _, case = (lexicon.case(place) if place >= 0 else "acc").rpartition(" ")
    return preposition, case


def with_pronoun(lexicon: Lexicon, relation: Term, agent: str, pronoun: dict[str, str], attribute: str = "verb") -> str:
    """A verb with a pronoun in the case it governs."""
    preposition, case = case_of(lexicon, relation)
    word = pronoun[case]
    behind = russian.with_preposition(preposition, word) if preposition else word
    return f"{verb(lexicon, relation, agent, attribute)} {behind}"


def governed(lexicon: Lexicon, relation: Term, e: Expression) -> str:
    """An expression in the case that a relation governs."""
    preposition, case = case_of(lexicon, relation)
    said = noun(lexicon, e, case)
    return russian.with_preposition(preposition, said) if preposition else said


def does(lexicon: Lexicon, e: Expression, agent: str = IT, *, inside: bool = False) -> str:
    """What an expression says of its agent: `является насосом`, `состоит из клапана`."""
    head = head_of(e)
    be = "являются" if russian.is_plural(agent) else "является"
    if e == v.THING:
        return "существуют" if be == "являются" else "существует"
    if e == v.NOTHING:
        return "не могут существовать" if be == "являются" else "не может существовать"
    if is_noun(e):
        return f"{be} {noun(lexicon, e, 'ins')}"
    if head == "ComplementOf":
        return denies(lexicon, operands_of(e)[0], agent)
    if head == "IntersectionOf":
        named, rest = nouns_and_rest(e)
        if not named:
            return listed([does(lexicon, p, agent, inside=True) for p in rest], "и")
    if head == "UnionOf":
        parts = [does(lexicon, part, agent, inside=True) for part in operands_of(e)]
        return ", ".join(f"либо {part}" for part in parts) if inside else " или ".join(parts)
    if head in QUANTIFIED:
        return _restriction(lexicon, e, agent)
    return f"{be} {noun(lexicon, e, 'ins')}"


def denies(lexicon: Lexicon, e: Expression, agent: str = IT) -> str:
    """What the complement of an expression says of its agent: `не является насосом`, `не состоит из клапана`."""
    head = head_of(e)
    be = "не являются" if russian.is_plural(agent) else "не является"
    if head == "ComplementOf":
        return does(lexicon, operands_of(e)[0], agent)
    if is_noun(e) and len(operands_of(e)) > 1:
        return f"{be} ни {', ни '.join(noun(lexicon, part, 'ins') for part in operands_of(e))}"
    if head in ("SomeValuesFrom", "HasValue") and not restricted(e)[1]:
        relation, _, _, filler = restricted(e)
        return f"{_denied(lexicon, relation, agent)} {governed(lexicon, relation, filler)}"
    if head == "HasSelf":
        return f"{_denied(lexicon, restricted(e)[0], agent)} {_behind(lexicon, restricted(e)[0], ITSELF)}"
    return f"{be} {noun(lexicon, e, 'ins')}"


def _denied(lexicon: Lexicon, relation: Term, agent: str) -> str:
    if russian.is_plural(agent):
        return f"не {spoken(lexicon, relation, 'verb_plural')}"
    return verb(lexicon, relation, agent, "verb_not")


def _behind(lexicon: Lexicon, relation: Term, pronoun: dict[str, str]) -> str:
    preposition, case = case_of(lexicon, relation)
    return russian.with_preposition(preposition, pronoun[case]) if preposition else pronoun[case]


def _restriction(lexicon: Lexicon, e: Expression, agent: str) -> str:
    relation, inverted, number, filler = restricted(e)
    head = head_of(e)
    if head == "HasSelf":
        return with_pronoun(lexicon, relation, agent, ITSELF)
    if inverted:
        return _turned(lexicon, e, agent)
    if head == "AllValuesFrom":
        says = with_pronoun(lexicon, relation, agent, SOMETHING)
        return f"{says}, только если это {noun(lexicon, filler, 'nom')}{END}"
    if head in BOUNDS:
        preposition, case = case_of(lexicon, relation)
        counted = _counted(lexicon, head, number, filler, case)
        behind = f"{preposition} {counted}" if preposition else counted
        return f"{verb(lexicon, relation, agent)} {behind}"
    return f"{verb(lexicon, relation, agent)} {governed(lexicon, relation, filler)}"


def _turned(lexicon: Lexicon, e: Expression, agent: str) -> str:
    """A restriction over a relation turned round: `таков, что хотя бы один насос состоит из него`."""
    relation, _, number, filler = restricted(e)
    of, head = gender(agent), head_of(e)
    preposition, case = case_of(lexicon, relation)
    bare = spoken(lexicon, relation, "verb").rsplit(" ", 1)[-1]
    him = _HIM[case][of]
    if (preposition or bare in _PREPOSITIONS) and him[0] in "еи":
        him = "н" + him
    him = russian.with_preposition(preposition, him) if preposition else him
    if head == "AllValuesFrom":
        return f"{_SUCH[of]}, что всё, что {verb(lexicon, relation, IT)} {him}, {does(lexicon, filler)}{END}"
    if head in BOUNDS:
        who = _counted(lexicon, head, number, filler, "nom")
        says = spoken(lexicon, relation, "verb" if number == 1 else "verb_plural")
        return f"{_SUCH[of]}, что {who} {says} {him}{END}"
    name = noun(lexicon, filler, "nom")
    if isinstance(filler, str) and is_class(lexicon, filler) and filler != v.THING:
        return f"{_SUCH[of]}, что {_AT_LEAST_ONE[gender(name)]} {name} {verb(lexicon, relation, name)} {him}{END}"
    who = "что-то" if filler == v.THING else name
    return f"{_SUCH[of]}, что {who} {verb(lexicon, relation, name if isinstance(filler, str) else IT)} {him}{END}"


_PREPOSITIONS = frozenset({"в", "во", "на", "из", "с", "со", "к", "от", "до", "о", "об", "по", "за", "под", "над", "у",
                           "для", "через", "перед", "при", "без", "между", "после"})  # fmt: skip


def noun(lexicon: Lexicon, e: Expression, case: str) -> str:
    """An expression as a noun in a case: `насос, который состоит из клапана`, `уплотнение или пружина`."""
    head = head_of(e)
    if e == v.THING:
        return SOMETHING[case]
    if isinstance(e, str):
        return spoken(lexicon, e, case)
    if head in ("OneOf", "UnionOf") and is_noun(e):
        return listed([noun(lexicon, part, case) for part in operands_of(e)], "или")
    if head == "DatatypeRestriction":
        base = operands_of(e)[0]
        name = noun(lexicon, base, "nom")
        return f"{noun(lexicon, base, case)}, {_WHICH[gender(name)]} {_facets(lexicon, e)}{END}"
    named, rest = nouns_and_rest(e) if head == "IntersectionOf" else ([], [e])
    if named:
        name = noun(lexicon, named[0], "nom")
        said = listed([does(lexicon, p, name, inside=len(rest) > 1) for p in [*named[1:], *rest]], "и")
        return f"{noun(lexicon, named[0], case)}, {_WHICH[gender(name)]} {said}{END}"
    return _unnamed(lexicon, e, case)


def _unnamed(lexicon: Lexicon, e: Expression, case: str) -> str:
    return f"{THAT[case]}, что {does(lexicon, e)}{END}"


def subject(lexicon: Lexicon, e: Expression) -> str:
    """An expression as what a sentence is about: `каждый насос`, `всё, что состоит из клапана`."""
    if e == v.THING:
        return "всё"
    if isinstance(e, str):
        name, hint = spoken(lexicon, e, "nom"), lexicon.hinted.get(lexicon.terms.id(e), {})
        return russian.every(name) if is_class(lexicon, e) and hint.get("article") != "none" else name
    if head_of(e) == "OneOf":
        names = [spoken(lexicon, str(part), "nom") for part in operands_of(e)]
        return names[0] if len(names) == 1 else f"каждое из названного ({listed(names, 'и')})"
    if head_of(e) == "IntersectionOf" and nouns_and_rest(e)[0]:
        return each(noun(lexicon, e, "nom"), russian.every)
    return f"всё, что {does(lexicon, e)}{END}"


def each(phrase: str, word: Callable[[str], str]) -> str:
    """`каждый` or `ни один` before a noun with its relative clause."""
    head, comma, tail = phrase.partition(",")
    return f"{word(head)}{comma}{tail}"


def agent(lexicon: Lexicon, e: Expression) -> str:
    """What the verb of a sentence about an expression agrees with."""
    if isinstance(e, str) and e != v.THING:
        return spoken(lexicon, e, "nom")
    named = nouns_and_rest(e)[0] if head_of(e) == "IntersectionOf" else []
    single = [str(x) for x in operands_of(e)] if head_of(e) == "OneOf" and len(operands_of(e)) == 1 else []
    return spoken(lexicon, (named or single)[0], "nom") if named or single else IT


def _counted(lexicon: Lexicon, head: str, number: int, filler: Expression, case: str) -> str:
    case = case if head == "ExactCardinality" else "gen"
    place = lexicon.terms.id(filler) if isinstance(filler, str) else -1
    if isinstance(filler, str) and filler != v.THING:
        plural = lexicon.hinted.get(place, {}).get("plural")
        return f"{BOUNDS[head]} {russian.counted(number, spoken(lexicon, filler, 'name'), plural, case=case)}"
    things = f"{BOUNDS[head]} {russian.counted(number, 'вещь', case=case)}"
    if filler == v.THING:
        return things
    which = "которая" if number == 1 else "каждая из которых"
    return f"{things}, {which} {does(lexicon, filler, 'вещь')}{END}"


def _facets(lexicon: Lexicon, e: Expression) -> str:
    said = pairs_of(operands_of(e)[1:])
    return listed([FACETS[facet].format(spoken(lexicon, value, "name")) for facet, value in said], "и")


def listed(parts: Sequence[str], word: str) -> str:
    return f" {word} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
