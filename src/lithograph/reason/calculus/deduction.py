"""A small forward chainer over the calculus: least-height proofs from a handful of statements, and their check.

Where the engine finds what follows from a whole ontology, this proves it from a few statements; the checker shares
nothing with either but the text of the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from lithograph.core.errors import LithographError
from lithograph.reason.calculus.clauses import Atom, Clause, clauses

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

    Semi-naive by height. Of proofs of the same height the one found first: rules in the order of the calculus,
    statements in their order.
    """
    known = _Known()
    newest = sorted(set(leaves))
    for says in newest:
        known.add(says, "", ())
    while goal not in known.reason and newest and len(known.reason) < LIMIT:
        fresh: dict[Ground, tuple[str, tuple[Ground, ...]]] = {}
        latest: dict[str, list[Ground]] = {}
        for says in newest:
            latest.setdefault(says[0], []).append(says)
        for clause in _usable(frozenset(known.by_predicate)):
            for place, atom in enumerate(clause.body):
                for says in latest.get(atom.predicate, ()):
                    match = _match(clause.name, place)
                    for head, premises in match(says[1], known.by_predicate, known.by_argument):
                        if head not in known.reason and head not in fresh:
                            fresh[head] = (clause.name, premises)
        for says, (rule, premises) in fresh.items():
            known.add(says, rule, premises)
        newest = list(fresh)
    return _tree(known.reason, goal) if goal in known.reason else None


class _Known:
    """Statements with the step that gave each, found by predicate or by one argument."""

    def __init__(self) -> None:
        self.reason: dict[Ground, tuple[str, tuple[Ground, ...]]] = {}
        self.by_predicate: dict[str, dict[Arguments, None]] = {}
        self.by_argument: dict[tuple[str, int, int], list[Arguments]] = {}

    def add(self, says: Ground, rule: str, premises: tuple[Ground, ...]) -> None:
        """Keep a statement."""
        self.reason[says] = rule, premises
        name, arguments = says
        self.by_predicate.setdefault(name, {})[arguments] = None
        for place, number in enumerate(arguments):
            self.by_argument.setdefault((name, place, number), []).append(arguments)


Arguments = tuple[int, ...]
Answers = Iterator[tuple[Ground, tuple[Ground, ...]]]
Match = Callable[[Arguments, Mapping[str, Mapping[Arguments, None]], Mapping[tuple[str, int, int], list[Arguments]]],
                 Answers]  # fmt: skip
"""What a rule gives where one statement stands at one place of its body: heads, each with its premises in order."""


@cache
def _match(name: str, place: int) -> Match:
    """The loops that match a rule from one place of its body, as a function made for them."""
    clause, bound = clauses()[name], set[str]()
    lines = ["def match(given, by_predicate, by_argument):"]

    def say(text: str) -> None:
        lines.append("    " * depth + text)

    def bind(atom: Atom, row: str, otherwise: str) -> None:
        for i, argument in enumerate(atom.arguments):
            if isinstance(argument, int) or argument in bound:
                value = argument if isinstance(argument, int) else f"v_{argument}"
                say(f"if {row}[{i}] != {value}: {otherwise}")
            else:
                bound.add(argument)
                say(f"v_{argument} = {row}[{i}]")

    depth = 1
    bind(clause.body[place], "given", "return")
    rows = {place: "given"}
    for other in _orders()[name, place]:
        atom, rows[other] = clause.body[other], f"row{other}"
        known = [i for i, argument in enumerate(atom.arguments) if argument in bound]
        if known:
            by = f'by_argument.get(("{atom.predicate}", {known[0]}, v_{atom.arguments[known[0]]}), ())'
        else:
            by = f'by_predicate.get("{atom.predicate}", ())'
        say(f"for {rows[other]} in {by}:")
        depth += 1
        bind(atom, rows[other], "continue")
    for one, other_name in clause.unequal:
        say(f"if v_{one} == v_{other_name}: continue" if depth > 1 else f"if v_{one} == v_{other_name}: return")
    head = ", ".join(str(a) if isinstance(a, int) else f"v_{a}" for a in clause.head.arguments)
    premises = ", ".join(f'("{atom.predicate}", {rows[i]})' for i, atom in enumerate(clause.body))
    say(f'yield ("{clause.head.predicate}", ({head},)), ({premises},)')
    scope: dict[str, Match] = {}
    exec("\n".join(lines), {}, scope)  # the text is made of the package's own rules alone
    return scope["match"]


@cache
def _orders() -> Mapping[tuple[str, int], tuple[int, ...]]:
    """For each rule and place the other places of its body, each time the one that shares most with those before."""
    out = {}
    for clause in clauses().values():
        for first in range(len(clause.body)):
            bound = set(clause.body[first].arguments)
            rest, order = [i for i in range(len(clause.body)) if i != first], []
            while rest:
                best = max(rest, key=lambda i: (len(bound & set(clause.body[i].arguments)), -i))
                rest.remove(best)
                order.append(best)
                bound |= set(clause.body[best].arguments)
            out[clause.name, first] = tuple(order)
    return out


@lru_cache(maxsize=4096)
def _usable(predicates: frozenset[str]) -> tuple[Clause, ...]:
    """The rules all of whose premises are at hand."""
    return tuple(c for c in clauses().values() if all(atom.predicate in predicates for atom in c.body))


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


def _tree(reason: Mapping[Ground, tuple[str, tuple[Ground, ...]]], goal: Ground) -> Step:
    made: dict[Ground, Step] = {}

    def build(says: Ground) -> Step:
        if says not in made:
            rule, premises = reason[says]
            made[says] = Step(says, rule, tuple(build(p) for p in premises))
        return made[says]

    return build(goal)


def check(step: Step, is_leaf: Callable[[Ground], bool]) -> None:
    """Re-check every step of a proof by matching its rule, every leaf by what the caller knows; what is shared once.

    Raises BrokenDerivation.
    """
    todo, seen = [step], set[int]()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if not (_follows(node) if node.rule else is_leaf(node.says)):
            raise BrokenDerivation(node)
        todo.extend(node.premises)


def _follows(step: Step) -> bool:
    """Whether a conclusion is its rule's from its premises."""
    clause = clauses().get(step.rule)
    if clause is None or len(clause.body) != len(step.premises):
        return False
    bound: dict[str, int] = {}
    for atom, says in [*zip(clause.body, (p.says for p in step.premises), strict=True), (clause.head, step.says)]:
        fits = atom.predicate == says[0] and len(atom.arguments) == len(says[1])
        more = _unified(atom, says[1], bound) if fits else None
        if more is None:
            return False
        bound = more
    return all(bound[a] != bound[b] for a, b in clause.unequal)


def shortest(leaves: Collection[Ground], groups: Mapping[Ground, int], goal: Ground) -> Step | None:
    """The proof of least height from a minimal set of axioms: none of them can be left out. None where nothing follows.

    groups: leaf -> its axiom's row; leaves without one hold by form and stay. Tried from the highest row down.
    """
    best = derive(leaves, goal)
    tried: set[int] = set()
    while best is not None:
        used = set(best.leaves())
        rows = {groups[leaf] for leaf in used if leaf in groups} - tried
        if not rows:
            return best
        tried.add(max(rows))
        form = {leaf for leaf in leaves if leaf not in groups}
        fewer = form | {leaf for leaf in used if groups.get(leaf) != max(rows)}
        best = derive(fewer, goal) or best
    return None
