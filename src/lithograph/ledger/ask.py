"""Asking the ledger: SPARQL or a named query in, rows of text out. The one door for the command line and notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, serialize

from lithograph.core.vocabulary import PREFIXES
from lithograph.ledger import heavy, record, runs
from lithograph.ledger.columns import Rows
from lithograph.ledger.errors import BadParameter, FailedSparql, NoSuchSource, NotTriples
from lithograph.ledger.format import needs_upgrade
from lithograph.ledger.named import NamedQuery, arguments, find_named, named_queries
from lithograph.ledger.resolve import run_called, term_of, value_of
from lithograph.ledger.sparql import refuse_unsafe, substituted, syntax_error
from lithograph.ledger.view import View, expand_steps, open_view

if TYPE_CHECKING:
    from rdflib import Graph

Row = tuple[str, ...]

AUTO, VIEW, COLUMNS = "auto", "view", "columns"
SOURCES = (AUTO, VIEW, COLUMNS)
"""Whence a named query is answered: `auto` is from the columns where there is SQL for it, otherwise from the view."""


@dataclass(frozen=True, slots=True)
class Result:
    """An answer: column names, and rows of plain text (IRIs bare, literals without their quotes, unbound empty).

    A CONSTRUCT or DESCRIBE has the columns subject, predicate, object; an ASK the column `answer` (true or false).
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a query is asked over, as the SPARQL 1.1 Protocol says it (2.1.4), and where relative IRIs begin.

    Where any graph is named, these graphs alone are the dataset, whatever the query's own FROM says; where none is, it
    is the whole view.
    """

    base: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


_EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Ledger:
    """A project's ledger folder. Opening it reads nothing and makes nothing."""

    path: Path

    def query(self, text_or_name: str, /, *, source: str = AUTO, **params: object) -> Result:
        """Answer SPARQL, or the named query of that name with its parameters.

        source: whence a named query is answered, one of SOURCES; the answer is the same.

        Raises BadSparql or RefusedSparql with line and column; UnknownQuery, UnknownParameter, MissingParameter.
        """
        if _is_name(text_or_name):
            return ask_named(self.path, find_named(text_or_name), params, source)
        return ask_text(open_view(self.path), text_or_name)

    def graph(self, text: str) -> Graph:
        """The triples of a CONSTRUCT or DESCRIBE as an rdflib graph, with the ledger's prefixes bound.

        Raises BadSparql or RefusedSparql; NotTriples for a question of another form.
        """
        return as_rdflib(triples_of(open_view(self.path), text))

    def names(self) -> tuple[NamedQuery, ...]:
        """All named queries, with their questions and parameters."""
        return tuple(named_queries().values())

    def record_build(
        self,
        build: record.BuildRecord,
        tables: Mapping[str, Rows],
        times: record.Times | None = None,
        folder: Path | None = None,
    ) -> None:
        """Write a build down (see `record.record_build`)."""
        record.record_build(self.path, build, tables, times, folder)

    def record_run(self, run_dir: Path) -> str:
        """Write a training run down, finished or not; its urn (see `runs.record_run`)."""
        return runs.record_run(self.path, run_dir)

    def view(self) -> View:
        """The PROV-O view, brought up to date."""
        return open_view(self.path)

    def expand_steps(self, run: str) -> View:
        """The view with a run's steps in the named graph `<run>/steps`; the run by urn, slug or `latest`."""
        return expand_steps(self.path, run_called(self.path, run))


def _is_name(text: str) -> bool:
    return bool(text) and all(c.isalnum() or c in "-_" for c in text)


def ask_named(ledger: Path, query: NamedQuery, given: Mapping[str, object], source: str = AUTO) -> Result:
    """A named query's answer. Raises NoSuchSource."""
    place = f"query {query.name}"
    if source not in SOURCES or (source == COLUMNS and query.sql is None):
        raise NoSuchSource(place, source, SOURCES)
    packed = source == COLUMNS or not needs_upgrade(ledger)  # of an older form only the view can be asked
    if query.sql is not None and source != VIEW and packed:
        values = arguments(query, given)
        bound = {p.name: value_of(ledger, p.type, value, f"{place}, {p.name}") for p, value in values}
        columns, rows = heavy.answer(ledger, query.name, query.sql, bound)
        return Result(columns, tuple(tuple(heavy.shown(cell) for cell in row) for row in rows))
    view, text = filled_in(ledger, query, given)
    return ask_text(view, text, place)


