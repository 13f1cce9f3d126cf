"""Claims as sentences, and proofs as sentences one after another. Knows nothing about templates and scenes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lithograph.ontology.graph import ClaimGraph, Ints
from lithograph.reason.closure import RULES
from lithograph.speech import say_english, say_russian
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.say_english import Said
from lithograph.speech.words import sentence

_SENTENCE: dict[str, Callable[[Said], str]] = {"en": say_english.sentence_of, "ru": say_russian.sentence_of}
_PHRASE: dict[str, Callable[[Said], str]] = {"en": say_english.phrase_of, "ru": say_russian.phrase_of}
_SO = {"en": "So ", "ru": "Значит, "}


def said(graph: ClaimGraph, lexicon: Lexicon, rows: Iterable[int]) -> list[Said]:
    """Claims as values that can be said."""
    texts = graph.ontology.terms.texts
    return [
        Said(
            lexicon,
            int(graph.subject[row]),
            int(graph.relation[row]),
            int(graph.object[row]),
            int(graph.quantifier[row]),
            bool(graph.negated[row]),
            int(graph.number[row]),
            texts[graph.relation[row]],
        )
        for row in rows
    ]


def sentences(graph: ClaimGraph, lexicon: Lexicon, rows: Ints) -> list[str]:
    """Each claim as a sentence in the lexicon's language: "Every pump has as part a valve."."""
    say = _SENTENCE[lexicon.language]
    return [sentence(say(c)) for c in said(graph, lexicon, rows.tolist())]


def clauses(graph: ClaimGraph, lexicon: Lexicon, rows: Iterable[int]) -> list[str]:
    """Each claim as a sentence without capital and full stop."""
    say = _SENTENCE[lexicon.language]
    return [say(c) for c in said(graph, lexicon, rows)]


def phrases(graph: ClaimGraph, lexicon: Lexicon, rows: Ints) -> list[str]:
    """What each claim says of its subject: "has as part a valve"."""
    say = _PHRASE[lexicon.language]
    return [say(c) for c in said(graph, lexicon, rows.tolist())]


def proof_text(graph: ClaimGraph, lexicon: Lexicon, row: int) -> str:
    """The proof of a claim in words: premises before what follows from them, each said once, the claim at the end.

    >>> # Every roadster is a bicycle. Every bicycle is a vehicle. So every roadster is a vehicle.
    """
    say, steps = _SENTENCE[lexicon.language], proof_rows(graph, row)
    parts = []
    for claim, c in zip(steps, said(graph, lexicon, steps), strict=True):
        text = say(c)
        derived = RULES[int(graph.rule[claim])] is not RULES[0]
        parts.append(sentence(_SO[lexicon.language] + text if derived else text))
    return " ".join(parts)


def proof_rows(graph: ClaimGraph, row: int) -> list[int]:
    """The rows of a proof in the order it is told: depth first, premises in their order, every row once."""
    order: list[int] = []
    seen: set[int] = set()
    stack: list[tuple[int, bool]] = [(int(row), False)]
    while stack:
        claim, told = stack.pop()
        if told:
            order.append(claim)
        elif claim not in seen:
            seen.add(claim)
            stack.append((claim, True))
            stack.extend((int(p), False) for p in reversed(graph.premises[claim].tolist()) if p >= 0)
    return order
