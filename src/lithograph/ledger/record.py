"""What is written down about a build: values that the composition hands in. Knows nothing about how they came to be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from lithograph.core.identity import canonical_json, sha256_hex, urn_of
from lithograph.ledger.columns import Rows, column_path, fitted, lost_files, read_all, read_columns, rows_of, sweep
from lithograph.ledger.errors import MisfitTable, UnreadableColumns
from lithograph.ledger.manifests import manifest_of, recording
from lithograph.ledger.schemas import BUILD_TABLES, OWN_ROWS, TABLES


@dataclass(frozen=True, slots=True)
class OntologyRecord:
    """One version of an ontology: `id` is urn:litho:ontology:…, `previous` the version it revises, or None."""

    id: str
    iri: str | None
    version: str
    missing_imports: tuple[str, ...] = ()
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One file that the ontology was read from; `name` is its path relative to the project."""

    name: str
    iri: str | None
    sha256: str
    syntax: str
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class SplitRecord:
    """A split's content id (urn:litho:split:…) and number of examples."""

    id: str
    rows: int


@dataclass(frozen=True, slots=True)
class ShardRecord:
    """One Parquet file of the dataset, its path relative to the dataset's folder."""

    file: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """One pressing of a dataset: from what, by which recipe, into what. Holds no clock and no host.

    id: urn:litho:build:…; dataset: urn:litho:dataset:…; slug: a readable name; recipe: the resolved configuration
    as JSON values; splits: role (train, valid, test) -> split.
    """

    id: str
    slug: str
    dataset_name: str
    dataset: str
    ontology: OntologyRecord
    sources: tuple[SourceRecord, ...]
    recipe: Mapping[str, object]
    code_version: str
    splits: Mapping[str, SplitRecord]
    shards: tuple[ShardRecord, ...]

    @property
    def recipe_hash(self) -> str:
        """Hex SHA-256 of the recipe's canonical JSON."""
        return sha256_hex(canonical_json(self.recipe))


@dataclass(frozen=True, slots=True)
class Times:
    """When an activity ran, ISO 8601, and on what: kept apart from everything that is hashed."""

    started: str = ""
    ended: str = ""
    platform: str = ""


def identified(record: BuildRecord) -> BuildRecord:
    """The record with the id that its content gives: ontology version, recipe, code and dataset."""
    content = [record.ontology.id, record.recipe_hash, record.code_version, record.dataset, record.dataset_name]
    return replace(record, id=urn_of("build", content))


def key_of(urn: str) -> str:
    """The hash in a urn: names the columns' files."""
    return urn.rsplit(":", 1)[-1].rsplit("/", 1)[-1]


def record_build(
    ledger: Path,
    record: BuildRecord,
    tables: Mapping[str, Rows],
    times: Times | None = None,
    folder: Path | None = None,
) -> None:
    """Write a build down: its tables first, its own row last, so that a build is there whole or not at all.

    folder: the dataset's, where it is at hand; then the blocks of its shards are noted too, so that `verify` can say
    where in a shard a damage is.

    A table may come piece by piece (`columns.Rows`): it is written as it comes. Recording the same build again
    replaces it by the same bytes. Raises MisfitTable, LedgerBusy, UnwritableLedger.
    """
    for name in tables:
        if name not in BUILD_TABLES:
            raise MisfitTable(name, "a build has no such table", f"tables: {', '.join(BUILD_TABLES)}")
    fit = {name: fitted(name, table) if isinstance(table, pa.Table) else table for name, table in tables.items()}
    key = key_of(record.id)
    with recording(ledger, key) as begun:
        forget_damaged(ledger, "builds", key)
        sweep(ledger)
        for name in BUILD_TABLES:
            begun.write(name, fit.get(name, TABLES[name].empty_table()))
        begun.write("times", timed(ledger, record.id, record.dataset, times))
        begun.write("builds", build_row(_revising(ledger, record)))
        if folder is not None:
            for shard in record.shards:
                begun.note(shard.file, folder / shard.file)


def forget_damaged(ledger: Path, own: str, key: str) -> None:
    """Forget a build or run whose own row or times are damaged or lost, since it is about to be written down again.

    Hold the lock while calling, and `sweep` afterwards.
    """
    try:
        for name in (own, "times"):
            read_columns(ledger, name, key)
    except UnreadableColumns:
        column_path(ledger, own, key).unlink(missing_ok=True)


