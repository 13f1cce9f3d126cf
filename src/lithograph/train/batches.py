"""The order of learning: which examples make up which step. Knows nothing about models; decided before step 1.

Facts come round by round (each once a round, in seeded order), so that repetitions are spread over the run; what is
shown less often is spread over the rounds. With a curriculum a deeper or larger fact joins in a later round, up to the
middle of the run, and is shown as often as any other. Within a window of steps examples of like length share a batch,
which saves padding, and the batches of a window are shuffled.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from .choice import Covered, Focus, balanced, coverage, in_order
from .corpus import Example, example_at
from .errors import BudgetTooSmall, NothingToTrain
from .facts import LATE, LEVELS, Fact, asks_whether, presentations, share_out
from .tokens import ChatFormat, Encoded, encode

WINDOW = 2
"""Steps among which examples of like length are brought together: few, for a batch of one kind learns one kind."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is learned, in order. steps: rows of `encoded` per step. shown: times by instance. dropped: by reason.

    A row below 0 is no row of the dataset but one of the base model's own answers, which has tokens and no example.
    replayed: the instances among the facts that an earlier adapter has learned and that are only shown again. answers:
    how often a yes/no/unknown question with this answer is shown. covered: what of a focus the facts state.
    """

    facts: tuple[Fact, ...]
    shown: Mapping[str, int]
    examples: Mapping[int, Example]
    encoded: Mapping[int, Encoded]
    steps: tuple[tuple[int, ...], ...]
    dropped: Mapping[str, int]
    replayed: frozenset[str] = frozenset()
    answers: Mapping[str, int] = field(default_factory=dict)
    covered: Covered | None = None

    @property
    def tokens(self) -> int:
        """All tokens the run reads, without padding."""
        return sum(len(self.encoded[row].ids) for step in self.steps for row in step)

    @property
    def replay_share(self) -> float:
        """How much of all that is shown is shown again."""
        return sum(self.shown[name] for name in self.replayed) / (sum(self.shown.values()) + self.own_answers)

    @property
    def own_answers(self) -> int:
        """How often one of the base's own answers is shown."""
        return sum(row < 0 for step in self.steps for row in step)


@dataclass(frozen=True, slots=True)
class Choice:
    """How facts are chosen and put in order, beside their weights. focus: sets of axioms whose facts come first.

    balance: whether yes, no and unknown are to come equally often. curriculum: none, depth or level. own: the base
    model's own answers, and `own_share` of all that is shown which they are. seed: of the choice alone.
    """

    focus: Focus = ()
    balance: bool = False
    curriculum: str = "none"
    own: Sequence[Encoded] = ()
    own_share: float = 0.0
    seed: int = 0


ALL_BY_WEIGHT = Choice()


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
    facts: Sequence[Fact], count: int, seed: int, reading: Tokenised, how: Choice = ALL_BY_WEIGHT
) -> tuple[tuple[Fact, ...], dict[str, int]]:
    """At most `count` facts that can be learned from, without their unusable rows; what was dropped, by reason."""
    dropped: dict[str, int] = {}
    pool = {fact.instance: fact for fact in facts}
    checked: set[str] = set()
    while True:
        chosen = in_order(tuple(pool.values()), count, seed, how.focus, how.balance)
        new = [fact for fact in chosen if fact.instance not in checked]
        if not new:
            return chosen, dropped
        reading.add([row for fact in new for row in fact.rows])
        for fact in new:
            checked.add(fact.instance)
            _clean(fact, pool, reading, dropped)


def _clean(fact: Fact, pool: dict[str, Fact], reading: Tokenised, dropped: dict[str, int]) -> None:
    kept = []
    for place, row in enumerate(fact.rows):
        reason = reading.refusal(row)
        if reason:
            dropped[reason] = dropped.get(reason, 0) + 1
        else:
            kept.append(place)
    if kept:
        traits = tuple(fact.traits[place] for place in kept) if fact.traits else ()
        pool[fact.instance] = replace(fact, rows=tuple(fact.rows[place] for place in kept), traits=traits,
                                      weights=tuple(fact.weights[place] for place in kept))  # fmt: skip
    else:
        del pool[fact.instance]


