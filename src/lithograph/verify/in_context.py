"""The runtime adapter: what a run was told, put before a question instead of into weights. Knows no models.

What is put there are sentences of the examples that the run learned from, those that speak of what the question speaks
of, until a budget of tokens is spent. It is the control that costs no training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

BUDGET = 256
"""Tokens of context that a question gets."""
HEAD = "Here is what is known."


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences by what they speak of: node -> places in `sentences`, ascending. How rare a node is weighs it."""

    sentences: tuple[str, ...]
    about: Mapping[str, tuple[int, ...]]


def told_by(examples: pa.Table, wanted: frozenset[str] | None = None) -> Told:
    """What the examples of a dataset say (columns id, form, language, completion, nodes), or those of these ids.

    Statements are taken as they stand, of other forms the answer. Two examples that say the same are one sentence.
    """
    about: dict[str, dict[str, None]] = {}
    for row in examples.select(["id", "completion", "nodes"]).to_pylist():
        if wanted is None or row["id"] in wanted:
            text = " ".join((row["completion"] or "").split())
            for node in row["nodes"] or ():
                about.setdefault(node, {})[text] = None
    sentences = sorted({text for held in about.values() for text in held if text})
    place = {text: number for number, text in enumerate(sentences)}
    return Told(tuple(sentences), {node: tuple(sorted(place[text] for text in held if text))
                                   for node, held in sorted(about.items())})  # fmt: skip


def in_context(
    told: Told, questions: Sequence[str], nodes: Sequence[Iterable[str]], tokens: Callable[[str], int],
    budget: int = BUDGET,
) -> list[str]:  # fmt: skip
    """Each question with what was told of its nodes before it, where anything was; `tokens` counts those of a text."""
    sizes: dict[int, int] = {}

    def size(place: int) -> int:
        if place not in sizes:
            sizes[place] = tokens("- " + told.sentences[place] + "\n")
        return sizes[place]

    return [_with(told, question, about, size, budget) for question, about in zip(questions, nodes, strict=True)]


def _with(told: Told, question: str, about: Iterable[str], size: Callable[[int], int], budget: int) -> str:
    chosen: list[int] = []
    left = budget
    for place in _by_fit(told, about):
        if size(place) <= left:
            chosen.append(place)
            left -= size(place)
    if not chosen:
        return question
    lines = "\n".join(f"- {told.sentences[place]}" for place in chosen)
    return f"{HEAD}\n{lines}\n\n{question}"


def _by_fit(told: Told, about: Iterable[str]) -> list[int]:
    """Places of sentences by how much they share with these nodes, a rare node counting more; short before long."""
    worth: dict[int, float] = {}
    for node in sorted(set(about)):
        places = told.about.get(node, ())
        for place in places:
            worth[place] = worth.get(place, 0.0) + 1.0 / len(places)
    shared = {place: sum(place in told.about.get(node, ()) for node in set(about)) for place in worth}
    return sorted(worth, key=lambda place: (-shared[place], -round(worth[place], 9), len(told.sentences[place]), place))
