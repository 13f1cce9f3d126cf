"""PROV-CONSTRAINTS as the Recommendation writes it: rules as text, applied by brute force to small instances.

A second opinion on `lithograph.ledger.constraints`, which shares nothing with it but the statements. Facts are matched
with the rules one by one, inferences add facts with new unknowns unless what they say is there already, equations
replace an unknown everywhere, and the order of events is closed by going through all triples. The cost is that of a
high power of the number of statements.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from lithograph.ledger.constraints.statements import KINDS, Statement

Fact = tuple[object, ...]  # (kind, id, argument, …); an unknown is an int, a left-out plan "-"
Binding = dict[str, object]

INFERENCES = """
wasInformedBy(id,a2,a1) => wasGeneratedBy(gen,e,a1,t1) used(use,a2,e,t2)
wasGeneratedBy(gen,e,a1,t1) used(use,a2,e,t2) => wasInformedBy(id,a2,a1)
entity(e) => wasGeneratedBy(gen,e,a1,t1)
entity(e) => wasInvalidatedBy(inv,e,a2,t2)
activity(a,t1,t2) => wasStartedBy(start,a,e1,a1,t1)
activity(a,t1,t2) => wasEndedBy(end,a,e2,a2,t2)
wasStartedBy(id,a,e1,a1,t) => wasGeneratedBy(gen,e1,a1,t1)
wasEndedBy(id,a,e1,a1,t) => wasGeneratedBy(gen,e1,a1,t1)
wasDerivedFrom(id,e2,e1,a!,gen2!,use1!) => used(use1,a,e1,t1) wasGeneratedBy(gen2,e2,a,t2)
wasAttributedTo(att,e,ag) => wasGeneratedBy(gen,e,a,t) wasAssociatedWith(assoc,a,ag,pl)
actedOnBehalfOf(id,ag1,ag2,a) => wasAssociatedWith(id1,a,ag1,pl1)
actedOnBehalfOf(id,ag1,ag2,a) => wasAssociatedWith(id2,a,ag2,pl2)
wasGeneratedBy(id,e,a,t) => wasInfluencedBy(id,e,a)
used(id,a,e,t) => wasInfluencedBy(id,a,e)
wasInformedBy(id,a2,a1) => wasInfluencedBy(id,a2,a1)
wasStartedBy(id,a2,e,a1,t) => wasInfluencedBy(id,a2,e)
wasEndedBy(id,a2,e,a1,t) => wasInfluencedBy(id,a2,e)
wasInvalidatedBy(id,e,a,t) => wasInfluencedBy(id,e,a)
wasDerivedFrom(id,e2,e1,a,g,u) => wasInfluencedBy(id,e2,e1)
wasAttributedTo(id,e,ag) => wasInfluencedBy(id,e,ag)
wasAssociatedWith(id,a,ag,pl) => wasInfluencedBy(id,a,ag)
actedOnBehalfOf(id,ag2,ag1,a) => wasInfluencedBy(id,ag2,ag1)
specializationOf(e1,e2) specializationOf(e2,e3) => specializationOf(e1,e3)
entity(e1) specializationOf(e2,e1) => entity(e2)
"""
EQUATIONS = """
wasGeneratedBy(x,e,a,t1) wasGeneratedBy(y,e,a,t2) => x = y
wasInvalidatedBy(x,e,a,t1) wasInvalidatedBy(y,e,a,t2) => x = y
wasStartedBy(x,a,e1,a0,t1) wasStartedBy(y,a,e2,a0,t2) => x = y
wasEndedBy(x,a,e1,a0,t1) wasEndedBy(y,a,e2,a0,t2) => x = y
activity(a2,x,t2) wasStartedBy(start,a2,e,a1,y) => x = y
activity(a2,t1,x) wasEndedBy(end,a2,e,a1,y) => x = y
"""
ORDER = """
wasStartedBy(x,a,e1,a1,t1) wasEndedBy(y,a,e2,a2,t2) => x <= y
wasStartedBy(x,a,e1,a1,t1) wasStartedBy(y,a,e2,a2,t2) => x <= y
wasEndedBy(x,a,e1,a1,t1) wasEndedBy(y,a,e2,a2,t2) => x <= y
wasStartedBy(x,a,e1,a1,t1) used(y,a,e2,t2) => x <= y
used(x,a,e1,t1) wasEndedBy(y,a,e2,a2,t2) => x <= y
wasStartedBy(x,a,e1,a1,t1) wasGeneratedBy(y,e2,a,t2) => x <= y
wasGeneratedBy(x,e,a,t) wasEndedBy(y,a,e1,a1,t1) => x <= y
wasInformedBy(id,a2,a1) wasStartedBy(x,a1,e1,b1,t1) wasEndedBy(y,a2,e2,b2,t2) => x <= y
wasGeneratedBy(x,e,a1,t1) wasInvalidatedBy(y,e,a2,t2) => x <= y
wasGeneratedBy(x,e,a1,t1) used(y,a2,e,t2) => x <= y
used(x,a1,e,t1) wasInvalidatedBy(y,e,a2,t2) => x <= y
wasGeneratedBy(x,e,a1,t1) wasGeneratedBy(y,e,a2,t2) => x <= y
wasInvalidatedBy(x,e,a1,t1) wasInvalidatedBy(y,e,a2,t2) => x <= y
wasDerivedFrom(d,e2,e1,a!,y!,x!) => x <= y
wasDerivedFrom(d,e2,e1,a,g,u) wasGeneratedBy(x,e1,a1,t1) wasGeneratedBy(y,e2,a2,t2) => x < y
wasGeneratedBy(x,e,a1,t1) wasStartedBy(y,a,e,a2,t2) => x <= y
wasStartedBy(x,a,e,a1,t1) wasInvalidatedBy(y,e,a2,t2) => x <= y
wasGeneratedBy(x,e,a1,t1) wasEndedBy(y,a,e,a2,t2) => x <= y
wasEndedBy(x,a,e,a1,t1) wasInvalidatedBy(y,e,a2,t2) => x <= y
specializationOf(e2,e1) wasGeneratedBy(x,e1,a1,t1) wasGeneratedBy(y,e2,a2,t2) => x <= y
specializationOf(e1,e2) wasInvalidatedBy(x,e1,a1,t1) wasInvalidatedBy(y,e2,a2,t2) => x <= y
wasAssociatedWith(s,a,ag,pl) wasStartedBy(x,a,e1,a1,t1) wasInvalidatedBy(y,ag,a2,t2) => x <= y
wasAssociatedWith(s,a,ag,pl) wasGeneratedBy(x,ag,a1,t1) wasEndedBy(y,a,e2,a2,t2) => x <= y
wasAssociatedWith(s,a,ag,pl) wasStartedBy(x,a,e1,a1,t1) wasEndedBy(y,ag,e2,a2,t2) => x <= y
wasAssociatedWith(s,a,ag,pl) wasStartedBy(x,ag,e1,a1,t1) wasEndedBy(y,a,e2,a2,t2) => x <= y
wasAttributedTo(att,e,ag) wasGeneratedBy(x,ag,a1,t1) wasGeneratedBy(y,e,a2,t2) => x <= y
wasAttributedTo(att,e,ag) wasStartedBy(x,ag,e1,a1,t1) wasGeneratedBy(y,e,a2,t2) => x <= y
actedOnBehalfOf(del,ag2,ag1,a) wasGeneratedBy(x,ag1,a1,t1) wasInvalidatedBy(y,ag2,a2,t2) => x <= y
actedOnBehalfOf(del,ag2,ag1,a) wasStartedBy(x,ag1,e1,a1,t1) wasEndedBy(y,ag2,e2,a2,t2) => x <= y
"""
IMPOSSIBLE = """
wasDerivedFrom(id,e2,e1,-,g!,u)
wasDerivedFrom(id,e2,e1,-,g,u!)
specializationOf(e,e)
"""
_PROPERTIES = {
    "used", "wasGeneratedBy", "wasInvalidatedBy", "wasStartedBy", "wasEndedBy", "wasInformedBy", "wasAttributedTo",
    "wasAssociatedWith", "actedOnBehalfOf",
}  # fmt: skip
_UNNAMED = ("specializationOf", "alternateOf", "hadMember", "mentionOf")


def valid_by_hand(statements: Iterable[Statement]) -> bool:
    """Whether an instance without missing required arguments is valid."""
    instance = _Instance(statements)
    if not instance.normalize():
        return False
    return instance.in_order() and instance.possible()


class _Instance:
    def __init__(self, statements: Iterable[Statement]) -> None:
        self.unknowns = itertools.count(1)
        self.facts: list[Fact] = []
        for said in statements:
            if said.kind in _UNNAMED:
                self.add((said.kind, "-", *said.args))
                continue
            none = {"wasAssociatedWith": {2}, "wasDerivedFrom": {2, 3, 4} if said.args[2:3] == (None,) else set()}
            bare = none.get(said.kind, set())
            args = [
                arg if arg is not None else "-" if place in bare else next(self.unknowns)
                for place, arg in enumerate(said.args)
            ]
            self.add((said.kind, said.id if said.id is not None else next(self.unknowns), *args))

    def add(self, fact: Fact) -> None:
        if fact not in self.facts:
            self.facts.append(fact)

    def normalize(self) -> bool:
        """Inferences and equations until nothing changes; False where two names would have to be one."""
        while True:
            equal = self._equation()
            if equal is None and not self._infer():
                return True
            if equal is not None and not self._replace(*equal):
                return False

    def _equation(self) -> tuple[object, object] | None:
        for one, other in itertools.combinations(self.facts, 2):
            if one[0] == other[0] and one[0] not in _UNNAMED and one[1] == other[1]:
                for x, y in zip(one[2:], other[2:], strict=True):
                    if x != y:
                        return x, y
        for hypotheses, conclusion in _rules(EQUATIONS):
            for bound in _matches(hypotheses, self.facts):
                x, y = (bound[name] for name in conclusion.split(" = "))
                if x != y:
                    return x, y
        return None

    def _replace(self, one: object, other: object) -> bool:
        if not isinstance(one, int):
            one, other = other, one
        if not isinstance(one, int):
            return False
        old, self.facts = self.facts, []
        for fact in old:
            self.add(tuple(other if term == one and isinstance(term, int) else term for term in fact))
        return True

    def _infer(self) -> bool:
        for hypotheses, conclusion in _rules(INFERENCES):
            goals = _atoms(conclusion)
            for bound in _matches(hypotheses, self.facts):
                if next(_matches(goals, self.facts, bound), None) is None:
                    full = dict(bound)
                    for kind, *names in goals:
                        terms = [full.setdefault(n, "-" if n == "-" else next(self.unknowns)) for n in names]
                        self.add((kind, *terms))
                    return True
        return False

    def in_order(self) -> bool:
        steps: dict[tuple[object, object], bool] = {}  # -> strictly
        for hypotheses, conclusion in _rules(ORDER):
            x, sign, y = conclusion.split()
            for bound in _matches(hypotheses, self.facts):
                pair = bound[x], bound[y]
                steps[pair] = steps.get(pair, False) or sign == "<"
        events = list({event for pair in steps for event in pair})
        for middle, first, last in itertools.product(events, repeat=3):
            if (first, middle) in steps and (middle, last) in steps:
                strictly = steps[first, middle] or steps[middle, last]
                steps[first, last] = steps.get((first, last), False) or strictly
        return not any(strictly for (x, y), strictly in steps.items() if x == y)

    def possible(self) -> bool:
        if any(next(_matches(_atoms(line), self.facts), None) for line in IMPOSSIBLE.strip().splitlines()):
            return False
        types: dict[object, set[str]] = {}
        named: dict[object, set[str]] = {}
        for kind, id_, *args in self.facts:
            if kind in ("entity", "activity"):
                types.setdefault(id_, set()).add(str(kind))
            if kind not in _UNNAMED:
                named.setdefault(id_, set()).add(str(kind))
            for type_, arg in zip(KINDS[str(kind)].types, args, strict=True):
                if arg != "-":
                    types.setdefault(arg, set()).add(type_)
        for kinds in named.values():
            if len(kinds & _PROPERTIES) > 1 or len(kinds - {"entity", "activity", "agent"}) not in (0, len(kinds)):
                return False
        return not any({"entity", "activity"} <= kinds for kinds in types.values())


def _rules(text: str) -> Iterator[tuple[list[list[str]], str]]:
    for line in text.strip().splitlines():
        hypotheses, conclusion = line.split(" => ")
        yield _atoms(hypotheses), conclusion


def _atoms(text: str) -> list[list[str]]:
    """`kind(id,a,b)` as [kind, id, a, b]; relations without identifiers have "-" in its place."""
    found = []
    for kind, inside in re.findall(r"(\w+)\(([^)]*)\)", text):
        names = inside.split(",")
        found.append([kind, *(["-", *names] if kind in _UNNAMED else names)])
    return found


def _matches(atoms: list[list[str]], facts: list[Fact], bound: Binding | None = None) -> Iterator[Binding]:
    """All ways of filling the names of some atoms; `x!` is filled by anything but "-", and "-" by that alone."""
    bound = bound or {}
    if not atoms:
        yield bound
        return
    kind, *names = atoms[0]
    for fact in facts:
        if fact[0] != kind:
            continue
        now = dict(bound)
        for name, term in zip(names, fact[1:], strict=True):
            plain = name.rstrip("!")
            if (name != plain or name == "-") and (term == "-") != (name == "-"):
                break
            if plain != "-" and now.setdefault(plain, term) != term:
                break
        else:
            yield from _matches(atoms[1:], facts, now)
