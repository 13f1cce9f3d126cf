"""OWL expressions in plain English, nested as they are. Knows nothing about claims, proofs or templates.

An expression has three forms: what it says of a thing (`has as part a valve`), a noun (`something that has as part a
valve`), a subject (`every pump`, `whatever has as part a valve`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Expression
from lithograph.ontology.terms import Term
from lithograph.speech.english_verbs import with_pronoun
from lithograph.speech.lexicon import Lexicon
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

BOUNDS = {"MinCardinality": "at least", "MaxCardinality": "at most", "ExactCardinality": "exactly"}

FACETS: dict[str, tuple[str, str]] = {
    "minInclusive": ("is at least {}", "are at least {}"), "minExclusive": ("is above {}", "are above {}"),
    "maxInclusive": ("is at most {}", "are at most {}"), "maxExclusive": ("is below {}", "are below {}"),
    "length": ("has exactly {} characters", "have exactly {} characters"),
    "minLength": ("has at least {} characters", "have at least {} characters"),
    "maxLength": ("has at most {} characters", "have at most {} characters"),
    "pattern": ("fits the pattern “{}”", "fit the pattern “{}”"),
    "langRange": ("is in the language “{}”", "are in the language “{}”"),
    "totalDigits": ("has at most {} digits", "have at most {} digits"),
    "fractionDigits": ("has at most {} digits after the point", "have at most {} digits after the point"),
}  # fmt: skip
"""What a facet says of one value and of several."""


def does(lexicon: Lexicon, e: Expression, *, many: bool = False, inside: bool = False) -> str:
    """What an expression says of a thing: `is a pump`, `has as part a valve`; of `many`: `are pumps`.

    inside: it is one of several that are joined by `and`, so that its own `or` has to be marked.
    """
    be = "are" if many else "is"
    head = head_of(e)
    if e == v.THING:
        return "exist" if many else "exists"
    if e == v.NOTHING:
        return "cannot exist"
    if is_noun(e):
        return f"{be} {plural(lexicon, e) if many else noun(lexicon, e)}"
    if head == "ComplementOf":
        return denies(lexicon, operands_of(e)[0], many=many)
    if head == "IntersectionOf":
        named, rest = nouns_and_rest(e)
        if named:
            return f"{be} {plural(lexicon, e) if many else noun(lexicon, e)}"
        return _together(_shared(lexicon, rest, many))
    if head == "UnionOf":
        text = " or ".join(does(lexicon, part, many=many, inside=True) for part in operands_of(e))
        return f"either {text}" if inside else text
    if head in QUANTIFIED:
        return _restriction(lexicon, e, many)
    return f"{be} {plural(lexicon, e) if many else noun(lexicon, e)}"


def denies(lexicon: Lexicon, e: Expression, *, many: bool = False) -> str:
    """What the complement of an expression says of a thing: `is not a pump`, `does not have as part a valve`."""
    be, head = "are" if many else "is", head_of(e)
    if head == "ComplementOf":
        return does(lexicon, operands_of(e)[0], many=many)
    if isinstance(e, str) or (head == "OneOf" and len(operands_of(e)) == 1):
        return f"{be} not {plural(lexicon, e) if many else noun(lexicon, e)}"
    if is_noun(e):
        return f"{be} neither {listed([noun(lexicon, part) for part in operands_of(e)], 'nor')}"
    if head in QUANTIFIED and head != "AllValuesFrom" and not restricted(e)[1]:
        relation = restricted(e)[0]
        verb = _denied_plural(lexicon, relation) if many else spoken(lexicon, relation, "verb_not")
        return with_object(verb, _object(lexicon, e))
    if head in ("SomeValuesFrom", "HasValue"):
        who = "anything" if restricted(e)[3] == v.THING else noun(lexicon, restricted(e)[3])
        return f"{be} not {'things' if many else 'something'} that {who} {spoken(lexicon, restricted(e)[0], 'verb')}"
    if head == "IntersectionOf" and nouns_and_rest(e)[0]:
        return f"{be} not {plural(lexicon, e) if many else noun(lexicon, e)}"
    return f"{be} not {'things' if many else 'something'} that {does(lexicon, e, many=many)}"


def _denied_plural(lexicon: Lexicon, relation: Term) -> str:
    verb = spoken(lexicon, relation, "verb_plural")
    return f"are not {verb[4:]}" if verb.startswith("are ") else f"do not {spoken(lexicon, relation, 'bare')}"


def noun(lexicon: Lexicon, e: Expression) -> str:
    """An expression as a noun with its article: `a pump that has as part a valve`, `a seal or a spring`."""
    head = head_of(e)
    if e == v.THING:
        return "something"
    if isinstance(e, str):
        return spoken(lexicon, e, "a")
    if head in ("OneOf", "UnionOf") and is_noun(e):
        return listed([noun(lexicon, part) for part in operands_of(e)], "or")
    if head == "DatatypeRestriction":
        return f"{noun(lexicon, operands_of(e)[0])} that {_facets(lexicon, e, False)}"
    named, rest = nouns_and_rest(e) if head == "IntersectionOf" else ([], [e])
    if named:
        return f"{spoken(lexicon, named[0], 'a')} that {_clauses(lexicon, [*named[1:], *rest], False)}"
    return f"something that {_clauses(lexicon, rest, False)}"


def plural(lexicon: Lexicon, e: Expression) -> str:
    """An expression as a noun in the plural: `pumps that have as part a valve`, `seals or springs`."""
    head = head_of(e)
    if isinstance(e, str):
        return spoken(lexicon, e, "plural") if is_class(lexicon, e) else spoken(lexicon, e, "a")
    if head in ("OneOf", "UnionOf") and is_noun(e):
        return listed([plural(lexicon, part) for part in operands_of(e)], "or")
    if head == "DatatypeRestriction":
        return f"{plural(lexicon, operands_of(e)[0])} that {_facets(lexicon, e, True)}"
    named, rest = nouns_and_rest(e) if head == "IntersectionOf" else ([], [e])
    if named:
        return f"{spoken(lexicon, named[0], 'plural')} that {_clauses(lexicon, [*named[1:], *rest], True)}"
    return f"things that {_clauses(lexicon, rest, True)}"


def one(lexicon: Lexicon, e: Expression) -> str:
    """An expression as a noun without an article, as it is counted: `1 pump that …`."""
    if isinstance(e, str):
        return spoken(lexicon, e, "name")
    if head_of(e) == "UnionOf" and is_noun(e):
        return listed([one(lexicon, part) for part in operands_of(e)], "or")
    if head_of(e) == "DatatypeRestriction":
        return f"{one(lexicon, operands_of(e)[0])} that {_facets(lexicon, e, False)}"
    named, rest = nouns_and_rest(e) if head_of(e) == "IntersectionOf" else ([], [e])
    if named:
        return f"{spoken(lexicon, named[0], 'name')} that {_clauses(lexicon, [*named[1:], *rest], False)}"
    return f"thing that {_clauses(lexicon, rest, False)}"


def subject(lexicon: Lexicon, e: Expression) -> str:
    """An expression as what a sentence is about: `every pump`, `whatever has as part a valve`."""
    if e == v.THING:
        return "everything"
    if isinstance(e, str):
        name = spoken(lexicon, e, "name")
        counted = is_class(lexicon, e) and spoken(lexicon, e, "a") != name
        return f"every {name}" if counted else spoken(lexicon, e, "the")
    if head_of(e) == "OneOf":
        names = [spoken(lexicon, str(part), "the") for part in operands_of(e)]
        return names[0] if len(names) == 1 else f"each of {listed(names, 'and')}"
    if head_of(e) == "IntersectionOf" and nouns_and_rest(e)[0]:
        return f"every {one(lexicon, e)}"
    return f"whatever {does(lexicon, e)}"


def _clauses(lexicon: Lexicon, parts: Sequence[Expression], many: bool) -> str:
    """Several expressions behind one `that`."""
    named = [does(lexicon, p, many=many) for p in parts if isinstance(p, str)]
    rest = [p for p in parts if not isinstance(p, str)]
    if not named and len(rest) == 1:
        return does(lexicon, rest[0], many=many)
    return _together([*named, *_shared(lexicon, rest, many)], that=True)


def _shared(lexicon: Lexicon, parts: Sequence[Expression], many: bool) -> list[str]:
    """What expressions say, restrictions of one relation behind one verb: `has as part a valve and only seals`."""
    objects: dict[str, list[str]] = {}
    for part in parts:
        plain = head_of(part) in QUANTIFIED and not restricted(part)[1] and head_of(part) != "HasSelf"
        if plain and is_noun(restricted(part)[3]):
            verb = _verb(lexicon, part, many)
            objects.setdefault(verb, []).append(_object(lexicon, part, alone=False))
        else:
            objects.setdefault(does(lexicon, part, many=many, inside=len(parts) > 1), [])
    out = []
    for verb, of in objects.items():
        if len(of) == 1:
            of = [_alone(of[0])]
        out.append(with_object(verb, listed(of, "and")) if of else verb)
    return out


def _alone(what: str) -> str:
    return f"nothing but {what[5:]}" if what.startswith("only ") else what


def _restriction(lexicon: Lexicon, e: Expression, many: bool) -> str:
    relation, inverted, number, filler = restricted(e)
    verb = _verb(lexicon, e, many)
    if not inverted:
        return with_object(verb, _object(lexicon, e))
    be, thing = ("are", "things") if many else ("is", "something")
    single, plural_verb = spoken(lexicon, relation, "verb"), spoken(lexicon, relation, "verb_plural")
    head = head_of(e)
    if head == "AllValuesFrom":
        it = "them" if many else "it"
        return f"{be} such that whatever {with_pronoun(single, it)} {does(lexicon, filler)}"
    if head == "HasSelf":
        return with_pronoun(verb, "themselves" if many else "itself")
    if head in BOUNDS:
        return f"{be} {thing} that {_counted(lexicon, head, number, filler)} {single if number == 1 else plural_verb}"
    return f"{be} {thing} that {noun(lexicon, filler)} {single}"


def _verb(lexicon: Lexicon, e: Expression, many: bool) -> str:
    """The verb of a restriction: `has as weight` of a data property, where more than one word stands behind it."""
    _, _, number, filler = restricted(e)
    of_data = isinstance(e, tuple) and str(e[0]).startswith("Data")
    counts = of_data and (number or not isinstance(filler, str))
    return spoken(lexicon, restricted(e)[0], "verb_plural" if many else "counts" if counts else "verb")


def _object(lexicon: Lexicon, e: Expression, *, alone: bool = True) -> str:
    """What stands behind the verb of a restriction."""
    _, _, number, filler = restricted(e)
    head = head_of(e)
    if head == "HasSelf":
        return "itself"
    if head in BOUNDS:
        return _counted(lexicon, head, number, filler)
    if head == "AllValuesFrom":
        return f"{'nothing but' if alone else 'only'} {plural(lexicon, filler)}"
    return noun(lexicon, filler)


def _counted(lexicon: Lexicon, head: str, number: int, filler: Expression) -> str:
    if filler == v.THING:
        return f"{BOUNDS[head]} {number} {'thing' if number == 1 else 'things'}"
    return f"{BOUNDS[head]} {number} {one(lexicon, filler) if number == 1 else plural(lexicon, filler)}"


def with_object(verb: str, what: str) -> str:
    return with_pronoun(verb, what) if what in ("itself", "something") else f"{verb} {what}"


def _facets(lexicon: Lexicon, e: Expression, many: bool) -> str:
    said = pairs_of(operands_of(e)[1:])
    return listed([FACETS[facet][many].format(spoken(lexicon, value, "name")) for facet, value in said], "and")


def _together(clauses: Sequence[str], *, that: bool = False) -> str:
    """Clauses joined by `and`, so that none is read as part of the one before it."""
    if any(" that " in clause for clause in clauses[:-1]):
        return (", and that " if that else ", and ").join(clauses)
    return listed(clauses, "and")


def listed(parts: Sequence[str], word: str) -> str:
    if word == "nor":
        return " nor ".join(parts)
    return f" {word} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
