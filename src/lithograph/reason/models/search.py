"""A bounded, deterministic search for a finite model: mend what an axiom finds wrong until nothing is.

A chase with reuse of elements; where a fault can be mended in several ways they are tried in order, and what was added
since is taken back (a trail) when one leads to a fault without a way out. That nothing is found proves nothing. What
is found is believed only after the checker has passed it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from dataclasses import fields as slots_of
from typing import Any

from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.terms import Term
from lithograph.reason.models.axioms import faults
from lithograph.reason.models.index import OF_INDIVIDUALS, Index, symbols
from lithograph.reason.models.repair import Act, Plan, Proposals
from lithograph.reason.models.structure import ELSEWHERE, Structure


@dataclass(frozen=True, slots=True)
class Bounds:
    """elements: how many beside the individuals. steps: how many mendings. choices: how many are taken back."""

    elements: int = 150
    steps: int = 1500
    choices: int = 40


@dataclass(slots=True)
class Choice:
    """A point to come back to: how long the trail was, what was still to be looked at, the ways not yet tried."""

    trail: int
    agenda: set[int]
    plans: list[Plan]


class OutOfBounds(Exception):
    """The search has used up what it may."""


class Elsewhere(Exception):
    """A way leads to an individual that is not in this part."""


@dataclass(slots=True)
class Search:
    """The state of one search. extra: axioms beside the ontology's; their rows come after its last."""

    index: Index
    s: Structure
    proposals: Proposals
    bounds: Bounds
    extra: Sequence[Axiom] = ()
    first: int = 0
    agenda: list[tuple[int, int]] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)
    trail: list[tuple[str, Any]] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    extra_mention: dict[Term, list[int]] = field(default_factory=dict)
    steps: int = 0
    taken_back: int = 0
    made: int = 0
    branched: bool = False

    def run(self, rows: Iterable[int]) -> bool:
        """Whether a model was found; it is then in the tables. Raises Refused, OutOfBounds."""
        self.first = max(self.index.axioms, default=-1) + 1
        self.extra_mention = defaultdict(list)
        for i, axiom in enumerate(self.extra):
            for symbol in sorted({x for operand in axiom.operands for x in symbols(operand)}):
                self.extra_mention[symbol].append(self.first + i)
        for row in [*rows, *range(self.first, self.first + len(self.extra))]:
            self._wait(row)
        while self.agenda:
            _, row = heapq.heappop(self.agenda)
            self.waiting.discard(row)
            fault = next(iter(faults(self.s, self._axiom(row))), None)
            if fault is None:
                continue
            self.steps += 1
            if self.steps > self.bounds.steps:
                raise OutOfBounds
            self._wait(row)
            plans = self.proposals.plans(self.s, fault)
            if len(plans) > 1:
                self.branched = True
                self.choices.append(Choice(len(self.trail), set(self.waiting), plans[1:]))
            if not plans:
                if not self._back():
                    return False
                continue
            self._apply(plans[0])
        return True

    def _axiom(self, row: int) -> Axiom:
        return self.extra[row - self.first] if row >= self.first else self.index.axioms[row]

    def _wait(self, row: int) -> None:
        if row not in self.waiting:
            self.waiting.add(row)
            heapq.heappush(self.agenda, (self._rank(row), row))

    def _rank(self, row: int) -> int:
        if row >= self.first:
            return 0
        known = self.index.ranks.get(row)
        if known is None:
            known = self.index.ranks[row] = rank(self.index.axioms[row])
        return known

    def _back(self) -> bool:
        """Take back the last choice and try its next way; whether there was one."""
        while self.choices:
            choice = self.choices[-1]
            while len(self.trail) > choice.trail:
                self._undo(*self.trail.pop())
            self.taken_back += 1
            if self.taken_back > self.bounds.choices:
                raise OutOfBounds
            plan = choice.plans.pop(0)
            self.waiting = set(choice.agenda)
            self.agenda = [(self._rank(row), row) for row in sorted(self.waiting)]
            heapq.heapify(self.agenda)
            if not choice.plans:
                self.choices.pop()
            self._apply(plan)
            return True
        return False

    # ------------------------------------------------------------ additions, and taking them back

    def _apply(self, plan: Plan) -> None:
        if any(ELSEWHERE in act[1:] for act in plan):
            raise Elsewhere
        gone: dict[int, int] = {}
        for kind, *what in plan:
            for place in _ELEMENTS[kind]:
                while what[place] in gone:  # merged by an earlier act of the same plan
                    what[place] = gone[what[place]]
            self._add((kind, *what))
            if kind == "merge" and what[0] != what[1]:
                gone[what[1]] = what[0]

    def _add(self, act: Act) -> None:
        s, (kind, a, b, c) = self.s, act
        if kind == "new":
            self.made += 1
            if self.made > self.bounds.elements:
                raise OutOfBounds
            s.elements[a] = None
            known = self.proposals.witnesses
            self.trail.append(("new", (a, b, known.get(b))))
            known.setdefault(b, a)
            for row in self.index.general:
                self._wait(row)
        elif kind == "label" and a not in s.classes[str(b)]:
            s.classes[str(b)].add(a)
            self.trail.append(("label", (a, b)))
            self._touched([str(b)])
        elif kind == "pair" and not s.related(a, b, c):
            s.add_pair(a, b, c)
            self.trail.append(("pair", (a, b, c)))
            self._touched([str(a[1] if isinstance(a, tuple) else a)])
        elif kind == "value" and c not in s.filled(a, b):
            s.values[str(a)].setdefault(b, set()).add(c)
            self.trail.append(("value", (a, b, c)))
            self._touched([str(a)])
        elif kind == "merge" and a != b:
            self.trail.append(("all", (s.copied(), dict(self.proposals.witnesses))))
            self._touched(merge(s, self.proposals.witnesses, a, b))

    def _touched(self, changed: Iterable[Term]) -> None:
        """Look again at every axiom that mentions what has changed and that something can trigger."""
        for symbol in changed:
            for row in self.index.mention.get(symbol, ()):
                if row not in self.waiting and self._active(row):
                    self._wait(row)
            for row in self.extra_mention.get(symbol, ()):
                self._wait(row)

    def _active(self, row: int) -> bool:
        by = self.index.triggers[row]
        s = self.s
        if by is None:
            return not s.elsewhere or self.index.axioms[row].kind not in OF_INDIVIDUALS
        return any(s.classes.get(t) or s.after.get(t) or s.values.get(t) for t in by)

    def _undo(self, kind: str, what: Any) -> None:
        s = self.s
        if kind == "new":
            element, filler, before = what
            del s.elements[element]
            if before is None:
                self.proposals.witnesses.pop(filler, None)
            self.made -= 1
        elif kind == "label":
            element, name = what
            s.classes[name].discard(element)
        elif kind == "pair":
            prop, one, other = what
            if isinstance(prop, tuple):
                prop, one, other = prop[1], other, one
            for table, a, b in ((s.after, one, other), (s.before, other, one)):
                table[prop][a].discard(b)
                if not table[prop][a]:
                    del table[prop][a]
        elif kind == "value":
            prop, element, value = what
            s.values[prop][element].discard(value)
            if not s.values[prop][element]:
                del s.values[prop][element]
        else:
            old, witnesses = what
            for slot in slots_of(Structure):
                setattr(s, slot.name, getattr(old, slot.name))
            self.proposals.witnesses = witnesses


