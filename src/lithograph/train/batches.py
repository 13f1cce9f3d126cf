"""The order of learning: which examples make up which step. Knows nothing about models; decided before step 1.

Facts come round by round (each once a round, in seeded order), so that repetitions are spread over the run. Within a
window of steps examples of like length share a batch, which saves padding, and the batches of a window are shuffled.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from .corpus import Example, example_at
from .errors import BudgetTooSmall, NothingToTrain
from .facts import Fact, choose_facts, presentations
from .tokens import ChatFormat, Encoded, encode

WINDOW = 32
"""Steps among which examples of like length are brought together."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is learned, in order. steps: rows of `examples` per step. shown: times by instance. dropped: by reason.

    replayed: the instances among the facts that an earlier adapter has learned and that are only shown again.
    """

    facts: tuple[Fact, ...]
    shown: Mapping[str, int]
    examples: Mapping[int, Example]
    encoded: Mapping[int, Encoded]
    steps: tuple[tuple[int, ...], ...]
    dropped: Mapping[str, int]
    replayed: frozenset[str] = frozenset()

    @property
    def tokens(self) -> int:
        """All tokens the run reads, without padding."""
        return sum(len(self.encoded[row].ids) for step in self.steps for row in step)

    @property
    def replay_share(self) -> float:
        """How much of all that is shown is shown again."""
        return sum(self.shown[name] for name in self.replayed) / sum(self.shown.values())


@dataclass(frozen=True, slots=True)
class Tokenised:
    """Rows of a training table as tokens, each encoded once, those above `max_length` marked as too long."""

    table: pa.Table
    format: ChatFormat
    max_length: int
    examples: dict[int, Example]
    encoded: dict[int, Encoded]

    def add(self, rows: Sequence[int]) -> None:
        """Encode the rows that are not there yet."""
        new = [row for row in rows if row not in self.examples]
        self.examples.update((row, example_at(self.table, row)) for row in new)
        self.encoded.update(zip(new, encode(self.format, [self.examples[row] for row in new]), strict=True))

    def refusal(self, row: int) -> str | None:
        """Why the row cannot be learned from, or None."""
        encoded = self.encoded[row]
        if not encoded.ids:
            return "no assistant turn"
        return f"longer than {self.max_length} tokens" if len(encoded.ids) > self.max_length else None


def tokenised(table: pa.Table, format: ChatFormat, max_length: int) -> Tokenised:
    """An empty reading of a table."""
    return Tokenised(table, format, max_length, {}, {})


def pick_facts(
    facts: Sequence[Fact], count: int, seed: int, reading: Tokenised
) -> tuple[tuple[Fact, ...], dict[str, int]]:
    """At most `count` facts that can be learned from, without their unusable rows; what was dropped, by reason."""
    dropped: dict[str, int] = {}
    pool = {fact.instance: fact for fact in facts}
    checked: set[str] = set()
    while True:
        chosen = choose_facts(tuple(pool.values()), count, seed)
        new = [fact for fact in chosen if fact.instance not in checked]
        if not new:
            return chosen, dropped
        reading.add([row for fact in new for row in fact.rows])
        for fact in new:
            checked.add(fact.instance)
            _clean(fact, pool, reading, dropped)


def _clean(fact: Fact, pool: dict[str, Fact], reading: Tokenised, dropped: dict[str, int]) -> None:
    kept = []
    for row, weight in zip(fact.rows, fact.weights, strict=True):
        reason = reading.refusal(row)
        if reason:
            dropped[reason] = dropped.get(reason, 0) + 1
        else:
            kept.append((row, weight))
    if kept:
        pool[fact.instance] = Fact(fact.instance, fact.scene, tuple(r for r, _ in kept), tuple(w for _, w in kept))
    else:
        del pool[fact.instance]


def make_plan(facts: Sequence[Fact], reading: Tokenised, *, steps: int, batch: int, exposures: int, seed: int,
              place: object = "train", replay: Sequence[Fact] = (), share: float = 0.0) -> Plan:  # fmt: skip
    """The plan for so many steps; raises BudgetTooSmall or NothingToTrain.

    `share` of what is shown goes to `replay` (facts of other instances): as many of them as find room, each at least
    once. Without any, all goes to the facts.
    """
    again = round(steps * batch * share)
    replayed, unfit = pick_facts(replay, again, seed, reading)
    left = steps * batch - (again if replayed else 0)
    if left < exposures:
        raise BudgetTooSmall(steps, batch, exposures)
    chosen, dropped = pick_facts(facts, left // exposures, seed, reading)
    if not chosen:
        raise NothingToTrain(place, "the length bound", (f"{n} {why}" for why, n in dropped.items()))
    turns = dict(presentations(chosen, left, exposures))
    if replayed:
        turns |= presentations(replayed, again, 1)
    length: Callable[[int], int] = lambda row: len(reading.encoded[row].ids)  # noqa: E731
    order = step_order(tuple(turns.values()), length, batch, seed)
    rows = sorted({row for step in order for row in step})
    dropped = {why: dropped.get(why, 0) + unfit.get(why, 0) for why in (*dropped, *unfit)}
    return Plan((*chosen, *replayed), {name: len(rows) for name, rows in turns.items()},
                {row: reading.examples[row] for row in rows}, {row: reading.encoded[row] for row in rows}, order,
                dropped, frozenset(fact.instance for fact in replayed))  # fmt: skip


def step_order(
    turns: Sequence[Sequence[int]], length: Callable[[int], int], batch: int, seed: int
) -> tuple[tuple[int, ...], ...]:
    """Steps of `batch` rows: each fact's k-th turn in round k, like lengths together within a window."""
    shuffle = random.Random(f"order {seed}").shuffle
    line: list[int] = []
    for round_number in range(max(len(turn) for turn in turns)):
        one_round = [turn[round_number] for turn in turns if round_number < len(turn)]
        shuffle(one_round)
        line += one_round
    steps: list[tuple[int, ...]] = []
    for start in range(0, len(line), WINDOW * batch):
        window = sorted(line[start : start + WINDOW * batch], key=length)
        batches = [tuple(window[at : at + batch]) for at in range(0, len(window), batch)]
        shuffle(batches)
        steps += batches
    return tuple(steps)