def filled_in(ledger: Path, query: NamedQuery, given: Mapping[str, object]) -> tuple[View, str]:
    """The view that a named query needs (steps expanded), and its text with the parameters' terms put in."""
    place = f"query {query.name}"
    terms = {p.name: term_of(ledger, p.type, value, f"{place}, {p.name}") for p, value in arguments(query, given)}
    view = open_view(ledger)
    if query.steps_of:
        view = expand_steps(ledger, terms[query.steps_of].strip("<>"))
    return view, substituted(query.text, terms)


def ask_text(view: View, text: str, place: str = "query") -> Result:
    """The answer to SPARQL that only reads. The order is the query's; a query without one has none."""
    answer = answer_of(view, text, place)
    try:
        return _result(answer)
    except (RuntimeError, OSError, ValueError) as error:  # an answer is worked out while it is read
        raise FailedSparql(place, str(error)) from error


def triples_of(view: View, text: str) -> QueryTriples:
    """The triples that SPARQL gives. Raises NotTriples."""
    answer = answer_of(view, text, "query")
    if not isinstance(answer, QueryTriples):
        raise NotTriples("query")
    return answer


def as_rdflib(triples: QueryTriples) -> Graph:
    """Triples as an rdflib graph."""
    from rdflib import Graph  # here: it takes longer to load than a small build's ledger to write

    graph = Graph()
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    return graph.parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")


def answer_of(
    view: View, text: str, place: str, scope: Scope = _EVERYTHING
) -> QuerySolutions | QueryTriples | QueryBoolean:
    """The store's own answer; solutions and triples are worked out while they are read.

    Raises BadSparql or RefusedSparql with line and column; BadParameter for a graph that is no IRI; FailedSparql.
    """
    refuse_unsafe(text, place)
    try:
        return view.store.query(text, prefixes=PREFIXES, **_asked_over(scope))
    except SyntaxError as error:
        raise syntax_error(error, text, place) from error
    except (RuntimeError, OSError, ValueError) as error:
        raise FailedSparql(place, str(error)) from error


def _asked_over(scope: Scope) -> dict[str, Any]:
    """The store's words for a scope."""
    said: dict[str, Any] = {"base_iri": scope.base} if scope.base else {}
    if scope.default_graphs or scope.named_graphs:
        said["default_graph"] = [_graph("default-graph-uri", iri) for iri in scope.default_graphs]
        said["named_graphs"] = [_graph("named-graph-uri", iri) for iri in scope.named_graphs]
    return said


def _graph(place: str, iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise BadParameter(place, iri, "an IRI", "Name a graph by its full IRI.") from error


def _result(answer: QuerySolutions | QueryTriples | QueryBoolean) -> Result:
    if isinstance(answer, QueryBoolean):
        return Result(("answer",), (("true" if answer else "false",),))
    if isinstance(answer, QueryTriples):
        triples = tuple((_shown(t.subject), _shown(t.predicate), _shown(t.object)) for t in answer)
        return Result(("subject", "predicate", "object"), tuple(sorted(triples)))
    columns = tuple(v.value for v in answer.variables)
    return Result(columns, tuple(tuple(_shown(value) for value in solution) for solution in answer))


def _shown(term: object) -> str:
    if term is None:
        return ""
    if isinstance(term, NamedNode | Literal):
        return str(term.value)
    return f"_:{term.value}" if isinstance(term, BlankNode) else str(term)


def readable(result: Result) -> Result:
    """The same with IRIs abbreviated for a terminal: prefixed names, and hashes cut to twelve characters."""
    return Result(result.columns, tuple(tuple(short(cell) for cell in row) for row in result.rows))


def short(cell: str) -> str:
    """One cell abbreviated.

    >>> short("urn:litho:axiom:" + "7cd29ba55" * 7 + "0")
    'axiom:7cd29ba557cd'
    """
    if cell.startswith("urn:litho:"):
        kind, _, rest = cell.removeprefix("urn:litho:").partition(":")
        digest, slash, path = rest.partition("/")
        return f"{kind}:{digest[:12]}{slash}{path}"
    for prefix, iri in PREFIXES.items():
        if cell.startswith(iri) and cell[len(iri) :].replace("_", "").replace("-", "").isalnum():
            return f"{prefix}:{cell[len(iri) :]}"
    return cell