_ELEMENTS = {"new": (0,), "label": (0,), "pair": (1, 2), "value": (1,), "merge": (0, 1)}
"""Kind of act -> which of what it is about are elements."""


def merge(s: Structure, witnesses: dict[Expression, int], kept: int, gone: int) -> list[Term]:
    """Make two elements one; the symbols whose extensions have changed."""
    changed: list[Term] = []
    for name, members in s.classes.items():
        if gone in members:
            members.discard(gone)
            members.add(kept)
            changed.append(name)
    for name in list(s.after):
        pairs = [(a, b) for a, b in s.pairs(name) if gone in (a, b)]
        if pairs:
            changed.append(name)
        for one, other in pairs:
            for table, a, b in ((s.after, one, other), (s.before, other, one)):
                table[name][a].discard(b)
                if not table[name][a]:
                    del table[name][a]
        for one, other in pairs:
            s.add_pair(name, kept if one == gone else one, kept if other == gone else other)
    for name, links in s.values.items():
        if gone in links:
            links.setdefault(kept, set()).update(links.pop(gone))
            changed.append(name)
    for individual, element in s.individuals.items():
        if element == gone:
            s.individuals[individual] = kept
            changed.append(individual)
    if gone in s.named:
        s.named.discard(gone)
        s.named.add(kept)
    for filler, element in witnesses.items():
        if element == gone:
            witnesses[filler] = kept
    del s.elements[gone]
    return changed


