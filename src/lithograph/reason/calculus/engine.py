"""Nemo on a program: what follows, and the trace of one statement. Knows nothing about OWL or proofs.

Nemo (https://knowsys.github.io/nemo-doc/) is a Datalog engine in Rust; the rules are `calculus.rls`. Statements go in
and come out as files of numbers in a folder that is gone afterwards.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv

from lithograph.ontology.graph import Ints
from lithograph.reason.calculus.clauses import GIVEN, text, usable, written
from lithograph.reason.calculus.deduction import Ground
from lithograph.reason.calculus.engine_process import BOUNDS, SMALL, Bounds, Engine
from lithograph.reason.calculus.program import ARITY, Program
from lithograph.reason.calculus.translate import compare_numbers, compare_values

ROUNDS, MEETS = 3, 5_000
"""How often, and for how many pairs of expressions at most, the engine is asked again with further meets."""

_FACT = re.compile(r"(\w+)\(([^)]*)\)")
_USED = re.compile(r"(\w+)\(")
FOUND = ("sub", "some", "only", "role", "need")


@dataclass(slots=True)
class Saturation:
    """A program with what follows from it.

    found: predicate -> int32[n, arity], sorted. complete: False where `ROUNDS` or `MEETS` ended the search for meets.
    """

    program: Program
    found: dict[str, Ints]
    complete: bool
    _engine: Engine = field(repr=False)

    def pairs(self, predicate: str) -> Ints:
        """All statements of a predicate, int32[n, arity]."""
        return self.found.get(predicate, np.empty((0, 2), np.int32))

    def holds(self, predicate: str, numbers: Sequence[int]) -> bool:
        """Whether a statement follows."""
        table = self.pairs(predicate)
        low, high = 0, len(table)
        for column, number in enumerate(numbers):
            part = table[low:high, column]
            low, high = low + int(np.searchsorted(part, number)), low + int(np.searchsorted(part, number, "right"))
            if low == high:
                return False
        return True

    def leaves(self, predicate: str, numbers: Sequence[int]) -> list[Ground] | None:
        """The statements of the program at the leaves of one derivation, sorted; None where there is none."""
        told = self._engine.leaves(f"{predicate}({', '.join(map(str, numbers))})")
        if told is None:
            return None
        found = {_FACT.findall(fact)[0] for fact in told if fact != GIVEN}
        return sorted((name, tuple(int(a) for a in arguments.split(","))) for name, arguments in found)


def saturate(program: Program, *, rounds: int = ROUNDS, meets: int = MEETS, bounds: Bounds = BOUNDS) -> Saturation:
    """Everything that follows by the calculus. Adds to the program the meets that it takes.

    A meet of a meet is asked for once more, no deeper: real ontologies gain nothing there. Raises EngineFailed, where
    one round passes its bounds too.
    """
    engine = Engine(bounds)
    level: dict[int, int] = {}
    asked: set[tuple[int, int]] = set()
    skipped = False
    for turn in range(rounds + 1):
        compare_numbers(program)
        compare_values(program)
        found = _run(program, engine)
        fresh, deeper = _wanted(program, found["need"], asked, level)
        skipped |= deeper
        if not fresh:
            return Saturation(program, found, not skipped, engine)
        if turn == rounds or len(asked) + len(fresh) > meets:
            break
        for left, right in fresh:
            asked.add((left, right))
            both = program.id(program.meets(program.expression(left), program.expression(right)))
            level.setdefault(both, 1 + max(level.get(left, 0), level.get(right, 0)))
    return Saturation(program, found, False, engine)


def _wanted(
    program: Program, need: Ints, asked: set[tuple[int, int]], level: dict[int, int]
) -> tuple[list[tuple[int, int]], bool]:
    """The pairs to ask for next, and whether some were left out for their depth. Never two individuals: rules see to
    those."""
    alone = program.is_individual(need)
    fresh, deeper = [], False
    for left, right in need[~alone.all(axis=1)].tolist():
        if (left, right) in asked or (right, left) in asked:
            continue
        if max(level.get(left, 0), level.get(right, 0)) > 1:
            deeper = True
        else:
            fresh.append((left, right))
    return fresh, deeper


def _run(program: Program, engine: Engine) -> dict[str, Ints]:
    with tempfile.TemporaryDirectory(prefix="lithograph-") as name:
        folder = Path(name)
        tables = list(program.tables())
        rules = usable(name for name, _, _ in tables)
        known = {name for name, _, _ in tables} | {clause.head.predicate for clause in rules}
        needs = [line for line in text("needs.rls").splitlines() if set(_USED.findall(line)) <= known | {"need"}]
        exported = [name for name in FOUND if name in known or (name == "need" and any(":-" in n for n in needs))]
        lines = [f"{GIVEN} .", *map(written, rules), *needs]
        for predicate, table, _ in tables:
            path = folder / f"{predicate}.csv"
            csv.write_csv(pa.table({str(i): column for i, column in enumerate(table.T)}), path,
                          csv.WriteOptions(include_header=False))  # fmt: skip
            form = ",".join(["int"] * ARITY[predicate])
            lines.append(f'@import {predicate} :- csv{{resource="{path}", format=({form})}} .')
        lines += [f'@export {predicate} :- csv{{resource="found_{predicate}.csv"}} .' for predicate in exported]
        engine.apart = sum(len(table) for _, table, _ in tables) > SMALL
        engine.reason("\n".join(lines), folder, exported)
        return {predicate: _table(folder / f"found_{predicate}.csv", _ARITIES[predicate]) for predicate in FOUND}


_ARITIES = {"sub": 2, "some": 3, "only": 3, "role": 2, "need": 2}


def _table(path: Path, arity: int) -> Ints:
    if not path.exists() or not path.stat().st_size:
        return np.empty((0, arity), np.int32)
    names = [str(i) for i in range(arity)]
    read = csv.read_csv(path, csv.ReadOptions(column_names=names),
                        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.int32())))  # fmt: skip
    table = np.stack([column.to_numpy() for column in read.columns], 1)
    return np.asarray(table[np.lexsort(table.T[::-1])], np.int32)
