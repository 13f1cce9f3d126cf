"""Questions about numbers: how many there are, where an axiom says exactly how many.

Of a class that can have members every other number contradicts it, so that the key has a proof. Knows nothing about
words.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lithograph.ontology.graph import Quantifier, Truth
from lithograph.probes.draft import Draft, Option
from lithograph.probes.ground import OPEN, REASONING, TRANSFER, Ground
from lithograph.probes.status import ends

OFFERED = 4
"""Numbers to choose from."""


def count_drafts(ground: Ground, most: int) -> Iterator[Draft]:
    """Which number is right? `most` of each split and part; the numbers offered are those that the ontology uses, then
    the next ones from 1."""
    graph = ground.graph
    keep = (graph.quantifier == Quantifier.EXACTLY) & graph.holds & ~graph.negated & ground.sayable
    keep &= ~np.isin(graph.subject, ground.unspoken)
    rows = keep.nonzero()[0].tolist()
    used = [n for n in np.unique(graph.number[rows]).tolist() if n]
    numbers = [*used, *(n for n in range(1, OFFERED + len(used) + 1) if n not in used)]
    counts: dict[tuple[str, str], int] = {}
    for row in ground.by_hash(rows, "counts"):
        split, part = _split_of(ground, row), ground.part_of([row])
        if split is None or part is None:
            continue
        counts[split, part] = counts.get((split, part), 0) + 1
        if counts[split, part] <= most:
            yield _count(ground, split, part, row, numbers)


def _split_of(ground: Ground, row: int) -> str | None:
    stated = ground.stated.says(ground.urns[row])
    entailed = ground.graph.truth[row] == Truth.ENTAILED
    if ground.role[row] == OPEN:
        return "memory" if stated else None
    if ground.role[row] == REASONING:
        return "reasoning" if entailed and not stated else None
    return "transfer" if ground.role[row] == TRANSFER and entailed else None


def _count(ground: Ground, split: str, part: str, row: int, numbers: list[int]) -> Draft:
    graph, urn = ground.graph, ground.urns[row]
    right = int(graph.number[row])
    wrong = sorted((n for n in numbers[: OFFERED + 2] if n != right), key=lambda n: ground.mark(urn, n))[: OFFERED - 1]
    wrong.insert(ground.mark("place", urn) % (len(wrong) + 1), right)
    depth = int(graph.depth[row])
    return Draft("quantity", "count", "choice", split, part, "chain" if depth else "atom", depth,
                 Truth(int(graph.truth[row])).name.lower(), "proof", ground.group("count " + urn),
                 tuple(Option("number", (row, n)) for n in wrong), wrong.index(right), (row,), ends(ground, row),
                 ground.axioms([row]), ground.proof(row), row,
                 premises=(row,) if split == "transfer" else ())  # fmt: skip