def rank(axiom: Axiom) -> int:
    """When an axiom is looked at: facts first, then what asks for new elements, for a choice, for absences."""
    if axiom.kind not in ("SubClassOf", "EquivalentClasses", "DisjointUnion", "ClassAssertion"):
        return 0
    heads = {part for operand in axiom.operands for part in _heads(operand)}
    if axiom.kind == "SubClassOf" and _heads(axiom.operands[0]) & _ABSENT:
        return 3
    if axiom.kind == "EquivalentClasses" and heads & _ABSENT:
        return 3
    return 2 if "ObjectUnionOf" in heads else 1 if heads & _DEMANDING else 0


_ABSENT = frozenset({"ObjectComplementOf", "ObjectAllValuesFrom", "ObjectMaxCardinality", "ObjectExactCardinality",
                     "DataAllValuesFrom", "DataMaxCardinality", "DataExactCardinality", "ObjectOneOf"})  # fmt: skip
_DEMANDING = frozenset({"ObjectSomeValuesFrom", "ObjectMinCardinality", "ObjectExactCardinality"})


def _heads(x: Expression) -> frozenset[str]:
    if not isinstance(x, tuple):
        return frozenset()
    return frozenset([str(x[0])]).union(*(_heads(part) for part in x[1:]))


def start(index: Index) -> Structure:
    """Each individual as an element of its own, with nothing known of it."""
    named = {individual: i for i, individual in enumerate(index.individuals)}
    return Structure(dict.fromkeys(named.values()), individuals=named, definitions=index.definitions)


def proposals_of(index: Index) -> Proposals:
    """What the plans of an ontology depend on; looked up once."""
    known = index.plans.get("proposals")
    if isinstance(known, Proposals):
        return replace(known, witnesses={})
    functional: set[Term] = set()
    ranges: dict[Term, list[Expression]] = defaultdict(list)
    above: dict[Term, list[Term]] = defaultdict(list)
    for axiom in index.axioms.values():
        first = axiom.operands[0]
        if axiom.kind == "FunctionalObjectProperty" and isinstance(first, str):
            functional.add(first)
        elif axiom.kind == "DataPropertyRange":
            ranges[str(first)].append(axiom.operands[1])
        elif axiom.kind == "SubDataPropertyOf":
            above[str(first)].append(str(axiom.operands[1]))
    made = Proposals(frozenset(functional), {d: tuple(_above(d, ranges, above)) for d in {*ranges, *above}})
    index.plans["proposals"] = made
    return replace(made, witnesses={})


def _above(prop: Term, ranges: dict[Term, list[Expression]], above: dict[Term, list[Term]]) -> list[Expression]:
    seen, todo = {prop: None}, [prop]
    while todo:
        fresh = [p for p in above.get(todo.pop(), ()) if p not in seen]
        seen.update(dict.fromkeys(fresh))
        todo += fresh
    return [x for p in seen for x in ranges.get(p, ())]
