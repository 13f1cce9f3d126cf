"""A small forward chainer over the calculus: least-height proofs from a handful of statements, and their check.

Where the engine finds what follows from a whole ontology, this proves it from a few statements; the checker shares
nothing with either but the text of the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lithograph.core.errors import LithographError
from lithograph.reason.clauses import Atom, Clause, clauses

Ground = tuple[str, tuple[int, ...]]
"""A statement in numbers: predicate, arguments."""

LIMIT = 20_000
"""A proof from a handful of statements never needs more conclusions than so many."""


@dataclass(frozen=True, slots=True)
class Step:
    """A node of a proof in numbers; `rule` is empty on a leaf."""

    says: Ground
    rule: str
    premises: tuple[Step, ...]

    def leaves(self) -> Iterator[Ground]:
        """The statements at the leaves, in order, repeats too."""
        if not self.rule:
            yield self.says
        for premise in self.premises:
            yield from premise.leaves()

    @property
    def height(self) -> int:
        """0 on a leaf."""
        return 1 + max(p.height for p in self.premises) if self.premises else 0


class BrokenDerivation(LithographError):
    """A step that does not follow from its premises: our own defect, and nothing is printed from it."""

    def __init__(self, step: Step) -> None:
        super().__init__(f"{step.says[0]}{step.says[1]}", f"does not follow by the rule '{step.rule}'",
                         cure="Please report this.")  # fmt: skip


def derive(leaves: Collection[Ground], goal: Ground) -> Step | None:
    """The proof of least height of a goal from some statements, None where they do not yield it.

    Of proofs of the same height the one found first: rules in the order of the calculus, statements in their order.
    """
    facts: dict[str, dict[tuple[int, ...], None]] = {}
    reason: dict[Ground, tuple[str, tuple[Ground, ...]]] = {}
    for name, arguments in sorted(leaves):
        facts.setdefault(name, {})[arguments] = None
        reason[name, arguments] = ("", ())
    newest: set[str] = set(facts)
    while goal not in reason and newest and len(reason) < LIMIT:
        fresh: dict[Ground, tuple[str, tuple[Ground, ...]]] = {}
        for clause in _usable(frozenset(facts)):
            if newest.isdisjoint({atom.predicate for atom in clause.body}):
                continue
            for bound, premises in _answers(clause, facts):
                says = _ground(clause.head, bound)
                if says not in reason and says not in fresh:
                    fresh[says] = (clause.name, premises)
        newest = {name for name, _ in fresh}
        for says, why in fresh.items():
            reason[says] = why
            facts.setdefault(says[0], {})[says[1]] = None
    return _tree(reason, goal) if goal in reason else None


@lru_cache(maxsize=4096)
def _usable(predicates: frozenset[str]) -> tuple[Clause, ...]:
    """The rules all of whose premises are at hand."""
    return tuple(c for c in clauses().values() if all(atom.predicate in predicates for atom in c.body))


def _answers(
    clause: Clause, facts: Mapping[str, Mapping[tuple[int, ...], None]]
) -> Iterator[tuple[dict[str, int], tuple[Ground, ...]]]:
    """Every way of matching a rule's body: depth first, in the order of the facts."""
    stack: list[tuple[int, dict[str, int], tuple[Ground, ...]]] = [(0, {}, ())]
    while stack:
        place, bound, premises = stack.pop()
        if place == len(clause.body):
            if all(bound[a] != bound[b] for a, b in clause.unequal):
                yield bound, premises
            continue
        atom = clause.body[place]
        found = []
        for arguments in facts[atom.predicate]:
            more = _unified(atom, arguments, bound)
            if more is not None:
                found.append((place + 1, more, (*premises, (atom.predicate, arguments))))
        stack.extend(reversed(found))


def _unified(atom: Atom, arguments: tuple[int, ...], bound: dict[str, int]) -> dict[str, int] | None:
    more = bound
    for name, number in zip(atom.arguments, arguments, strict=True):
        if isinstance(name, int):
            if name != number:
                return None
        elif name in more:
            if more[name] != number:
                return None
        else:
            more = {**more, name: number}
    return more


def _ground(atom: Atom, bound: Mapping[str, int]) -> Ground:
    return atom.predicate, tuple(a if isinstance(a, int) else bound[a] for a in atom.arguments)


def _tree(reason: Mapping[Ground, tuple[str, tuple[Ground, ...]]], goal: Ground) -> Step:
    made: dict[Ground, Step] = {}

    def build(says: Ground) -> Step:
        if says not in made:
            rule, premises = reason[says]
            made[says] = Step(says, rule, tuple(build(p) for p in premises))
        return made[says]

    return build(goal)


def check(step: Step, is_leaf: Callable[[Ground], bool]) -> None:
    """Re-check every step of a proof by matching its rule; every leaf by what the caller knows. Raises BrokenDerivation."""
    if not step.rule:
        if not is_leaf(step.says):
            raise BrokenDerivation(step)
        return
    clause = clauses().get(step.rule)
    if clause is None or len(clause.body) != len(step.premises):
        raise BrokenDerivation(step)
    bound: dict[str, int] | None = {}
    for atom, says in [*zip(clause.body, (p.says for p in step.premises), strict=True), (clause.head, step.says)]:
        fits = atom.predicate == says[0] and len(atom.arguments) == len(says[1])
        bound = _unified(atom, says[1], bound) if fits and bound is not None else None
        if bound is None:
            raise BrokenDerivation(step)
    if any(bound[a] == bound[b] for a, b in clause.unequal):
        raise BrokenDerivation(step)
    for premise in step.premises:
        check(premise, is_leaf)


def minimal(leaves: Sequence[Ground], groups: Mapping[Ground, int], goal: Ground) -> tuple[Ground, ...]:
    """Leaves from which the goal still follows when no group of them (those of one axiom) can be left out.

    groups: leaf -> its axiom; leaves without one hold by form and stay. Axioms are tried from the highest row down.
    """
    kept = list(leaves)
    for row in sorted(set(groups.values()), reverse=True):
        fewer = [leaf for leaf in kept if groups.get(leaf) != row]
        if derive(fewer, goal) is not None:
            kept = fewer
    return tuple(kept)