def make_plan(facts: Sequence[Fact], reading: Tokenised, *, steps: int, batch: int, exposures: int, seed: int,
              place: object = "train", replay: Sequence[Fact] = (), share: float = 0.0,
              how: Choice = ALL_BY_WEIGHT) -> Plan:  # fmt: skip
    """The plan for so many steps; raises BudgetTooSmall or NothingToTrain.

    `share` of what is shown goes to `replay` (facts of other instances): as many of them as find room, each at least
    once. Without any, all goes to the facts, but for the base's own answers.
    """
    own = round(steps * batch * how.own_share) if how.own else 0
    again = round(steps * batch * share)
    replayed, unfit = pick_facts(replay, again, how.seed, reading)
    left = steps * batch - own - (again if replayed else 0)
    if left < exposures:
        raise BudgetTooSmall(steps, batch, exposures)
    chosen, dropped = pick_facts(facts, left // exposures, how.seed, reading, how)
    if not chosen:
        raise NothingToTrain(place, "the length bound", (f"{n} {why}" for why, n in dropped.items()))
    if how.balance:
        chosen = balanced(chosen)
    turns = dict(presentations(chosen, left, exposures))
    if replayed:
        turns |= presentations(replayed, again, 1)
    encoded = {row: reading.encoded[row] for rows in turns.values() for row in sorted(set(rows))}
    encoded |= {-1 - place: one for place, one in enumerate(how.own)}
    lists = [*turns.values(), *_own_turns(len(how.own), own, seed)]
    starts = _starts((*chosen, *replayed), how.curriculum) + [0.0] * (len(lists) - len(turns))
    order = step_order(lists, lambda row: len(encoded[row].ids), batch, seed, starts)
    rows = sorted({row for step in order for row in step})
    dropped = {why: dropped.get(why, 0) + unfit.get(why, 0) for why in (*dropped, *unfit)}
    return Plan((*chosen, *replayed), {name: len(rows) for name, rows in turns.items()},
                {row: reading.examples[row] for row in rows if row >= 0}, {row: encoded[row] for row in rows}, order,
                dropped, frozenset(fact.instance for fact in replayed), _answers((*chosen, *replayed), order),
                coverage(chosen, how.focus))  # fmt: skip


def _own_turns(there: int, count: int, seed: int) -> list[tuple[int, ...]]:
    """Rows below 0, each as often as the others or once more, those that come once more by the seed."""
    if not count:
        return []
    places = list(range(there))
    random.Random(f"own {seed}").shuffle(places)
    return [
        (-1 - place,) * times for place, times in zip(places, share_out(count, [1.0] * there), strict=True) if times
    ]


def _answers(facts: Sequence[Fact], order: Sequence[Sequence[int]]) -> Mapping[str, int]:
    answer = {row: traits.answer for fact in facts for row, traits in zip(fact.rows, fact.traits, strict=False)}
    shown = Counter(answer[row] for step in order for row in step if answer.get(row))
    return {str(name): shown[name] for name in sorted(shown, key=str)}


def _starts(facts: Sequence[Fact], curriculum: str) -> list[float]:
    """When each fact joins, as a share of the run: the shallowest at once, the deepest in the middle; without a
    curriculum at once, but for what only asks whether a claim holds."""
    if curriculum == "none":
        return [LATE if fact.traits and not fact.reading and all(map(asks_whether, fact.traits)) else 0.0
                for fact in facts]  # fmt: skip
    ranks = [fact.depth if curriculum == "depth" else _scale(fact) for fact in facts]
    distinct = sorted(set(ranks))
    last = max(1, len(distinct) - 1)
    return [0.5 * distinct.index(rank) / last for rank in ranks]


def _scale(fact: Fact) -> int:
    level = fact.first.level
    return LEVELS.index(level) if level in LEVELS else 0


def step_order(
    turns: Sequence[Sequence[int]], length: Callable[[int], int], batch: int, seed: int,
    starts: Sequence[float] = (),
) -> tuple[tuple[int, ...], ...]:  # fmt: skip
    """Steps of `batch` rows, like lengths together within a window.

    There are as many rounds as the longest list has turns, and its k-th turn is in round k; the turns of a shorter
    list, and of one that starts later (`starts`, a share of the run each), are spread over the rounds that are left.
    """
    random_ = random.Random(f"order {seed}")
    count = max(len(turn) for turn in turns)
    rounds: list[list[int]] = [[] for _ in range(count)]
    for turn, start in zip(turns, starts or [0.0] * len(turns), strict=True):
        within = random_.random()
        for place, row in enumerate(turn):
            at = start + (1 - start) * (place + within) / len(turn)
            rounds[place if len(turn) == count and not start else min(count - 1, int(at * count))].append(row)
    line: list[int] = []
    for one_round in rounds:
        random_.shuffle(one_round)
        line += one_round
    steps: list[tuple[int, ...]] = []
    for first in range(0, len(line), WINDOW * batch):
        window = sorted(line[first : first + WINDOW * batch], key=length)
        batches = [tuple(window[at : at + batch]) for at in range(0, len(window), batch)]
        random_.shuffle(batches)
        steps += batches
    return tuple(steps)
