"""OWL to the calculus: an ontology's axioms as a program. Knows nothing about the engine."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import ATOM_KINDS, Expression, Ontology
from lithograph.ontology.graph import Ints
from lithograph.ontology.terms import is_anonymous, is_literal
from lithograph.reason.calculus.program import NUMERIC, Program
from lithograph.reason.calculus.statements import (
    BOTTOM,
    NOTHING,
    ONE,
    SILENT,
    THING,
    Outside,
    one,
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
    fresh = program.said
    ranges = set(_data_ranges(program))
    texts = program.ontology.terms.texts
    numbers = {single for single in fresh.get("individual", {}) if _is_literal(program.expression(single[0]))}
    facts = [table for table, _ in program.columns.get("fact", ())]
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
    singles = (program.expression(number) for (number,) in program.said.get("individual", {}))
    return {str(e[1]) for e in singles if _is_literal(e)}  # type: ignore[index]


def compare_numbers(program: Program) -> None:
    """Say of the numbers in cardinalities which is greater; asked for again when claims bring further ones."""
    used = {numbers[1] for name in NUMERIC for numbers in program.said.get(name, {})}
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
