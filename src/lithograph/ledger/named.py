"""Named queries: one documented .rq file each. Knows their form, not what they ask.

    # title: Blast radius of an axiom
    # question: Which examples and adapters rest on it, and so must be redone when it changes?
    # param axiom (axioms): words of its text, the start of its hash, or its urn
    # param limit (integer) = 50: rows at most
    # needs: steps of run

A parameter without `= default` is required. The types are those of `resolve.TYPES`. `needs: steps of P` says that the
steps of the run given as parameter P are expanded before asking.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from lithograph.ledger.errors import BadNamedQuery, MissingParameter, UnknownParameter, UnknownQuery
from lithograph.ledger.sparql import parameters_in

TYPES = ("axioms", "node", "run", "adapter", "ontology", "dataset", "integer", "number", "text")
"""What a parameter's value can name; `resolve` turns it into a term."""

_PARAM = re.compile(r"(?P<name>[a-z_]+) \((?P<type>[a-z]+)\)(?: = (?P<default>[^:]+?))?: (?P<meaning>.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `default` None means that it is required."""

    name: str
    type: str
    meaning: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with a name, the question it answers, and its parameters in order.

    `sql` answers the same from the columns; None where there is no such way.
    """

    name: str
    title: str
    question: str
    parameters: tuple[Parameter, ...]
    text: str
    steps_of: str | None = None
    sql: str | None = None

    def parameter_names(self) -> tuple[str, ...]:
        """The parameters' names, in order."""
        return tuple(p.name for p in self.parameters)


def read_named(path: Path, text: str) -> NamedQuery:
    """A named query from its file's text. Raises BadNamedQuery."""
    fields: dict[str, str] = {}
    parameters: list[Parameter] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("# "):
            break
        key, _, value = line[2:].partition(": ")
        if key.startswith("param "):
            match = _PARAM.fullmatch(line[len("# param ") :])
            if match is None or match["type"] not in TYPES:
                raise BadNamedQuery(path, number, f"{line!r} is not a parameter of a known type")
            parameters.append(Parameter(match["name"], match["type"], match["meaning"], match["default"]))
        elif key in ("title", "question", "needs"):
            fields[key] = value
        else:
            raise BadNamedQuery(path, number, f"{key!r} is not a field of a header")
    if not fields.get("title") or not fields.get("question"):
        raise BadNamedQuery(path, 1, "the header lacks a title or a question")
    declared, steps_of = {p.name for p in parameters}, _steps_of(fields)
    undeclared = parameters_in(text) ^ declared | {steps_of} - declared - {None}
    if undeclared:
        raise BadNamedQuery(path, 1, f"declared and used parameters differ: {', '.join(sorted(map(str, undeclared)))}")
    return NamedQuery(path.stem, fields["title"], fields["question"], tuple(parameters), text, steps_of)


def _steps_of(fields: Mapping[str, str]) -> str | None:
    return fields["needs"].removeprefix("steps of ") if "needs" in fields else None


@cache
def named_queries() -> Mapping[str, NamedQuery]:
    """All named queries, by name, in order of name."""
    folder = resources.files("lithograph.ledger") / "queries"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".rq")), key=lambda f: f.name)
    found = [read_named(Path(f.name), f.read_text(encoding="utf-8")) for f in files]
    return {q.name: _with_sql(q, folder / f"{q.name}.sql") for q in found}


def _with_sql(query: NamedQuery, file: Traversable) -> NamedQuery:
    """The query with the SQL that stands beside it, where there is any. Raises BadNamedQuery."""
    if not file.is_file():
        return query
    sql = file.read_text(encoding="utf-8")
    used = set(re.findall(r"\$([a-z_]+)", re.sub(r"--[^\n]*", "", sql)))
    if used != set(query.parameter_names()):
        odd = ", ".join(sorted(used ^ set(query.parameter_names())))
        raise BadNamedQuery(Path(file.name), 1, f"its parameters are not those of the SPARQL: {odd}")
    return replace(query, sql=sql)


def find_named(name: str) -> NamedQuery:
    """The query of this name. Raises UnknownQuery with the nearest name."""
    queries = named_queries()
    if name not in queries:
        raise UnknownQuery(name, list(queries))
    return queries[name]


def arguments(query: NamedQuery, given: Mapping[str, object]) -> Sequence[tuple[Parameter, str]]:
    """Each parameter with its value as given or by default. Raises UnknownParameter, MissingParameter."""
    for name in given:
        if name not in query.parameter_names():
            raise UnknownParameter(query.name, name, query.parameter_names())
    out = []
    for parameter in query.parameters:
        value = given.get(parameter.name)
        if value is None:
            value = parameter.default
        if value is None:
            raise MissingParameter(query.name, parameter.name, parameter.meaning)
        out.append((parameter, str(value)))
    return out
