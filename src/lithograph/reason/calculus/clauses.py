"""The rules of `calculus.rls` as values: the same text that the engine runs, read once. Knows nothing about OWL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Atom:
    """A predicate with its arguments: names of variables without their `?`, or numbers."""

    predicate: str
    arguments: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule: where the body's atoms hold and the `unequal` variables differ, the head holds. source: its comment."""

    name: str
    head: Atom
    body: tuple[Atom, ...]
    unequal: tuple[tuple[str, str], ...]
    source: str


_NAMED = re.compile(r'#\[name\("([^"]+)"\)\][ \t]*(?:%[ \t]*([^\n]*))?\n([^\n]*)\.\s*$', re.MULTILINE)
_ATOM = re.compile(r"(\w+)\(([^()]*)\)")
_UNEQUAL = re.compile(r"\?(\w+) != \?(\w+)")


@cache
def text(name: str = "calculus.rls") -> str:
    """The text of a rule file of the package."""
    return (resources.files("lithograph.reason.calculus") / name).read_text(encoding="utf-8")


@cache
def clauses() -> Mapping[str, Clause]:
    """Every rule of the calculus by its name, in the order of the file."""
    out: dict[str, Clause] = {}
    for name, source, rule in _NAMED.findall(text()):
        head, body = rule.split(":-")
        atoms = [_atom(*parts) for parts in _ATOM.findall(body)]
        unequal = tuple(_UNEQUAL.findall(body))
        out[name] = Clause(name, _atom(*_ATOM.findall(head)[0]), tuple(atoms), unequal, source.strip())
    return out


def _atom(predicate: str, arguments: str) -> Atom:
    parts = [part.strip() for part in arguments.split(",")]
    return Atom(predicate, tuple(part[1:] if part.startswith("?") else int(part) for part in parts))


def usable(predicates: Iterable[str]) -> tuple[Clause, ...]:
    """The rules that can ever apply where these predicates have statements, in the order of the file."""
    known = set(predicates)
    chosen: dict[str, Clause] = {}
    grown = True
    while grown:
        fresh = [c for c in clauses().values() if c.name not in chosen and all(a.predicate in known for a in c.body)]
        grown = bool(fresh)
        chosen |= {c.name: c for c in fresh}
        known |= {c.head.predicate for c in fresh}
    return tuple(c for c in clauses().values() if c.name in chosen)


GIVEN = "given(1)"
"""A fact that stands beside the premise of every rule that has one premise only."""


def written(clause: Clause) -> str:
    """A rule as the engine reads it. One premise alone would be read as a renaming: Nemo 0.10 then fails on some
    imported tables, and ends a trace with the conclusion.
    """
    body = [_written(atom) for atom in clause.body] + [f"?{a} != ?{b}" for a, b in clause.unequal]
    body += [GIVEN] if len(body) == 1 else []
    return f'#[name("{clause.name}")]\n{_written(clause.head)} :- {", ".join(body)} .'


def _written(atom: Atom) -> str:
    return f"{atom.predicate}({', '.join(str(a) if isinstance(a, int) else f'?{a}' for a in atom.arguments)})"
