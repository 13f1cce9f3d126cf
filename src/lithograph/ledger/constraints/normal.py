"""Normalization: what is left out becomes unknowns, what follows is added, and statements with one key become one.

PROV-CONSTRAINTS, definitions 1–4, inferences 5, 8–11, 13, 14 and 15, and the uniqueness constraints 22–29. The rest of
the inferences adds nothing that could be violated beyond what `order` and `impossible` read off directly:

- 6 (what was generated and used informs) orders only what 34, 37 and 33 order already;
- 7 (an entity is generated and invalidated) and 19, 21 (specialization) are applied in `order`, without statements;
- 12, 16–18, 20 conclude alternates, and no constraint speaks of alternates beyond their types.

The unknowns of an inference are new integers; two that turn out to be the same are bound to each other. Each pass is
linear in the statements, and passes end when nothing more is bound. Knows nothing about events and types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lithograph.ledger.constraints.statements import ELEMENTS, KINDS, Statement
from lithograph.ledger.constraints.verdict import Violation

Term = str | int | None
"""A name or a time, an unknown, or nothing ("-": none, which is equal only to itself)."""

_TIMELESS = frozenset(("entity", "agent"))
_UNIQUE = {"wasGeneratedBy": (24, 1), "wasInvalidatedBy": (25, 1), "wasStartedBy": (26, 2), "wasEndedBy": (27, 2)}
"""Kind -> constraint, and which argument beside the first makes its key."""
_TIMES = {"wasStartedBy": (28, 3, 0), "wasEndedBy": (29, 3, 1)}
"""Kind -> constraint, its time, and the argument of the activity that it must equal."""

DISJOINT = frozenset((
    "used", "wasGeneratedBy", "wasInvalidatedBy", "wasStartedBy", "wasEndedBy", "wasInformedBy", "wasAttributedTo",
    "wasAssociatedWith", "actedOnBehalfOf",
))  # fmt: skip
"""Relations of which no two may share an identifier (constraint 53)."""


class Fact(NamedTuple):
    """A statement, said or inferred, in terms; `said` is the statement that it comes from."""

    kind: str
    id: Term
    args: tuple[Term, ...]
    said: Statement


@dataclass(frozen=True, slots=True)
class Normal:
    """All facts of an instance, and what the unknowns in them are bound to."""

    facts: list[Fact]
    bound: dict[int, Term]
    violations: list[Violation]

    def resolved(self, term: Term) -> Term:
        """What a term stands for in the end."""
        while isinstance(term, int) and term in self.bound:
            term = self.bound[term]
        return term


def normalized(instance: str, statements: Iterable[Statement]) -> Normal:
    """The facts of an instance after inference and unification; statements that are no PROV are reported and left."""
    normal = Normal([], {}, [])
    count = 0

    def fresh() -> int:
        nonlocal count
        count += 1
        return count

    for said in statements:
        if None in said.args[: KINDS[said.kind].required] or (said.id is None and said.kind in ELEMENTS):
            normal.violations.append(Violation(instance, (), "a required argument is missing", (said,)))
            continue
        fact = _expanded(said, fresh)
        normal.facts.append(fact)
        normal.facts.extend(_inferred(fact, fresh))
    _unify(instance, normal)
    return normal


def _expanded(said: Statement, fresh: Callable[[], int]) -> Fact:
    """Definitions 1–4: what is absent is unknown, but for a plan and a derivation's activity, which are then none."""
    if said.kind in _TIMELESS:
        return Fact(said.kind, said.id, (), said)
    if not KINDS[said.kind].identified:
        return Fact(said.kind, None, said.args, said)
    args: tuple[Term, ...] = said.args
    if None in args:
        if said.kind == "wasAssociatedWith":
            args = (args[0], fresh() if args[1] is None else args[1], args[2])
        elif said.kind != "wasDerivedFrom" or args[2] is not None:
            args = tuple([fresh() if arg is None else arg for arg in args])
    return Fact(said.kind, fresh() if said.id is None else said.id, args, said)