def _revising(ledger: Path, record: BuildRecord) -> BuildRecord:
    """The record with the version that its ontology revises, where the caller did not name one.

    That is the ontology of the newest build before, of the same dataset and ontology IRI. A version that was pressed
    before revises what it revised then: going back to an old version closes no circle.
    """
    onto = record.ontology
    if onto.previous is not None:
        return record
    before = [b for b in builds(ledger) if b["id"] != record.id or b["ontology"] == onto.id]
    again = [b for b in before if b["ontology"] == onto.id]
    kin = [b for b in before if (b["dataset_name"], b["ontology_iri"]) == (record.dataset_name, onto.iri)]
    previous = again[0]["previous"] if again else kin[-1]["ontology"] if kin else None
    return replace(record, ontology=replace(onto, previous=str(previous) if previous else None))


def build_row(record: BuildRecord) -> pa.Table:
    """The one row of a build."""
    row = {
        "id": record.id,
        "slug": record.slug,
        "dataset_name": record.dataset_name,
        "dataset": record.dataset,
        "ontology": record.ontology.id,
        "ontology_iri": record.ontology.iri,
        "ontology_version": record.ontology.version,
        "missing_imports": list(record.ontology.missing_imports),
        "previous": record.ontology.previous if record.ontology.previous != record.ontology.id else None,
        "sources": [
            {"name": s.name, "iri": s.iri, "sha256": s.sha256, "syntax": s.syntax, "licence": s.licence}
            for s in record.sources
        ],
        "recipe": canonical_json(record.recipe),
        "recipe_hash": record.recipe_hash,
        "code_version": record.code_version,
        "splits": [{"role": role, "id": s.id, "rows": s.rows} for role, s in sorted(record.splits.items())],
        "shards": [{"file": s.file, "sha256": s.sha256, "rows": s.rows} for s in record.shards],
    }
    return pa.Table.from_pylist([row], schema=TABLES["builds"])


def timed(ledger: Path, activity: str, made: str | None, times: Times | None) -> pa.Table:
    """The times row of an activity: the newest one has the greatest sequence.

    `first_of` names the thing it made unless another activity made the very same bytes before: an entity has one
    generation (PROV-CONSTRAINTS, key constraint on generation), whoever repeats it has only reproduced it.
    """
    others = [r for r in rows_of(read_all(ledger, "times")) if r["activity"] != activity]
    before = rows_of(read_columns(ledger, "times", key_of(activity)))
    newest = max((r["sequence"] for r in others), default=0)
    sequence = before[0]["sequence"] if before and before[0]["sequence"] > newest else newest + 1
    taken = {r["first_of"] for r in others}
    stamp = times or Times()
    row = {
        "activity": activity, "sequence": sequence, "started": stamp.started, "ended": stamp.ended,
        "platform": stamp.platform, "first_of": made if made and made not in taken else None,
    }  # fmt: skip
    return pa.Table.from_pylist([row], schema=TABLES["times"])


def builds(ledger: Path) -> Sequence[dict[str, object]]:
    """All builds, the oldest first, each with its `sequence` and its recipe read."""
    sequence = {r["activity"]: r["sequence"] for r in rows_of(read_all(ledger, "times"))}
    rows = [{**r, "recipe": json.loads(r["recipe"]), "sequence": sequence.get(r["id"], 0)}
            for r in rows_of(read_all(ledger, "builds"))]  # fmt: skip
    return sorted(rows, key=lambda r: (r["sequence"], r["id"]))


def alone(ledger: Path, key: str, there: Path) -> list[Path]:
    """A build written into another ledger as if it were the only one: without a clock, the first of its kind, revising
    nothing. All files of that ledger; the same build gives the same bytes wherever it was made."""
    row = rows_of(read_columns(ledger, "builds", key))[0]
    build = pa.Table.from_pylist([row | {"previous": None}], schema=TABLES["builds"])
    with recording(there, key) as begun:
        begun.files = manifest_of(ledger, key)["files"]
        for name in BUILD_TABLES:
            begun.copy(name, column_path(ledger, name, key))
        begun.write("times", timed(there, row["id"], row["dataset"], None))
        begun.write("builds", build)
    return sorted(path for path in there.rglob("*") if path.is_file() and not path.name.startswith("."))


def recorded(ledger: Path, record_id: str) -> bool:
    """Whether a build, run, evaluation or export is recorded, and no file of it is lost."""
    key = key_of(record_id)
    there = any(column_path(ledger, name, key).exists() for name in OWN_ROWS)
    return there and not any(lost_files(ledger, name, key) for name in TABLES)
