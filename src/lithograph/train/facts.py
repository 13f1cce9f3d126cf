"""Which facts are learned, and how often each is shown. Knows nothing about tokens or models.

A fact is what one scene instance says: all training examples that share its `instance`. A model learns few facts well
rather than many badly, so the steps a run can afford are divided by the stated exposures, and so many facts are chosen:
first over the scenes by their weight, then within a scene in the order of a seeded hash.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..core.identity import sha256_hex

YES, NO, UNKNOWN = ANSWERS = ("yes", "no", "unknown")
"""What a yes/no/unknown question can be answered."""
PRACTICE = "practice/"
"""How the names of the templates begin that ask in the manner of probes."""
_ANSWER_OF = {"asserted": YES, "entailed": YES, "refuted": NO, "unknown": UNKNOWN}
LEVELS = ("atom", "star", "chain", "tableau")
"""The scales of meaning, from the smallest."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a training row is, beside its text. answer: of a yes/no/unknown question, one of ANSWERS, else None.
    practice: whether it asks in the manner of probes (`practice`)."""

    axis: str | None = None
    register: str | None = None
    level: str | None = None
    language: str | None = None
    answer: str | None = None
    practice: bool = False


PLAIN = Traits()
LATE = 0.4
"""Of what is told of a fact, the share that comes before it is asked whether that holds; of the run, where a fact is
nothing but asked for."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A scene instance and the rows of the training table that print it, with their weights. Rows ascend.

    axioms: what its examples rest on. stated: whether it says only what is asserted, so that learning it is learning
    its axioms. depth: the greatest height of a proof in it. traits: of each row, or empty where nobody asked. reading:
    whether it only asks about what is given with the question, so that nothing is to be remembered of it.
    """

    instance: str
    scene: str
    rows: tuple[int, ...]
    weights: tuple[float, ...]
    axioms: frozenset[str] = frozenset()
    stated: bool = False
    depth: int = 0
    traits: tuple[Traits, ...] = ()
    reading: bool = False

    @property
    def weight(self) -> float:
        """The mean weight of its examples."""
        return sum(self.weights) / len(self.weights)

    @property
    def first(self) -> Traits:
        """The traits of its first row: axis and level are the same for all."""
        return self.traits[0] if self.traits else PLAIN

    def answers(self) -> Mapping[str, float]:
        """Which share of what is shown of it is a question with this answer."""
        whole, shares = sum(self.weights), dict.fromkeys(ANSWERS, 0.0)
        for weight, traits in zip(self.weights, self.traits, strict=False):
            if traits.answer:
                shares[traits.answer] += weight / whole
        return shares


def facts_of(table: pa.Table, ids: Collection[str] | None = None) -> tuple[Fact, ...]:
    """The facts of a table, or of its examples with these ids, by instance in order of id."""
    rows: dict[str, list[int]] = defaultdict(list)
    wanted = None if ids is None else pc.is_in(table["id"], pa.array(sorted(ids), table["id"].type)).to_pylist()
    for row, instance in enumerate(table["instance"].to_pylist()):
        if wanted is None or wanted[row]:
            rows[instance].append(row)
    names = ("scene", "weight", "axioms", "axis", "register", "level", "language", "form", "truth", "depth",
             "template")  # fmt: skip
    held = {name: table[name].to_pylist() for name in names if name in table.column_names}
    return tuple(_fact(name, places, held) for name, places in sorted(rows.items()))


def _fact(instance: str, rows: Sequence[int], held: Mapping[str, list[Any]]) -> Fact:
    def of(name: str, row: int) -> Any:
        return held[name][row] if name in held else None

    def traits(row: int) -> Traits:
        answer = _ANSWER_OF.get(of("truth", row)) if of("form", row) == "yes_no" else None
        return Traits(of("axis", row), of("register", row), of("level", row), of("language", row), answer,
                      (of("template", row) or "").startswith(PRACTICE))  # fmt: skip

    return Fact(instance, held["scene"][rows[0]], tuple(rows), tuple(float(held["weight"][row]) for row in rows),
                frozenset(axiom for row in rows for axiom in of("axioms", row) or ()),
                all(of("truth", row) == "asserted" for row in rows), max(of("depth", row) or 0 for row in rows),
                tuple(traits(row) for row in rows))  # fmt: skip


def rows_per_fact(facts: Sequence[Fact]) -> float:
    """How many examples a fact has, on the average.

    >>> rows_per_fact([Fact("1", "A", (0, 1, 2), (1.0, 1.0, 1.0)), Fact("2", "A", (3,), (1.0,))])
    2.0
    """
    return sum(len(fact.rows) for fact in facts) / len(facts)


def choose_facts(facts: Sequence[Fact], count: int, seed: int) -> tuple[Fact, ...]:
    """At most `count` facts, over the scenes by weight, in the order of choice.

    >>> a, b, c = (Fact(n, s, (0,), (w,)) for n, s, w in (("1", "A", 1.0), ("2", "A", 1.0), ("3", "B", 3.0)))
    >>> [fact.scene for fact in choose_facts((a, b, c), 2, seed=0)]
    ['B', 'A']
    """
    waiting: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        waiting[fact.scene].append(fact)
    weights = {scene: sum(fact.weight for fact in held) / len(held) for scene, held in waiting.items()}
    for held in waiting.values():
        held.sort(key=lambda fact: sha256_hex(f"{seed}\n{fact.instance}"), reverse=True)
    chosen: list[Fact] = []
    # Each scene's k-th fact stands at (k - ½) / weight on one line (Webster's apportionment), read in order.
    line = [(Fraction(1, 2) / Fraction(weight), scene) for scene, weight in weights.items()]
    heapq.heapify(line)
    while line and len(chosen) < count:
        place, scene = heapq.heappop(line)
        chosen.append(waiting[scene].pop())
        if waiting[scene]:
            heapq.heappush(line, (place + 1 / Fraction(weights[scene]), scene))
    return tuple(chosen)


def share_out(total: int, weights: Sequence[float]) -> tuple[int, ...]:
    """Whole numbers that sum to `total`, proportional to the weights (largest remainder, ties to the first).

    >>> share_out(5, (1.0, 1.0, 2.0))
    (1, 1, 3)
    """
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact)
    parts = [total * weight / whole for weight in exact]
    floors = [int(part) for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))
    for place in by_rest[: total - sum(floors)]:
        floors[place] += 1
    return tuple(floors)


def presentations(facts: Sequence[Fact], total: int, exposures: int) -> Mapping[str, tuple[int, ...]]:
    """For each fact's instance, the rows to show in turn: at least `exposures` of them, `total` in all.

    What is left over goes to the facts by weight; within a fact, paraphrases are shown by their weight.
    """
    extra = share_out(total - exposures * len(facts), [fact.weight for fact in facts])
    return {fact.instance: _turns(fact, exposures + more) for fact, more in zip(facts, extra, strict=True)}


def _turns(fact: Fact, times: int) -> tuple[int, ...]:
    """The fact's rows in a well-mixed order: at each turn the row that is furthest behind its weight. Whether it
    holds is asked when LATE of it is told: before it is known there is nothing to learn from the answer."""
    whole = sum(fact.weights)
    shown = [0] * len(fact.rows)
    turns = []
    for turn in range(1, times + 1):
        behind: Callable[[int], tuple[float, int]] = lambda i: (shown[i] - turn * fact.weights[i] / whole, i)  # noqa: B023,E731
        next_up = min(range(len(fact.rows)), key=behind)
        shown[next_up] += 1
        turns.append(next_up)
    late = [place for place in turns if not fact.reading and fact.traits and asks_whether(fact.traits[place])]
    soon = [place for place in turns if fact.reading or not fact.traits or not asks_whether(fact.traits[place])]
    timed = [((number + 0.5) / len(soon), place) for number, place in enumerate(soon)]
    timed += [(LATE + (1 - LATE) * (number + 0.5) / len(late), place) for number, place in enumerate(late)]
    return tuple(fact.rows[place] for _, place in sorted(timed, key=lambda one: one[0]))


def asks_whether(traits: Traits) -> bool:
    """Whether a row asks, as probes do, if a claim holds."""
    return traits.practice and traits.answer is not None
