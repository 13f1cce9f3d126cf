"""From what a person types (a word, a label, the start of a hash) to the one thing in the ledger that is meant.

Reads columns only, so it works before any view is made. Knows nothing about SPARQL but how a term is written.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from pyoxigraph import Literal, NamedNode

from lithograph.core.vocabulary import PREFIXES
from lithograph.ledger.arrays import decoded
from lithograph.ledger.columns import column_files, read_all, rows_of
from lithograph.ledger.errors import BadParameter, EmptyLedger, NothingCalled, SeveralCalled
from lithograph.ledger.lookup import examples_called
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.turtle import fit_iri

LATEST = "latest"
MANY = 200
"""Axioms that one wording may stand for; more than that is a slip."""

_HASH = re.compile(r"[0-9a-f]{4,64}")


def term_of(ledger: Path, kind: str, value: str, place: str) -> str:
    """The SPARQL text of a parameter's value; several terms with spaces between where the type is a plural."""
    if kind == "integer":
        if not re.fullmatch(r"\d{1,18}", value):
            raise BadParameter(place, value, "a whole number", "Give digits only.")
        return value
    if kind == "number":
        if not re.fullmatch(r"-?\d+(\.\d+)?([eE]-?\d+)?", value):
            raise BadParameter(place, value, "a number")
        return value
    if kind == "text":
        return str(Literal(value))
    if kind == "axioms":
        return " ".join(str(NamedNode(urn)) for urn in axioms_called(ledger, value))
    return str(NamedNode(fit_iri(_FINDERS[kind](ledger, value))))


Value: TypeAlias = str | int | float | list[str]


def value_of(ledger: Path, kind: str, value: str, place: str) -> Value:
    """The same as a plain value: a number, a text, the IRI of a thing, a list of IRIs where the type is a plural."""
    if kind == "integer":
        return int(term_of(ledger, kind, value, place))
    if kind == "number":
        return float(term_of(ledger, kind, value, place))
    if kind == "text":
        return value
    return axioms_called(ledger, value) if kind == "axioms" else _FINDERS[kind](ledger, value)


def _hash_of(value: str) -> str | None:
    """The start of a hash in a urn or given bare."""
    last = value.rsplit(":", 1)[-1].rsplit("/", 1)[-1].rstrip("…")
    return last if _HASH.fullmatch(last) and (value.startswith("urn:litho:") or ":" not in value) else None


def _starting(ids: pa.Array, value: str, kind: str) -> list[str]:
    """The ids of a kind whose hash starts as the value says, sorted."""
    start = _hash_of(value)
    if start is None:
        return []
    hits = ids.filter(pc.starts_with(ids, f"urn:litho:{kind}:{start}"))
    return sorted(set(hits.to_pylist()))


def _one(kind: str, value: str, hits: Sequence[str], shown: Sequence[str] | None = None) -> str:
    if len(hits) > 1:
        raise SeveralCalled(kind, value, len(hits), list(shown or hits)[:3])
    return hits[0]


def _strings(table: pa.Table, name: str) -> pa.Array:
    return decoded(table.column(name))


def axioms_called(ledger: Path, value: str) -> list[str]:
    """The urns of the axioms that a urn, the start of a hash, a functional text or words of it stand for, sorted.

    Words are looked for in the readable text (labels) and in the functional text (IRIs): side by side as given, or
    else all of them in any place.
    """
    table = read_all(ledger, "axioms", ["axiom", "text", "display"])
    if not table.num_rows:
        raise EmptyLedger(ledger, "build", "dataset")
    ids, texts, display = (_strings(table, name) for name in ("axiom", "text", "display"))
    started = _starting(ids, value, "axiom")
    if started:
        return [_one("axiom", value, started)]
    exact = ids.filter(pc.or_(pc.equal(texts, value), pc.fill_null(pc.equal(display, value), False)))
    if len(exact):
        return sorted(set(exact.to_pylist()))
    phrase, words = _holding([value], texts, display), _holding(value.split(), texts, display)
    mask = phrase if pc.any(phrase).as_py() else words
    found = sorted(set(ids.filter(mask).to_pylist())) if value.strip() else []
    if not found:
        known = sorted({d for d in display.to_pylist()[:5000] if d})
        near = difflib.get_close_matches(value, known, n=2, cutoff=0.4)
        raise NothingCalled("axiom", value, near)
    if len(found) > MANY:
        raise SeveralCalled("axiom", value, len(found), display.filter(mask).to_pylist()[:3])
    return found


def _holding(words: Sequence[str], texts: pa.Array, display: pa.Array) -> pa.Array:
    """Which axioms hold all the words, in whatever case, in one text or the other."""
    mask = pa.array([True] * len(texts), pa.bool_())
    for word in words:
        readable = pc.fill_null(pc.match_substring(display, word, ignore_case=True), False)
        mask = pc.and_(mask, pc.or_(readable, pc.match_substring(texts, word, ignore_case=True)))
    return mask


