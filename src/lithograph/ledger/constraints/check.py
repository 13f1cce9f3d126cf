"""The check of a whole document: each instance by itself (PROV-CONSTRAINTS, section 7). Knows nothing about files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lithograph.ledger.constraints.circles import strict_circles
from lithograph.ledger.constraints.normal import DISJOINT, Normal, Term, normalized
from lithograph.ledger.constraints.order import order_violations
from lithograph.ledger.constraints.statements import ELEMENTS, EMPTY_COLLECTION, KINDS, Statement
from lithograph.ledger.constraints.verdict import Verdict, Violation

TOPLEVEL = "toplevel"


def check(instances: Mapping[str, Sequence[Statement]], *, clocks: bool = False) -> Verdict:
    """Whether every instance (the toplevel one and each bundle) is valid.

    With `clocks`, times take part in the order of events. That is more than PROV-CONSTRAINTS asks for, and is right
    where one clock gave all of them.
    """
    found: list[Violation] = []
    for name, statements in instances.items():
        normal = normalized(name, statements)
        found += normal.violations
        found += sorted(order_violations(name, normal, clocks), key=lambda v: v.constraints)
        found += _typing(name, normal)
        found += _overlaps(name, normal)
        found += _impossible(name, statements)
    return Verdict(tuple(found), len(instances), sum(map(len, instances.values())))


def _typing(instance: str, normal: Normal) -> Iterator[Violation]:
    """Constraints 50 and 55: what a position makes of a thing, and that nothing is an entity and an activity."""
    typed: dict[str, dict[Term, Statement]] = {"entity": {}, "activity": {}}
    for fact in normal.facts:
        if fact.kind in typed:
            typed[fact.kind].setdefault(fact.id, fact.said)
        for type_, arg in zip(KINDS[fact.kind].types, fact.args, strict=False):
            if type_ in typed:
                term = normal.resolved(arg)
                if term is not None:
                    typed[type_].setdefault(term, fact.said)
    entities, activities = typed["entity"], typed["activity"]
    for term in [t for t in entities if t in activities]:
        said = (entities[term], activities[term])
        name = term if isinstance(term, str) else "something"
        yield Violation(instance, (50, 55), f"{name} is an entity and an activity", said)


def _impossible(instance: str, statements: Sequence[Statement]) -> Iterator[Violation]:
    """Constraints 51, 52 and 56, and that a thing is mentioned of one thing in one bundle (PROV-LINKS)."""
    yield from _circular(instance, [s for s in statements if s.kind in ("specializationOf", "mentionOf")])
    yield from _empty(instance, statements)
    mentions: dict[str | None, Statement] = {}
    for said in statements:
        if said.kind == "wasDerivedFrom" and said.args[2] is None and (said.args[3] or said.args[4]):
            problem = "a generation or usage without the activity between them"
            yield Violation(instance, (51,), problem, (said,))
        elif said.kind == "mentionOf" and None not in said.args:
            first = mentions.setdefault(said.args[0], said)
            if first.args != said.args:
                problem = f"{said.args[0]} is mentioned of two things (PROV-LINKS, unique-mention)"
                yield Violation(instance, (), problem, (first, said))


def _overlaps(instance: str, normal: Normal) -> Iterator[Violation]:
    """Constraints 53 and 54: an identifier is that of one kind of relation, and of no thing besides.

    That of a derivation's generation or usage too: it identifies the statement that is inferred (11).
    """
    kinds: defaultdict[str, dict[str, Statement]] = defaultdict(dict)
    things: dict[str, Statement] = {}
    for fact in normal.facts:
        name = normal.resolved(fact.id)
        if not isinstance(name, str):
            continue
        if fact.kind in ELEMENTS:
            things.setdefault(name, fact.said)
        else:
            kinds[name].setdefault(fact.kind, fact.said)
    for name, by_kind in kinds.items():
        relations = [said for kind, said in by_kind.items() if kind in DISJOINT]
        if len(relations) > 1:
            yield Violation(instance, (53,), f"{name} identifies two kinds of statement", tuple(relations))
        if name in things:
            both = (things[name], next(iter(by_kind.values())))
            yield Violation(instance, (54,), f"{name} is a thing and a statement", both)


def _circular(instance: str, said: list[Statement]) -> Iterator[Violation]:
    """Constraint 52 with inference 19: nothing specializes itself, directly or by others."""
    edges = [s for s in said if None not in s.args]
    numbers: dict[str | None, int] = {}
    leaving: list[list[int]] = []
    for place, statement in enumerate(edges):
        for name in statement.args[:2]:
            if name not in numbers:
                numbers[name] = len(leaving)
                leaving.append([])
        leaving[numbers[statement.args[0]]].append(place)
    targets = [numbers[s.args[1]] for s in edges]
    for circle in strict_circles(leaving, targets, [True] * len(edges)):
        around = tuple(edges[e] for e in circle)
        yield Violation(instance, (52,), f"{around[0].args[0]} would specialize itself", around)


def _empty(instance: str, statements: Sequence[Statement]) -> Iterator[Violation]:
    """Constraint 56, with inference 21: what specializes an empty collection is one too."""
    empty = {s.id: s for s in statements if s.kind == "entity" and EMPTY_COLLECTION in s.types}
    if not empty:
        return
    general: defaultdict[str | None, list[str | None]] = defaultdict(list)
    for said in statements:
        if said.kind in ("specializationOf", "mentionOf"):
            general[said.args[1]].append(said.args[0])
    waiting = list(empty)
    while waiting:
        one = waiting.pop()
        for specific in general[one]:
            if specific not in empty:
                empty[specific] = empty[one]
                waiting.append(specific)
    for said in statements:
        if said.kind == "hadMember" and said.args[0] in empty:
            yield Violation(
                instance, (50, 56), f"{said.args[0]} is empty and has a member", (empty[said.args[0]], said)
            )
