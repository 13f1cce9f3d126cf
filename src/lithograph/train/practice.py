"""Practice among the examples of a dataset: questions that are shown with the fact that they ask about.

`lithograph.probes.practice` makes them: a claim is asked for among claims made of the same words that do not hold. A
model that is only told what is so says what it was told, however it is asked; so a stated share of what is shown of a
fact is practice. Questions about what follows from several axioms, or is computed from them, are facts of their own.
Knows nothing about tokens or models.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from ..core.identity import sha256_hex
from .facts import Fact

ASSERTED, FALSE = "asserted", ("refuted", "unknown")


def with_practice(facts: Sequence[Fact], table: pa.Table, share: float) -> tuple[Fact, ...]:
    """The facts with their practice among their rows, `share` of what is shown of them; without any where it is 0.

    facts: of the table, practice among them under instances of its own. A question joins the fact that states just the
    axioms behind what it asks for, of several the one with most wordings; what belongs to none is a fact that rests on
    the axioms behind what holds of it.
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
        stated = frozenset(axiom for row in fact.rows if truths[row] == ASSERTED for axiom in axioms[row])
        owner = owners.get(stated)
        if owner is None:
            holds = frozenset(axiom for row in fact.rows if truths[row] not in FALSE for axiom in axioms[row])
            alone.append(replace(fact, axioms=holds, weights=_even(fact.rows, truths, sum(fact.weights))))
        else:
            theirs[owner.instance].append(fact)
    grown = (_grown(fact, theirs[fact.instance], truths, share) if fact.instance in theirs else fact
             for fact in telling)  # fmt: skip
    return (*grown, *alone)


def _owners(facts: Sequence[Fact]) -> Mapping[frozenset[str], Fact]:
    """Of each set of axioms the stated fact that says just them: of several the one with most wordings."""
    best: dict[frozenset[str], tuple[tuple[int, str], Fact]] = {}
    for fact in facts:
        order = (-len(fact.rows), sha256_hex(fact.instance))
        if fact.stated and fact.axioms and (fact.axioms not in best or order < best[fact.axioms][0]):
            best[fact.axioms] = (order, fact)
    return {axioms: fact for axioms, (_, fact) in best.items()}


def _grown(fact: Fact, asking: Sequence[Fact], truths: Sequence[str], share: float) -> Fact:
    """A fact with what is asked about it; as often as for what does not hold it is asked for what holds."""
    rows = [row for one in asking for row in one.rows]
    weights = _even(rows, truths, sum(fact.weights) * share / (1 - share))
    traits = (*fact.traits, *(trait for one in asking for trait in one.traits))
    joined = sorted(zip((*fact.rows, *rows), (*fact.weights, *weights), traits, strict=True), key=lambda one: one[0])
    return replace(fact, rows=tuple(row for row, _, _ in joined), weights=tuple(weight for _, weight, _ in joined),
                   traits=tuple(trait for _, _, trait in joined))  # fmt: skip


def _even(rows: Sequence[int], truths: Sequence[str], whole: float) -> tuple[float, ...]:
    """Weights that add up to `whole`, half of it for what holds and half for what does not, where both are there."""
    false = [truths[row] in FALSE for row in rows]
    times = {True: sum(false), False: len(false) - sum(false)}
    raw = [1 / times[one] for one in false]
    return tuple(whole * one / sum(raw) for one in raw)
