"""Practice among the examples of a dataset: questions that are shown with the fact that they ask about.

`lithograph.probes.practice` makes them: a claim is asked for among claims made of the same words that do not hold. A
model that is only told what is so says what it was told, however it is asked; so a stated share of what is shown of a
fact is practice. Questions about what follows from several axioms, or is computed from them, are facts of their own.
Knows nothing about tokens or models.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from ..core.identity import sha256_hex
from .facts import YES, Fact, Traits

ASSERTED, ENTAILED, FALSE = "asserted", "entailed", ("refuted", "unknown")
SHARES: Mapping[bool | None, float] = {None: 0.2, True: 0.35, False: 0.45}
"""Of practice: choices, which are learned soonest; what is so; what is not so or cannot be known, more of it, so that
*yes* is not what is said of everything."""


def with_practice(facts: Sequence[Fact], table: pa.Table, share: float) -> tuple[Fact, ...]:
    """The facts with their practice among their rows, `share` of what is shown of them; without any where it is 0.

    facts: of the table, practice among them under instances of its own. A question joins the fact that states just the
    axioms behind what it asks for, of several the one with most wordings; what belongs to none is a fact that rests on
    the axioms behind what holds of it; where none is behind all of that, it asks about many claims and is a reading.
    """
    truths = table["truth"].to_pylist()
    asking = [fact for fact in facts if fact.traits[0].practice]
    taken = {fact.instance for fact in asking}
    telling = tuple(fact for fact in facts if fact.instance not in taken)
    if not share or not asking:
        return telling
    axioms = table["axioms"].to_pylist()
    owners = _owners(telling)
    theirs: dict[str, list[Fact]] = defaultdict(list)
    alone: list[Fact] = []
    for fact in asking:
        holding = [row for row in fact.rows if truths[row] in (ASSERTED, ENTAILED)]
        one = _behind(axioms[row] for row in holding)
        owner = owners.get(one) if all(truths[row] == ASSERTED for row in holding) else None
        if owner is not None:
            theirs[owner.instance].append(fact)
            continue
        holds = one or frozenset(axiom for row in fact.rows if truths[row] not in FALSE for axiom in axioms[row])
        alone.append(replace(fact, axioms=holds, weights=_shared(fact.traits, sum(fact.weights)),
                             reading=bool(holding) and not one))  # fmt: skip
    grown = (_grown(fact, theirs[fact.instance], share) if fact.instance in theirs else fact
             for fact in telling)  # fmt: skip
    return (*grown, *alone)


def _behind(questions: Iterable[Iterable[str]]) -> frozenset[str]:
    """The axioms behind the one claim that questions are about: some of them give others to go by."""
    sets = [frozenset(axioms) for axioms in questions]
    return frozenset.intersection(*sets) if sets else frozenset()


def _owners(facts: Sequence[Fact]) -> Mapping[frozenset[str], Fact]:
    """Of each set of axioms the stated fact that says just them: of several the one with most wordings."""
    best: dict[frozenset[str], tuple[tuple[int, str], Fact]] = {}
    for fact in facts:
        order = (-len(fact.rows), sha256_hex(fact.instance))
        if fact.stated and fact.axioms and (fact.axioms not in best or order < best[fact.axioms][0]):
            best[fact.axioms] = (order, fact)
    return {axioms: fact for axioms, (_, fact) in best.items()}


def _grown(fact: Fact, asking: Sequence[Fact], share: float) -> Fact:
    """A fact with what is asked about it."""
    traits = tuple(trait for one in asking for trait in one.traits)
    weights = _shared(traits, sum(fact.weights) * share / (1 - share))
    rows = (*fact.rows, *(row for one in asking for row in one.rows))
    joined = sorted(zip(rows, (*fact.weights, *weights), (*fact.traits, *traits), strict=True), key=lambda one: one[0])
    return replace(fact, rows=tuple(row for row, _, _ in joined), weights=tuple(weight for _, weight, _ in joined),
                   traits=tuple(trait for _, _, trait in joined))  # fmt: skip


def _shared(traits: Sequence[Traits], whole: float) -> tuple[float, ...]:
    """Weights that add up to `whole`, shared out by SHARES among the choices, the *yes* and the rest that are there."""
    kinds = [None if trait.answer is None else trait.answer == YES for trait in traits]
    times = Counter(kinds)
    scale = whole / sum(SHARES[kind] for kind in times)
    return tuple(scale * SHARES[kind] / times[kind] for kind in kinds)
