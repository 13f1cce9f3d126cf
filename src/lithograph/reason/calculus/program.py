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

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import ATOM_KINDS, Expression, Ontology
from lithograph.ontology.graph import Ints
from lithograph.ontology.terms import is_anonymous, is_iri, is_literal
from lithograph.reason.calculus.statements import (
    AND,
    BOTTOM,
    NOTHING,
    ONE,
    SILENT,
    THING,
    Outside,
    below,
    cells,
    falls,
    meet,
    one,
    rises,
    said_by,
)
from lithograph.reason.calculus.values import Statement, is_data_range, statements_of

LITERALS = 300_000
"""Of more literals than so many nothing is said: they would be most of the program."""

_BOTH, _PLAIN, _SELF = "both", "plain", "self"
_ATOMS: dict[str, tuple[str, str]] = {
    "SubClassOf": ("told", _PLAIN), "EquivalentClasses": ("told", _BOTH), "DisjointClasses": ("disjoint", _BOTH),
    "SubObjectPropertyOf": ("told_role", _PLAIN), "SubDataPropertyOf": ("told_role", _PLAIN),
    "EquivalentObjectProperties": ("told_role", _BOTH), "EquivalentDataProperties": ("told_role", _BOTH),
    "DisjointObjectProperties": ("disjoint_roles", _BOTH), "DisjointDataProperties": ("disjoint_roles", _BOTH),
    "InverseObjectProperties": ("told_inverse", _PLAIN), "ObjectPropertyDomain": ("told_domain", _PLAIN),
    "ObjectPropertyRange": ("told_range", _PLAIN), "DataPropertyDomain": ("told_domain", _PLAIN),
    "DataPropertyRange": ("told_range", _PLAIN), "SymmetricObjectProperty": ("told_inverse", "twice"),
    "TransitiveObjectProperty": ("told_chain", "thrice"), "FunctionalObjectProperty": ("functional", _SELF),
    "FunctionalDataProperty": ("functional", _SELF), "InverseFunctionalObjectProperty": ("inverse_functional", _SELF),
    "ReflexiveObjectProperty": ("reflexive", _SELF), "IrreflexiveObjectProperty": ("irreflexive", _SELF),
    "AsymmetricObjectProperty": ("asymmetric", _SELF), "SameIndividual": ("told", _BOTH),
    "DifferentIndividuals": ("disjoint", _BOTH),
}  # fmt: skip
"""Atom kind -> the predicate of what it says, and how subject and object become its arguments."""

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

    tables: predicate -> int32[n, arity]; rows: predicate -> int32[n], the axiom row that says it, -1 where it holds by
    form. outside: constructs that the calculus has no statement for, counted. `id` interns; `expression` reads back.
    """

    ontology: Ontology
    outside: Counter[str] = field(default_factory=Counter)
    outside_rows: set[int] = field(default_factory=set)
    _parts: dict[str, list[tuple[Ints, Ints]]] = field(default_factory=dict)
    _fresh: dict[str, dict[tuple[int, ...], int]] = field(default_factory=dict)
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
            self._parts.setdefault(predicate, []).append(part)

    def say(self, statement: Statement, row: int = -1) -> None:
        """Add one statement; of several axioms that say it the lowest row stays."""
        name, arguments = statement
        numbers = tuple(self._number(name, i, a) for i, a in enumerate(arguments))
        known = self._fresh.setdefault(name, {})
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
            parts = list(self._parts.get(name, ()))
            fresh = self._fresh.get(name, {})
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
        found = [self._fresh.get(predicate, {}).get(numbers, -1)]
        for i, (table, rows) in enumerate(self._parts.get(predicate, ())):
            if (predicate, i) not in self._order:
                order = np.argsort(table[:, 0], kind="stable").astype(np.int32)
                self._order[predicate, i] = order, table[order, 0]
            order, first = self._order[predicate, i]
            low, high = np.searchsorted(first, [numbers[0], numbers[0] + 1])
            near = order[low:high]
            found += rows[near[(table[near] == np.array(numbers)).all(axis=1)]].tolist()
        said = [row for row in found if row >= 0]
        return min(said) if said else -1


def program_of(ontology: Ontology) -> Program:
    """The program of an ontology: what its axioms say, what their expressions are, a context for every named class and
    individual.
    """
    program = Program(ontology)
    _atoms(program)
    _compounds(program)
    _values(program)
    for relation in BOTTOM:
        if ontology.terms.id(relation) >= 0 or relation in program._ids:
            program.say(("told_domain", (relation, NOTHING)))
    return program


def _place(program: Program) -> Ints:
    """Term id -> its number as a class or property."""
    place = np.arange(program.size, dtype=np.int32) + 2
    for term, number in ((THING, 0), (v.RDFS + "Literal", 0), (NOTHING, 1)):
        if program.ontology.terms.id(term) >= 0:
            place[program.ontology.terms.id(term)] = number
    return place


def _atoms(program: Program) -> None:
    """What the atoms say, by column."""
    ontology, place = program.ontology, _place(program)
    shift = 2 + program.size
    classes: list[Ints] = []
    individuals: list[Ints] = []
    properties: list[Ints] = []
    for index, kind in enumerate(ATOM_KINDS):
        rows = np.flatnonzero(ontology.atom_kinds == index).astype(np.int32)
        if not len(rows) or (kind in SILENT and kind != "Declaration"):
            continue
        s, p, o = ontology.atoms[rows].T
        if kind == "Declaration":
            for name, wanted in ((v.OWL + "Class", classes), (v.OWL + "NamedIndividual", individuals)):
                wanted.append(s[o == ontology.terms.id(name)])
        elif kind == "ClassAssertion":
            program.add("told", np.stack((s + shift, place[o]), 1), rows)
            individuals.append(s)
            classes.append(o)
        elif kind in ("ObjectPropertyAssertion", "DataPropertyAssertion"):
            program.add("fact", np.stack((s + shift, place[p], o + shift), 1), rows)
            individuals += [s, o] if kind.startswith("Object") else [s]
            properties.append(p)
        else:
            a, b = (s + shift, o + shift) if kind.endswith("Individuals") or kind == "SameIndividual" else (
                place[s], place[o])  # fmt: skip
            _add_atom(program, kind, a, b, rows)
            if kind.endswith("Classes") or kind == "SubClassOf":
                classes += [s, o]
            elif kind.endswith("Individuals") or kind == "SameIndividual":
                individuals += [s, o]
            elif "Property" in kind:
                properties += [s, o] if kind.startswith(("Sub", "Equivalent", "Disjoint", "Inverse")) else [s]
    _nodes(program, place, classes, individuals, properties)


def _add_atom(program: Program, kind: str, a: Ints, b: Ints, rows: Ints) -> None:
    if kind not in _ATOMS:
        program.outside[kind] += len(rows)
        program.outside_rows.update(rows.tolist())
        return
    alike = a == b
    if kind in _OF_ITSELF and alike.any():
        nothing = program.id(_OF_ITSELF[kind])
        predicate = "told_role" if kind.endswith("Properties") else "told"
        program.add(predicate, np.stack((a[alike], np.full(int(alike.sum()), nothing, np.int32)), 1), rows[alike])
        a, b, rows = a[~alike], b[~alike], rows[~alike]
    predicate, how = _ATOMS[kind]
    columns = {_SELF: (a,), "twice": (a, a), "thrice": (a, a, a)}.get(how, (a, b))
    program.add(predicate, np.stack(columns, 1), rows)
    if how == _BOTH:
        program.add(predicate, np.stack((b, a), 1), rows)


_OF_ITSELF = {"DisjointClasses": NOTHING, "DifferentIndividuals": NOTHING, "DisjointObjectProperties": BOTTOM[0],
              "DisjointDataProperties": BOTTOM[1]}  # fmt: skip
"""Atom kind -> what is below it where one thing is said to differ from itself."""


def _nodes(program: Program, place: Ints, classes: list[Ints], individuals: list[Ints], properties: list[Ints]) -> None:
    """Contexts for named classes and individuals; which numbers are individuals, which properties."""
    shift = 2 + program.size
    named = np.unique(place[_all(classes)])
    single = np.unique(_all(individuals)).astype(np.int32)
    texts = program.ontology.terms.texts
    iris = np.array([not is_anonymous(texts[i]) for i in single.tolist()], bool)
    for predicate, numbers in (("context", np.union1d(named, [0, 1])), ("context", single + shift),
                               ("individual", single + shift), ("named", single[iris] + shift),
                               ("property", np.unique(place[_all(properties)]))):  # fmt: skip
        program.add(predicate, numbers.reshape(-1, 1), np.full(len(numbers), -1))


def _all(parts: list[Ints]) -> Ints:
    return np.concatenate(parts).astype(np.int32) if parts else np.empty(0, np.int32)


def _compounds(program: Program) -> None:
    """What the other axioms say, one by one."""
    first = len(program.ontology.atoms)
    for i, axiom in enumerate(program.ontology.compounds):
        try:
            statements = said_by(axiom)
        except Outside as construct:
            program.outside[str(construct)] += 1
            program.outside_rows.add(first + i)
            continue
        for statement in statements:
            say(program, statement, first + i)


_FALLING = {"told": (False, True), "told_domain": (None, True), "told_range": (None, True), "key": (False, None),
            "disjoint": (False, False), "apart": (None, False)}  # fmt: skip
"""Predicate -> for each argument whether it falls (True), rises (False) or is no class."""


def say(program: Program, statement: Statement, row: int) -> None:
    """Add a statement that an axiom says, and what its expressions are."""
    name, arguments = statement
    program.say(statement, row)
    polarity = _FALLING.get(name)
    if polarity is None:
        program.read_property(statement)
        if name in ("fact", "not_fact"):
            program.individual(arguments[0])
            program.individual(arguments[2])
        for argument in arguments:
            if name.startswith(("told_", "disjoint_")) or len(arguments) == 1:
                program.say(("property", (argument,)))
        return
    for argument, falling in zip(arguments, polarity, strict=True):
        if falling is not None:
            program.read(argument, falling)
    if name == "told" and (isinstance(arguments[0], str) or arguments[0][0] == ONE):  # type: ignore[index]
        program.context(arguments[0])
    if name == "key":
        program.read_property(statement)


def _values(program: Program) -> None:
    """What is certain of literals, where anything can follow from it."""
    fresh = program._fresh
    ranges = set(_data_ranges(program))
    texts = program.ontology.terms.texts
    numbers = {single for single in fresh.get("individual", {}) if _is_literal(program.expression(single[0]))}
    facts = [table for table, _ in program._parts.get("fact", ())]
    logical = ranges or numbers or "key" in fresh or _comparing(program)
    if logical and facts:
        objects = np.unique(np.concatenate([t[:, 2] for t in facts])) - 2 - program.size
        literals = [i for i in objects.tolist() if is_literal(texts[i])]
        if len(literals) > LITERALS:
            program.outside["literals, too many to compare"] += len(literals)
            literals = []
        for i in literals:
            program.individual(one(texts[i]))
    program._ranges |= ranges
    compare_values(program)


def compare_values(program: Program) -> None:
    """Say what is certain of literals and data ranges; asked for again when claims bring further ones."""
    terms = _literals(program)
    fresh, ranges = terms - program._compared, program._ranges - program._compared
    asked = [(fresh, program._ranges), (terms - fresh, ranges)]
    for some, others in asked if fresh or ranges else ():
        for statement in statements_of(sorted(map(str, some)), sorted(others, key=repr)):
            program.say(statement)
            for argument in statement[1]:
                if _is_literal(argument):
                    program.individual(argument)
    if fresh or ranges:  # the one that stands for a value needs no comparing: it is the same as one that was compared
        program._compared |= _literals(program) | program._ranges


def _literals(program: Program) -> set[Expression]:
    """The literals that are individuals of the program."""
    singles = (program.expression(number) for (number,) in program._fresh.get("individual", {}))
    return {str(e[1]) for e in singles if _is_literal(e)}  # type: ignore[index]


def compare_numbers(program: Program) -> None:
    """Say of the numbers in cardinalities which is greater; asked for again when claims bring further ones."""
    used = {numbers[1] for name in NUMERIC for numbers in program._fresh.get(name, {})}
    for a in used | ({1} if used else set()):
        for b in used | {1}:
            if a > b:
                program.say(("more", (a, b)))
            if a >= b:
                program.say(("not_less", (a, b)))


def _is_literal(expression: Expression) -> bool:
    return isinstance(expression, tuple) and expression[0] == ONE and is_literal(str(expression[1]))


def _comparing(program: Program) -> bool:
    """Whether an axiom compares the values of data properties."""
    kinds = [ATOM_KINDS.index(kind) for kind in ("FunctionalDataProperty", "DisjointDataProperties")]
    return bool(np.isin(program.ontology.atom_kinds, kinds).any()) or any(
        axiom.kind == "DisjointDataProperties" for axiom in program.ontology.compounds)  # fmt: skip


def _data_ranges(program: Program) -> Iterator[Expression]:
    """Datatypes and restrictions of them that stand where a class expression could."""
    kinds = ATOM_KINDS.index("DataPropertyRange")
    for i in np.unique(program.ontology.atoms[program.ontology.atom_kinds == kinds][:, 2]).tolist():
        if program.ontology.terms.texts[i] != v.RDFS + "Literal":
            yield program.ontology.terms.texts[i]
    for axiom in program.ontology.compounds:
        if axiom.kind not in SILENT:
            yield from _datatypes_in((axiom.kind, *axiom.operands))


def _datatypes_in(expression: Expression) -> Iterator[Expression]:
    if is_data_range(expression):
        yield expression
    if not isinstance(expression, tuple):
        return
    if expression[0] == "DatatypeRestriction":
        yield expression[1]
        return
    for part in expression[1:]:
        yield from _datatypes_in(part)
