"""Which facts come first: whole sets of premises, and answers in balance. Knows nothing about tokens or models.

A question whose answer follows from three axioms says little about a model that was taught two of them. So the facts
that state the axioms of one set are chosen together, the sets that are nearest to whole first; a fixed number of facts
then completes as many sets as a greedy choice can. After every second of them comes a fact that says or asks what
follows from axioms that are stated by then: who is never shown that anything follows cannot be asked what does. After
them come the other facts about the same axioms, then the rest by weight, of both first those that are practised: what
is told and never asked for is hardly learned. A model that is shown mostly *yes* says yes: while one answer falls
behind, the next fact is one that asks for it; what is still missing is made good by the weights of the wordings.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..core.identity import sha256_hex
from .facts import ANSWERS, NO, UNKNOWN, YES, Fact, choose_facts

BEHIND = 3.0
"""By which factor an answer may be rarer than the commonest before a fact is chosen for its sake."""
READ = 5
"""Every so many-th fact is a reading, where there is practice: what it takes to go by given sentences is a skill."""
EACH = 2
"""After so many premises comes something that follows from what is stated by then."""
STRETCH = 4.0
"""By which factor, at most, the weight of a question is raised or lowered for the sake of balance."""

Focus = tuple[frozenset[str], ...]


def focus_of(wish: Iterable[str | Collection[str]]) -> Focus:
    """Sets of axiom ids, each once, sorted; a bare id is a set of its own.

    >>> [sorted(one) for one in focus_of(["a", ("b", "a"), "a"])]
    [['a'], ['a', 'b']]
    """
    sets = {frozenset((one,)) if isinstance(one, str) else frozenset(one) for one in wish}
    return tuple(sorted((one for one in sets if one), key=sorted))


def in_order(
    facts: Sequence[Fact], count: int, seed: int, focus: Focus = (), balance: bool = False
) -> tuple[Fact, ...]:
    """At most `count` facts in the order of choice, every READ-th a reading. A larger count only adds facts."""
    readings = sorted((fact for fact in facts if fact.reading), key=lambda fact: sha256_hex(f"{seed}\n{fact.instance}"))
    line = _line(tuple(fact for fact in facts if not fact.reading), count, seed, focus, balance)
    return tuple(fact for fact, _ in zip(_with_readings(line, readings), range(count), strict=False))


def _with_readings(line: Iterable[Fact], readings: Sequence[Fact]) -> Iterator[Fact]:
    """Behind every READ − 1 facts a reading, as long as there are any."""
    left = iter(readings)
    for number, fact in enumerate(line, 1):
        yield fact
        if number % (READ - 1) == 0:
            yield from itertools.islice(left, 1)


def _line(facts: Sequence[Fact], count: int, seed: int, focus: Focus, balance: bool) -> Iterable[Fact]:
    """The facts that are to be remembered, in the order of choice."""
    if not focus and not balance:
        return choose_facts(facts, count, seed)
    premises = with_what_follows(premise_facts(facts, focus, seed), facts, seed)
    wanted = frozenset(axiom for one in focus for axiom in one)
    taken = {fact.instance for fact in premises}
    near = [fact for fact in facts if fact.instance not in taken and fact.axioms and fact.axioms <= wanted]
    taken.update(fact.instance for fact in near)
    rest = [fact for fact in facts if fact.instance not in taken]
    parts = [[fact for fact in part if _practised(fact) is asked] for asked in (True, False) for part in (near, rest)]
    after = tuple(fact for part in parts for fact in choose_facts(part, len(part), seed))
    return _balanced_line(premises, after) if balance else (*premises, *after)


def premise_facts(facts: Sequence[Fact], focus: Focus, seed: int) -> tuple[Fact, ...]:
    """Facts that state the axioms of the sets, one set after another: always the one with the least left to learn.

    An axiom is taught by the fact that states it with the fewest others, of equals by the one with most wordings. A set
    with an axiom that no fact states comes last.
    """
    teachers = _teachers(facts, frozenset(axiom for one in focus for axiom in one), seed)
    missing = [set(one) for one in focus]
    of_axiom: dict[str, list[int]] = defaultdict(list)
    for place, axioms in enumerate(missing):
        for axiom in axioms:
            of_axiom[axiom].append(place)

    def rank(place: int) -> tuple[bool, int, str, int]:
        known = all(axiom in teachers for axiom in focus[place])
        return (not known, len(missing[place]), sha256_hex("\n".join((str(seed), *sorted(focus[place])))), place)

    heap = [rank(place) for place in range(len(focus))]
    heapq.heapify(heap)
    chosen: dict[str, Fact] = {}
    while heap:
        *_, left, _, place = top = heapq.heappop(heap)
        if not left or rank(place) != top:  # an older entry of a set that has come nearer since
            continue
        for axiom in sorted(missing[place]):
            if axiom in missing[place] and axiom in teachers:
                fact = teachers[axiom]
                chosen[fact.instance] = fact
                for learned in sorted(fact.axioms):
                    for other in of_axiom[learned]:
                        missing[other].discard(learned)
                        heapq.heappush(heap, rank(other))
        missing[place].clear()  # what is left, nothing states
    return tuple(chosen.values())


def with_what_follows(premises: Sequence[Fact], facts: Sequence[Fact], seed: int) -> tuple[Fact, ...]:
    """The premises in their order, and after every EACH of them a fact that rests on several axioms, stated by then.

    Of those that could come first one that asks about what holds and about what does not, then the one with the fewest
    axioms; of equals by a seeded hash.
    """
    several = [fact for fact in facts if len(fact.axioms) > 1 and not fact.stated]
    several.sort(key=lambda fact: (not _asks_both(fact), len(fact.axioms), sha256_hex(f"{seed}\n{fact.instance}")))
    of_axiom: dict[str, list[int]] = defaultdict(list)
    left = [len(fact.axioms) for fact in several]
    for place, fact in enumerate(several):
        for axiom in fact.axioms:
            of_axiom[axiom].append(place)
    known: set[str] = set()
    ready: list[int] = []
    out: list[Fact] = []
    for turn, fact in enumerate(premises, 1):
        out.append(fact)
        for axiom in sorted(fact.axioms - known):
            known.add(axiom)
            for place in of_axiom[axiom]:
                left[place] -= 1
                if not left[place]:
                    heapq.heappush(ready, place)
        if turn % EACH == 0 and ready:
            out.append(several[heapq.heappop(ready)])
    return tuple(out)


def _practised(fact: Fact) -> bool:
    return any(traits.practice for traits in fact.traits)


def _asks_both(fact: Fact) -> bool:
    answers = {traits.answer for traits in fact.traits}
    return YES in answers and bool(answers & {NO, UNKNOWN})


def _teachers(facts: Iterable[Fact], wanted: frozenset[str], seed: int) -> Mapping[str, Fact]:
    best: dict[str, tuple[tuple[int, int, str], Fact]] = {}
    for fact in facts:
        if fact.stated:
            order = (len(fact.axioms), -len(fact.rows), sha256_hex(f"{seed}\n{fact.instance}"))
            for axiom in fact.axioms & wanted:
                if axiom not in best or order < best[axiom][0]:
                    best[axiom] = (order, fact)
    return {axiom: fact for axiom, (_, fact) in best.items()}


def _balanced_line(premises: Sequence[Fact], after: Sequence[Fact]) -> Iterator[Fact]:
    """All facts, premises first, with facts that ask for an answer pulled forward while that answer falls behind."""
    line = deque((*premises, *after))
    asking = {answer: deque(fact for fact in after if _main_answer(fact) == answer) for answer in ANSWERS}
    shown, taken = dict.fromkeys(ANSWERS, 0.0), set[str]()
    while line:
        most = max(shown.values())
        behind = [answer for answer in ANSWERS if asking[answer] and most > BEHIND * shown[answer] + 0.5]
        source = asking[min(behind, key=lambda answer: (shown[answer], answer))] if behind else line
        fact = source.popleft()
        if fact.instance in taken:
            continue
        taken.add(fact.instance)
        for answer, share in fact.answers().items():
            shown[answer] += share
        yield fact


def _main_answer(fact: Fact) -> str | None:
    shares = fact.answers()
    answer = max(ANSWERS, key=lambda one: shares[one])
    return answer if shares[answer] > 0 else None


def balanced(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The same facts with their questions reweighted so that the answers there are come as equally often as can be.

    Practice is left as it is: how much of it holds is decided with it (`practice.SHARES`), and how much of the rest is
    *no* and how much cannot be known is the ontology's own share; a run that is shown more of the one says it of all
    that it does not know. A fact's own weight stays; the weight of a wording is changed by at most STRETCH, one way or
    the other.
    """
    factors = dict.fromkeys(ANSWERS, 1.0)
    out = tuple(facts)
    for _ in range(12):
        there = {answer: share for answer, share in _shares(out).items() if share > 0}
        if len(there) < 2:
            return tuple(facts)
        goal = math.prod(share ** (1 / len(there)) for share in there.values())
        for answer, share in there.items():
            factors[answer] = min(STRETCH, max(1 / STRETCH, factors[answer] * goal / share))
        out = tuple(_reweighted(fact, factors) for fact in facts)
    return out