def _inferred(fact: Fact, fresh: Callable[[], int]) -> Iterator[Fact]:
    """What follows from one fact alone."""
    kind, _, args, said = fact
    if kind == "activity":  # 8
        yield Fact("wasStartedBy", fresh(), (fact.id, fresh(), fresh(), args[0]), said)
        yield Fact("wasEndedBy", fresh(), (fact.id, fresh(), fresh(), args[1]), said)
    elif kind == "wasInformedBy":  # 5
        between = fresh()
        yield Fact("wasGeneratedBy", fresh(), (between, args[1], fresh()), said)
        yield Fact("used", fresh(), (args[0], between, fresh()), said)
    elif kind in ("wasStartedBy", "wasEndedBy"):  # 9, 10
        yield Fact("wasGeneratedBy", fresh(), (args[1], args[2], fresh()), said)
    elif kind == "wasDerivedFrom" and args[2] is not None:  # 11
        yield Fact("used", args[4], (args[2], args[1], fresh()), said)
        yield Fact("wasGeneratedBy", args[3], (args[0], args[2], fresh()), said)
    elif kind == "wasAttributedTo":  # 13
        yield Fact("wasGeneratedBy", fresh(), (args[0], fresh(), fresh()), said)
    elif kind == "actedOnBehalfOf" and isinstance(args[2], str):  # 14
        yield Fact("wasAssociatedWith", fresh(), (args[2], args[0], fresh()), said)
        yield Fact("wasAssociatedWith", fresh(), (args[2], args[1], fresh()), said)


def _unify(instance: str, normal: Normal) -> None:
    """Bind unknowns until every key has one statement; what cannot be bound is a violation."""
    keyed = [f for f in normal.facts if f.kind not in _TIMELESS and KINDS[f.kind].identified]
    reported: set[tuple[int, Statement, Statement]] = set()
    bound = -1
    while len(normal.bound) != bound:
        bound = len(normal.bound)
        for number, one, other, pairs in _meetings(normal, keyed):
            clash = next((pair for pair in pairs if not _bind(normal, *pair)), None)
            if clash is None or (number, one.said, other.said) in reported:
                continue
            reported.add((number, one.said, other.said))
            problem = f"{clash[0] or '-'} and {clash[1] or '-'} would have to be the same"
            normal.violations.append(Violation(instance, (number,), problem, (one.said, other.said)))


Meeting = tuple[int, Fact, Fact, tuple[tuple[Term, Term], ...]]
"""A constraint, the two facts that share its key, and which terms must then be equal (resolved)."""


def _meetings(normal: Normal, facts: list[Fact]) -> Iterator[Meeting]:
    """Which facts share a key as things are bound now."""
    resolved = normal.resolved
    activities: dict[Term, Fact] = {}
    by_id: dict[tuple[str, Term], Fact] = {}
    unique: dict[tuple[str, Term, Term], Fact] = {}
    influences: dict[str, Fact] = {}
    for fact in facts:
        me = resolved(fact.id)
        first = by_id.setdefault((fact.kind, me), fact)
        if first is not fact:
            number = 22 if fact.kind == "activity" else 23
            yield (
                number,
                first,
                fact,
                tuple([(resolved(a), resolved(b)) for a, b in zip(first.args, fact.args, strict=True)]),
            )
        if fact.kind == "activity":
            activities.setdefault(me, fact)
            continue
        if isinstance(me, str):  # 15: what shares an identifier is one influence
            other = influences.setdefault(me, fact)
            if other.kind != fact.kind and not {other.kind, fact.kind} <= DISJOINT:
                yield (
                    23,
                    other,
                    fact,
                    tuple([(resolved(a), resolved(b)) for a, b in zip(other.args[:2], fact.args[:2], strict=True)]),
                )
        if fact.kind in _UNIQUE:
            number, place = _UNIQUE[fact.kind]
            like = unique.setdefault((fact.kind, resolved(fact.args[0]), resolved(fact.args[place])), fact)
            if like is not fact:
                yield number, like, fact, ((resolved(like.id), resolved(fact.id)),)
    for fact in facts:
        if fact.kind in _TIMES:
            number, place, mine = _TIMES[fact.kind]
            activity = activities.get(resolved(fact.args[0]))
            if activity is not None:
                yield number, activity, fact, ((resolved(activity.args[mine]), resolved(fact.args[place])),)


def _bind(normal: Normal, one: Term, other: Term) -> bool:
    """Make two terms equal, where they are not and can be."""
    one, other = normal.resolved(one), normal.resolved(other)
    if one == other:
        return True
    if isinstance(one, int):
        normal.bound[one] = other
        return True
    if isinstance(other, int):
        normal.bound[other] = one
        return True
    return False
