"""An ontology as a program of the calculus: its statements in tables of numbers. Knows nothing about the engine.

Numbers: 0 owl:Thing, 1 owl:Nothing, then the terms of the ontology as classes, properties and datatypes, then the same
terms as individuals and literals (one IRI can be both, and is two things), then the compound expressions as they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.axioms import Expression, Ontology
from lithograph.ontology.graph import Ints
from lithograph.ontology.terms import is_iri
from lithograph.reason.calculus.statements import (
    AND,
    NOTHING,
    ONE,
    THING,
    below,
    cells,
    falls,
    meet,
    one,
    rises,
)
from lithograph.reason.calculus.values import Statement, is_data_range

ARITY: dict[str, int] = {
    "told": 2, "disjoint": 2, "apart": 2, "fact": 3, "not_fact": 3, "told_role": 2, "told_domain": 2, "told_range": 2,
    "told_chain": 3, "told_inverse": 2, "functional": 1, "inverse_functional": 1, "reflexive": 1, "irreflexive": 1,
    "asymmetric": 1, "disjoint_roles": 2, "key": 2, "context": 1, "property": 1, "individual": 1, "named": 1,
    "and_has": 3, "or_has": 3, "not_has": 2, "self_has": 2, "some_has": 3, "only_has": 3, "min_has": 4, "max_has": 4,
    "and_from": 3, "or_from": 3, "not_from": 2, "self_from": 2, "some_from": 3, "only_from": 3, "min_from": 4,
    "max_from": 4, "meet": 3, "more": 2, "not_less": 2, "turned": 2, "link": 3, "key_last": 2, "key_next": 3,
    "inside": 2, "outside": 2, "same_value": 2, "wider": 2, "within": 3, "exclusive": 2, "goal": 1,
}  # fmt: skip
"""Every predicate that a program gives, with the number of its arguments."""

NUMERIC = frozenset({"min_has", "max_has", "min_from", "max_from"})
"""Their second argument is a number of things, as are both of `more` and `not_less`."""


@dataclass(slots=True)
class Program:
    """Statements in tables, and what their numbers stand for.

    columns: predicate -> parts (int32[n, arity], int32[n]): statements, and the axiom row that says each, -1 where it
    holds by form; what the atoms say. said: the same one by one, of everything else. outside: constructs that the
    calculus has no statement for, counted. `id` interns; `expression` reads back.
    """

    ontology: Ontology
    outside: Counter[str] = field(default_factory=Counter)
    columns: dict[str, list[tuple[Ints, Ints]]] = field(default_factory=dict)
    said: dict[str, dict[tuple[int, ...], int]] = field(default_factory=dict)
    _order: dict[tuple[str, int], tuple[Ints, Ints]] = field(default_factory=dict)
    _ids: dict[Expression, int] = field(default_factory=dict)
    _expressions: list[Expression] = field(default_factory=list)
    _seen: set[tuple[Expression, bool]] = field(default_factory=set)
    _ranges: set[Expression] = field(default_factory=set)
    _compared: set[Expression] = field(default_factory=set)

    @property
    def size(self) -> int:
        """How many terms the ontology has."""
        return len(self.ontology.terms)

    def id(self, expression: Expression) -> int:
        """The number of a normal expression; a new one where it is new."""
        if isinstance(expression, str):
            if expression in (THING, NOTHING):
                return 0 if expression == THING else 1
            place = self.ontology.terms.id(expression)
            if place >= 0:
                return place + 2
        elif isinstance(expression, tuple) and expression[0] == ONE:
            place = self.ontology.terms.id(str(expression[1]))
            if place >= 0:
                return place + 2 + self.size
        if expression not in self._ids:
            self._ids[expression] = 2 + 2 * self.size + len(self._expressions)
            self._expressions.append(expression)
        return self._ids[expression]

    def expression(self, number: int) -> Expression:
        """What a number stands for."""
        if number < 2:
            return (THING, NOTHING)[number]
        place, texts = number - 2, self.ontology.terms.texts
        if place < self.size:
            return texts[place]
        if place < 2 * self.size:
            return one(texts[place - self.size])
        return self._expressions[place - 2 * self.size]

    def is_individual(self, numbers: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Which numbers stand for one thing. Of the interned ones those of the form `{a}`."""
        inside = (numbers >= 2 + self.size) & (numbers < 2 + 2 * self.size)
        late = np.array([isinstance(e, tuple) and e[0] == ONE for e in self._expressions], bool)
        beyond = numbers >= 2 + 2 * self.size
        inside[beyond] = late[numbers[beyond] - 2 - 2 * self.size]
        return np.asarray(inside)

    def add(self, predicate: str, table: NDArray[np.integer], rows: NDArray[np.integer]) -> None:
        """Add statements by column."""
        if len(table):
            part = np.asarray(table, np.int32).reshape(len(table), ARITY[predicate]), np.asarray(rows, np.int32)
            self.columns.setdefault(predicate, []).append(part)

    def say(self, statement: Statement, row: int = -1) -> None:
        """Add one statement; of several axioms that say it the lowest row stays."""
        name, arguments = statement
        numbers = tuple(self._number(name, i, a) for i, a in enumerate(arguments))
        known = self.said.setdefault(name, {})
        if row < known.get(numbers, 1 << 31):
            known[numbers] = row

    def _number(self, name: str, place: int, argument: Expression) -> int:
        counts = name in ("more", "not_less") or (name in NUMERIC and place == 1)
        return int(str(argument)) if counts else self.id(argument)

    def arguments(self, predicate: str, numbers: Iterable[int]) -> tuple[Expression, ...]:
        """The arguments of a statement in numbers, read back."""
        counts = predicate in ("more", "not_less")
        return tuple(
            n if counts or (predicate in NUMERIC and i == 1) else self.expression(n) for i, n in enumerate(numbers)
        )

    def read(self, expression: Expression, falling: bool) -> None:
        """Add what an expression and those inside it are: what follows from them, or what it takes to be them."""
        todo = [(expression, falling)]
        while todo:
            current, falls_here = todo.pop()
            if current not in self._ranges and is_data_range(current):
                self._ranges.add(current)
            if not isinstance(current, tuple) or (current, falls_here) in self._seen:
                continue
            self._seen.add((current, falls_here))
            for statement in falls(current) if falls_here else rises(current):
                self.say(statement)
                self.read_property(statement)
            if current[0] == ONE:
                self.individual(current)
            inner = list(below(current, falls_here))
            todo += inner
            for part, falling_part in inner:
                if falling_part and current[0] != AND:
                    self.context(part)
            if falls_here and current[0] == "ObjectUnionOf":
                self.context(current)
            if falls_here and current[0] == "ObjectAllValuesFrom":  # is what it has such already?
                todo.append((inner[0][0], False))

    def read_property(self, statement: Statement) -> None:
        """Add what the property expressions, chains and lists of a statement are."""
        name, arguments = statement
        if name.startswith(("some_", "only_", "min_", "max_", "self_")):
            self.say(("property", (arguments[2 if name in NUMERIC else 1],)))
        todo = list(arguments)
        while todo:
            expression = todo.pop()
            for cell in cells(expression):
                self.say(cell)
                todo += [e for e in cell[1] if e != expression]

    def context(self, expression: Expression) -> None:
        """Seek the superclasses of an expression."""
        self.say(("context", (expression,)))
        if isinstance(expression, tuple) and expression[0] == ONE:
            self.individual(expression)

    def individual(self, single: Expression) -> None:
        """Add that an expression is the class of one individual."""
        self.say(("individual", (single,)))
        self.say(("context", (single,)))
        if isinstance(single, tuple) and is_iri(str(single[1])):
            self.say(("named", (single,)))

    def meets(self, left: Expression, right: Expression) -> Expression:
        """Seek the superclasses of what is both; the intersection."""
        both = meet(left, right)
        self.say(("meet", (left, right, both)))
        self.say(("and_has", (both, left, right)))
        self.read(left, True)
        self.read(right, True)
        self.context(both)
        return both

    def tables(self) -> Iterator[tuple[str, Ints, Ints]]:
        """Every predicate with its statements and their rows; sorted, each once."""
        for name in ARITY:
            parts = list(self.columns.get(name, ()))
            fresh = self.said.get(name, {})
            if fresh:
                table = np.array(list(fresh), np.int32).reshape(len(fresh), ARITY[name])
                parts.append((table, np.fromiter(fresh.values(), np.int32, len(fresh))))
            if not parts:
                continue
            table, rows = (np.concatenate([p[i] for p in parts]) for i in (0, 1))
            order = np.lexsort([rows, *table.T[::-1]])
            table, rows = table[order], rows[order]
            first = np.ones(len(rows), bool)
            first[1:] = (table[1:] != table[:-1]).any(axis=1)
            yield name, table[first], rows[first]

    def row_of(self, predicate: str, numbers: tuple[int, ...]) -> int:
        """The axiom row that says a statement, -1 where it holds by form or nothing says it."""
        found = [self.said.get(predicate, {}).get(numbers, -1)]
        for i, (table, rows) in enumerate(self.columns.get(predicate, ())):
            if (predicate, i) not in self._order:
                order = np.argsort(table[:, 0], kind="stable").astype(np.int32)
                self._order[predicate, i] = order, table[order, 0]
            order, first = self._order[predicate, i]
            low, high = np.searchsorted(first, [numbers[0], numbers[0] + 1])
            near = order[low:high]
            found += rows[near[(table[near] == np.array(numbers)).all(axis=1)]].tolist()
        said = [row for row in found if row >= 0]
        return min(said) if said else -1