def node_called(ledger: Path, value: str) -> str:
    """The IRI of the node that an IRI, a prefixed name, a label (either language) or the end of an IRI stands for."""
    table = read_all(ledger, "nodes", ["iri", "label_en", "label_ru"])
    if not table.num_rows:
        raise EmptyLedger(ledger, "build", "dataset")
    iris = _strings(table, "iri")
    prefix, _, local = value.partition(":")
    for name in (value.strip("<>"), PREFIXES[prefix] + local if prefix in PREFIXES else value):
        if pc.any(pc.equal(iris, name)).as_py():
            return name
    for mask in _readings(table, iris, value):
        hits = sorted(set(iris.filter(mask).to_pylist()))
        if hits:
            return _one("node", value, hits)
    labels = sorted({x for x in _strings(table, "label_en").to_pylist()[:20000] if x})
    raise NothingCalled("node", value, difflib.get_close_matches(value, labels, n=3, cutoff=0.5))


def _readings(table: pa.Table, iris: pa.Array, value: str) -> Sequence[pa.Array]:
    folded = value.casefold()
    lower = [
        pc.fill_null(pc.equal(pc.utf8_lower(_strings(table, name)), folded), False) for name in ("label_en", "label_ru")
    ]
    last = value.rsplit(":", 1)[-1]
    ends = pc.or_(pc.ends_with(iris, f"#{last}"), pc.ends_with(iris, f"/{last}"))
    return [pc.or_(*lower), ends]


def run_called(ledger: Path, value: str) -> str:
    """The urn of the run that a urn, the start of a hash, a slug or `latest` stands for."""
    return str(run_row_called(ledger, value)["id"])


def run_row_called(ledger: Path, value: str) -> dict[str, Any]:
    """The row of that run."""
    runs = _by_age(ledger)
    if not runs:
        raise EmptyLedger(ledger, "run", "train")
    if value == LATEST:
        return runs[-1]
    hits = [r for r in runs if value in (r["id"], r["slug"])] or _by_hash(runs, "id", "run", value)
    if not hits:
        raise NothingCalled("run", value, [r["slug"] for r in runs][-3:])
    _one("run", value, [r["id"] for r in hits])
    return hits[0]


def _by_hash(rows: Sequence[dict[str, Any]], column: str, kind: str, value: str) -> list[dict[str, Any]]:
    ids = pa.array([r[column] for r in rows], pa.string())
    wanted = set(_starting(ids, value, kind))
    return [r for r in rows if r[column] in wanted]


def _by_age(ledger: Path) -> list[dict[str, Any]]:
    """All runs, the oldest first."""
    age = {r["activity"]: r["sequence"] for r in rows_of(read_all(ledger, "times", ["activity", "sequence"]))}
    return sorted(rows_of(read_all(ledger, "runs")), key=lambda r: (age.get(r["id"], 0), r["id"]))


def adapter_called(ledger: Path, value: str) -> str:
    """The urn of an adapter: by urn, start of its hash, its run, or `latest` (the newest run that has one)."""
    trained = [r for r in _by_age(ledger) if r["adapter"]]
    if not trained:
        raise EmptyLedger(ledger, "adapter", "train")
    if value == LATEST:
        return str(trained[-1]["adapter"])
    hits = [r for r in trained if value in (r["adapter"], r["id"], r["slug"])]
    hits = hits or _by_hash(trained, "adapter", "adapter", value) or _by_hash(trained, "id", "run", value)
    if not hits:
        raise NothingCalled("adapter", value, [r["slug"] for r in trained][-3:])
    return _one("adapter", value, sorted({r["adapter"] for r in hits}))


def build_called(ledger: Path, value: str) -> Mapping[str, Any]:
    """The build that an id, a slug, a dataset's id or name, the start of a hash or `latest` stands for; the newest."""
    rows: list[dict[str, Any]] = [dict(b) for b in builds(ledger)]
    if not rows:
        raise EmptyLedger(ledger, "build", "dataset")
    if value == LATEST:
        return rows[-1]
    names = ("id", "slug", "dataset", "dataset_name", "ontology", "ontology_version")
    hits = [r for r in rows if value in [r[n] for n in names]]
    for column, kind in (("id", "build"), ("dataset", "dataset"), ("ontology", "ontology")):
        hits = hits or _by_hash(rows, column, kind, value)
    if not hits:
        raise NothingCalled("build", value, [str(r["slug"]) for r in rows][-3:])
    return hits[-1]


def example_called(ledger: Path, value: str) -> tuple[str, dict[str, Any]]:
    """(key of a build that printed it, its row) of an example: by urn or start of its hash. The newest build wins."""
    start = _hash_of(value)
    keys = [path.stem for path in column_files(ledger, "builds")] if start else []
    found = {key: hits for key in keys if (hits := examples_called(ledger, key, start or ""))[0]}
    newest = [key_of(str(build["id"])) for build in reversed(builds(ledger))] if len(found) > 1 else list(found)
    for key in newest:
        count, rows = found.get(key, (0, []))
        if count > 1:
            raise SeveralCalled("example", value, count, [row["id"] for row in rows])
        if rows:
            return key, rows[0]
    raise NothingCalled("example", value)


_FINDERS: Mapping[str, Callable[[Path, str], str]] = {
    "node": node_called,
    "run": run_called,
    "adapter": adapter_called,
    "ontology": lambda ledger, value: str(build_called(ledger, value)["ontology"]),
    "dataset": lambda ledger, value: str(build_called(ledger, value)["dataset"]),
}