def _shares(facts: Iterable[Fact]) -> Mapping[str, float]:
    """How much of what is shown of facts is a question, no practice, with this answer; in facts."""
    shares = dict.fromkeys(ANSWERS, 0.0)
    for fact in facts:
        whole = sum(fact.weights)
        for weight, traits in zip(fact.weights, fact.traits, strict=False):
            if traits.answer and not traits.practice:
                shares[traits.answer] += weight / whole
    return shares


def _reweighted(fact: Fact, factors: Mapping[str, float]) -> Fact:
    if not any(traits.answer and not traits.practice for traits in fact.traits):
        return fact
    raw = [weight * (factors[traits.answer] if traits.answer and not traits.practice else 1.0)
           for weight, traits in zip(fact.weights, fact.traits, strict=True)]  # fmt: skip
    scale = sum(fact.weights) / sum(raw)
    return replace(fact, weights=tuple(weight * scale for weight in raw))


@dataclass(frozen=True, slots=True)
class Covered:
    """What of a focus the chosen facts state: its axioms, those of them that are stated, how many sets are whole."""

    axioms: int
    covered: tuple[str, ...]
    sets: int
    whole: int


def coverage(facts: Iterable[Fact], focus: Focus) -> Covered | None:
    """How far facts cover a focus; None without one."""
    if not focus:
        return None
    wanted = frozenset(axiom for one in focus for axiom in one)
    stated = frozenset(axiom for fact in facts if fact.stated for axiom in fact.axioms) & wanted
    return Covered(len(wanted), tuple(sorted(stated)), len(focus), sum(one <= stated for one in focus))
