"""The order of events: constraints 30–49 as a graph; a circle with a strict step in it is a violation.

All generations of an entity are at once (39), and so are its invalidations (40), an activity's starts (31) and its ends
(32). Each such class has one node of its own, which every event of the class precedes and follows; the constraints
hold between these nodes, so the graph grows linearly where the rules speak of pairs. Inferences 7, 19 and 21 are
applied here: an entity is generated and invalidated even where nobody says so, and a chain of specializations passes
its order on. Times are compared only when `clocks` is asked for: PROV-CONSTRAINTS does not compare them, as the
clocks of two hosts may differ. Knows nothing about types and identifiers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import pairwise

from lithograph.ledger.constraints.circles import strict_circles
from lithograph.ledger.constraints.normal import Fact, Normal, Term
from lithograph.ledger.constraints.statements import Statement, moment
from lithograph.ledger.constraints.verdict import Violation

Node = tuple[Hashable, ...]

_CLOCK = 0
"""The number of a step that no constraint asks for, but the times that were said."""

_EVENTS = {  # kind -> (what the event is, the class it belongs to, constraint of the class, place of its time)
    "wasGeneratedBy": ("generation", "generation", 39, 2),
    "wasInvalidatedBy": ("invalidation", "invalidation", 40, 2),
    "wasStartedBy": ("start", "start", 31, 3),
    "wasEndedBy": ("end", "end", 32, 3),
    "used": ("usage", "", 0, 2),
}
_MANY = frozenset((31, 32, 39, 40))
"""The constraints that make many events of one class one moment."""


class _Events:
    """The graph as it grows: nodes by what they are, edges in the order in which they were said."""

    def __init__(self) -> None:
        self.numbers: dict[Node, int] = {}
        self.names: list[Node] = []
        self.leaving: list[list[int]] = []
        self.targets: list[int] = []
        self.sources: list[int] = []
        self.reasons: list[int] = []
        self.strict: list[bool] = []
        self.said: list[Statement | None] = []

    def node(self, name: Node) -> int:
        number = self.numbers.get(name)
        if number is None:
            number = self.numbers[name] = len(self.names)
            self.names.append(name)
            self.leaving.append([])
        return number

    def edge(self, one: Node, other: Node, reason: int, said: Statement | None, strict: bool = False) -> None:
        source = self.node(one)
        self.leaving[source].append(len(self.targets))
        self.targets.append(self.node(other))
        self.sources.append(source)
        self.reasons.append(reason)
        self.strict.append(strict)
        self.said.append(said)


class _Known:
    """What has a generation, an invalidation, a start, an end: only between such the constraints hold."""

    def __init__(self, normal: Normal) -> None:
        resolved = normal.resolved
        self.general: defaultdict[Term, list[tuple[Term, Statement]]] = defaultdict(list)
        entities: dict[Term, None] = {}
        has: dict[str, set[Term]] = {name: set() for name in ("generation", "invalidation", "start", "end")}
        for fact in normal.facts:
            if fact.kind == "entity":
                entities[fact.id] = None
            elif fact.kind in ("specializationOf", "mentionOf"):
                self.general[fact.args[1]].append((fact.args[0], fact.said))
            elif fact.kind in _EVENTS and fact.kind != "used":
                has[_EVENTS[fact.kind][1]].add(resolved(fact.args[0]))
        has["generation"].update(self.below(entities))
        has["invalidation"].update(self.below(entities))
        self.has = has

    def below(self, entities: Iterable[Term]) -> dict[Term, None]:
        """The entities and all that specialize them (inference 21)."""
        found = dict.fromkeys(entities)
        waiting = list(found) if self.general else []
        while waiting:
            for specific, _ in self.general.get(waiting.pop(), ()):
                if specific not in found:
                    found[specific] = None
                    waiting.append(specific)
        return found


def order_violations(instance: str, normal: Normal, clocks: bool) -> list[Violation]:
    """The circles of events, one for each set of events that cannot be put in order."""
    events, known = _Events(), _Known(normal)
    for fact in normal.facts:
        if fact.kind in _EVENTS:
            _event(events, known, normal, fact)
        elif fact.kind in _RELATED:
            _relation(events, known, normal, fact)
    _specializations(events, known)
    for name in list(events.names):
        if name[0] == "invalidation" and len(name) == 2 and name[1] in known.has["generation"]:
            events.edge(("generation", name[1]), name, 36, None)
        elif name[0] == "end" and len(name) == 2 and name[1] in known.has["start"]:
            events.edge(("start", name[1]), name, 30, None)
    if clocks:
        _clocks(events, normal)
    return [
        _violation(instance, events, circle) for circle in strict_circles(events.leaving, events.targets, events.strict)
    ]


def _event(events: _Events, known: _Known, normal: Normal, fact: Fact) -> None:
    """An event in its class, and against the lives of the activity and the entity that it is about."""
    what, many, number, _ = _EVENTS[fact.kind]
    args = [normal.resolved(arg) for arg in fact.args]
    me: Node = (what, args[0], normal.resolved(fact.id))
    said = fact.said
    if many:
        events.edge(me, (many, args[0]), number, said)
        events.edge((many, args[0]), me, number, said)
    if fact.kind == "used":
        _within(events, known, me, args[0], 33, said)
        _alive(events, known, me, args[1], (37, 38), said)
    elif fact.kind == "wasGeneratedBy":
        _within(events, known, me, args[1], 34, said)
    elif fact.kind == "wasStartedBy":
        _alive(events, known, me, args[1], (43, 43), said)
    elif fact.kind == "wasEndedBy":
        _alive(events, known, me, args[1], (44, 44), said)


def _within(events: _Events, known: _Known, me: Node, activity: Term, number: int, said: Statement) -> None:
    _step(events, known, ("start", activity), me, number, said)
    _step(events, known, me, ("end", activity), number, said)


def _alive(events: _Events, known: _Known, me: Node, entity: Term, numbers: tuple[int, int], said: Statement) -> None:
    _step(events, known, ("generation", entity), me, numbers[0], said)
    _step(events, known, me, ("invalidation", entity), numbers[1], said)


def _step(
    events: _Events, known: _Known, one: Node, other: Node, number: int, said: Statement, strict: bool = False
) -> None:
    """An edge, where both of its ends are known to be; a node of two parts is a class of events."""
    for node in (one, other):
        if len(node) == 2 and node[1] not in known.has[str(node[0])]:
            return
    events.edge(one, other, number, said, strict)


_RELATED = {  # kind -> (first event, whose, second event, whose, constraint, strict); whose: a place in the arguments
    "wasInformedBy": (("start", 1, "end", 0, 35, False),),
    "wasDerivedFrom": (("generation", 1, "generation", 0, 42, True),),
    "wasAssociatedWith": (
        ("start", 0, "invalidation", 1, 47, False),
        ("generation", 1, "end", 0, 47, False),
        ("start", 0, "end", 1, 47, False),
        ("start", 1, "end", 0, 47, False),
    ),
    "wasAttributedTo": (("generation", 1, "generation", 0, 48, False), ("start", 1, "generation", 0, 48, False)),
    "actedOnBehalfOf": (("generation", 1, "invalidation", 0, 49, False), ("start", 1, "end", 0, 49, False)),
}


def _relation(events: _Events, known: _Known, normal: Normal, fact: Fact) -> None:
    """What a relation between two things says about the events of both."""
    args = [normal.resolved(arg) for arg in fact.args]
    for first, whose, second, of, number, strict in _RELATED[fact.kind]:
        _step(events, known, (first, args[whose]), (second, args[of]), number, fact.said, strict)
    if fact.kind == "wasDerivedFrom" and args[2] is not None:
        events.edge(("usage", args[2], args[4]), ("generation", args[0], args[3]), 41, fact.said)


def _specializations(events: _Events, known: _Known) -> None:
    """The general is generated before and invalidated after; a node of its own hands that down a chain (19, 45, 46)."""
    for general, below in known.general.items():
        for specific, said in below:
            for which, number in (("generation", 45), ("invalidation", 46)):
                down, up = (f"{which} above", specific), (f"{which} above", general)
                if which == "generation":
                    events.edge(up, down, number, said)
                    _step_known(events, known, (which, general), up, number, said)
                    _step_known(events, known, down, (which, specific), number, said)
                else:
                    events.edge(down, up, number, said)
                    _step_known(events, known, (which, specific), down, number, said)
                    _step_known(events, known, up, (which, general), number, said)


def _step_known(events: _Events, known: _Known, one: Node, other: Node, number: int, said: Statement) -> None:
    real = next(node for node in (one, other) if str(node[0]) in known.has)
    if real[1] in known.has[str(real[0])]:
        events.edge(one, other, number, said)


def _clocks(events: _Events, normal: Normal) -> None:
    """Every event that has a time is at that time, and times follow each other."""
    seen = {}
    for fact in normal.facts:
        if fact.kind not in _EVENTS:
            continue
        what, _, _, place = _EVENTS[fact.kind]
        time = normal.resolved(fact.args[place])
        when = moment(time) if isinstance(time, str) else None
        if when is not None:
            seen[when] = ("clock", when.isoformat())
            me: Node = (what, normal.resolved(fact.args[0]), normal.resolved(fact.id))
            events.edge(me, seen[when], _CLOCK, fact.said)
            events.edge(seen[when], me, _CLOCK, fact.said)
    row = [seen[when] for when in sorted(seen)]
    for one, other in pairwise(row):
        events.edge(one, other, _CLOCK, None, strict=True)


def _violation(instance: str, events: _Events, circle: list[int]) -> Violation:
    """A circle in words: the events in order, and the constraints of its steps.

    From an event to its class and on by another constraint is a step of that constraint alone; only from one event to
    another of the same class is a step of 31, 32, 39 or 40.
    """
    steps: list[tuple[str, str]] = []
    for edge in circle:
        name = _called(events.names[events.sources[edge]])
        if not steps or steps[-1][0] != name:
            steps.append((name, "<" if events.strict[edge] else "≤"))
        elif events.strict[edge]:
            steps[-1] = (name, "<")
    reasons = [events.reasons[edge] for edge in circle]
    way = " ".join(f"{name} {sign}" for name, sign in steps) + f" {steps[0][0]}"
    numbers = sorted({n for n, after in pairwise([*reasons, reasons[0]]) if n not in _MANY or n == after} - {_CLOCK})
    clocks = " by the clocks" if any(events.reasons[edge] == _CLOCK for edge in circle) else ""
    said = tuple(dict.fromkeys(s for edge in circle if (s := events.said[edge]) is not None))
    return Violation(instance, tuple(numbers), f"these events have no order{clocks} ({way})", said)


def _called(name: Node) -> str:
    what, of = str(name[0]).removesuffix(" above"), name[1]
    if what == "clock":
        return str(of)
    return f"{what} of {of}" if isinstance(of, str) else f"{what} of something"
