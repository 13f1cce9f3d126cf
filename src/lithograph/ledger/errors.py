"""What can go wrong when writing to or asking the ledger. Knows nothing about terminals."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from lithograph.core.errors import LithographError


def _nearest(word: str, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, sorted(words), n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else ""


class LedgerBusy(LithographError):
    """Another process is writing the same ledger."""

    def __init__(self, lock: Path) -> None:
        super().__init__(
            lock, "another process is writing this ledger", cure="Wait until it has ended, then run again."
        )


class MisfitTable(LithographError):
    """A table handed in has not the columns of its schema."""

    def __init__(self, table: str, problem: str, facts: str) -> None:
        super().__init__(
            f"ledger table {table}", problem, facts=facts, cure="The columns are listed in docs/reference/ledger.md."
        )


class UnreadableColumns(LithographError):
    """A Parquet file of the ledger that cannot be read: damaged, or lost."""

    def __init__(self, path: Path, reason: str) -> None:
        cure = (
            "Press again with `lithograph dataset --force`, or train again; `lithograph ledger verify` says what else."
        )
        super().__init__(path, "this part of the ledger cannot be read", facts=reason, cure=cure)


class UnwritableLedger(LithographError):
    """The disk refuses: full, read-only, no permission."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, "the ledger cannot be written", facts=reason, cure="Free space or mend the permissions.")


class NewerLedger(LithographError):
    """A ledger in a form that this version does not know."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            path,
            "this ledger was written by a newer version of Lithograph",
            facts=f"its format is {found}, this version reads up to {known}",
            cure="Use that version, or name another project.",
        )


class BrokenSeal(LithographError):
    """A small file of the ledger whose bytes are not what it says of itself."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            path, "this file of the ledger is damaged", facts=reason, cure="Run `lithograph ledger verify`."
        )


class NotRecorded(LithographError):
    """What is to be written down refers to something that is not there."""

    def __init__(self, kind: str, name: str, cure: str) -> None:
        super().__init__(f"{kind} {name}", "the ledger knows no such thing", cure=cure)


class NotARun(LithographError):
    """A folder without a readable run.json."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, "this is not a training run", facts=reason, cure="Name a folder under runs/.")


class EmptyLedger(LithographError):
    """Nothing has been recorded, or not the thing that the question is about."""

    def __init__(self, path: Path, what: str, verb: str) -> None:
        super().__init__(path, f"no {what} is recorded", cure=f"Run `lithograph {verb}` first.")


class UnknownQuery(LithographError):
    """No named query has this name."""

    def __init__(self, name: str, names: Sequence[str]) -> None:
        cure = _nearest(name, names) or "List them with `lithograph query --list`."
        super().__init__(f"query {name}", "no named query has this name", facts=", ".join(names), cure=cure)


class UnknownParameter(LithographError):
    """A named query does not take this parameter."""

    def __init__(self, query: str, name: str, names: Sequence[str]) -> None:
        facts = f"parameters: {', '.join(names)}" if names else "it takes none"
        super().__init__(f"query {query}", f"{name!r} is not a parameter", facts=facts, cure=_nearest(name, names))


class MissingParameter(LithographError):
    """A named query was asked without a parameter that it needs."""

    def __init__(self, query: str, name: str, meaning: str) -> None:
        super().__init__(
            f"query {query}", f"parameter {name!r} is missing", facts=meaning, cure=f"Give it with --{name} VALUE."
        )


class BadParameter(LithographError):
    """A parameter's value does not fit its type."""

    def __init__(self, place: str, value: str, wanted: str, cure: str = "") -> None:
        super().__init__(place, f"{value!r} is not {wanted}", cure=cure)


class NothingCalled(LithographError):
    """No thing of this kind in the ledger answers to the name."""

    def __init__(self, kind: str, name: str, near: Sequence[str] = ()) -> None:
        self.near = tuple(near)
        super().__init__(
            f"{kind} {name}",
            f"the ledger knows no {kind} by this name",
            facts=f"nearest: {', '.join(near)}" if near else "",
            cure="Give its IRI, the start of its hash, or words of its text.",
        )


class SeveralCalled(LithographError):
    """More than one thing of this kind answers to the name."""

    def __init__(self, kind: str, name: str, count: int, some: Sequence[str]) -> None:
        super().__init__(
            f"{kind} {name}", f"{count} of them answer to this name", facts="; ".join(some), cure="Give more of it."
        )


class BadSparql(LithographError):
    """A query that is not SPARQL, with line and column."""

    def __init__(self, place: str, line: int, column: int, reason: str, cure: str = "") -> None:
        super().__init__(f"{place}:{line}:{column}", "this is not a SPARQL query", facts=reason, cure=cure)


class RefusedSparql(LithographError):
    """An update, or a query that would leave this machine."""

    def __init__(self, place: str, line: int, column: int, keyword: str) -> None:
        problem = (
            "SERVICE would ask another machine, and the ledger asks nobody"
            if keyword == "SERVICE"
            else f"{keyword} would change the ledger, and a query may only read it"
        )
        super().__init__(f"{place}:{line}:{column}", problem, cure="Use SELECT, ASK, CONSTRUCT or DESCRIBE.")


class NoSuchSource(LithographError):
    """A named query asked from where it cannot be answered."""

    def __init__(self, place: str, source: str, sources: Sequence[str]) -> None:
        problem = "it cannot be answered from the columns" if source in sources else f"there is no source {source!r}"
        super().__init__(place, problem, facts=f"sources: {', '.join(sources)}", cure="Leave the source out.")


class NotTriples(LithographError):
    """A question whose answer is no graph."""

    def __init__(self, place: object) -> None:
        super().__init__(place, "the answer is no triples", cure="Ask with CONSTRUCT or DESCRIBE, or use Ledger.query.")


class FailedSparql(LithographError):
    """A well-formed query that the store could not answer."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, "the query could not be answered", facts=reason)


class BadNamedQuery(LithographError):
    """A .rq file whose header does not follow the form."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path.name}:{line}", problem, cure="The form of a header is in docs/reference/ledger.md.")


class NotProvenance(LithographError):
    """A file that is none of the forms of PROV, or not in the form that its name promises."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            path, "this file cannot be read as PROV", facts=reason, cure="Give it as PROV-N, PROV-JSON or PROV-XML."
        )
