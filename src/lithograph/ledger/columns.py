"""The ledger's columns: one Parquet file per table and build (or run). They are the truth; everything else is derived.

    ledger/columns/{table}/{hash of the build or run}.parquet

A file is written aside and renamed, so a reader sees it whole or not at all; a lock file keeps two writers apart.
This module knows nothing about RDF, nor about what a build or a run is: it moves tables,
whose schemas are in `schemas`; how they lie in their files is `packed`'s.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.ledger.arrays import one_array
from lithograph.ledger.errors import LedgerBusy, MisfitTable, UnreadableColumns, UnwritableLedger
from lithograph.ledger.format import check_format
from lithograph.ledger.packed import OWN_ID, SPELLED, STORED, Packer, digests, encodings, unpacked
from lithograph.ledger.schemas import OWN_ROWS, TABLES

Rows: TypeAlias = pa.Table | Iterable[pa.Table]
"""The rows of a table, whole or piece by piece; every piece becomes a row group, or several (`_ROWS`)."""

_UNIQUE = frozenset({
    "axioms.text", "axioms.display", "nodes.iri", "decisions.candidate", "decisions.target", "checkpoints.sha256",
    "probes.item", "unprinted.example",
})  # fmt: skip
"""Columns of nearly unique values: a dictionary page would only be in the way, as in those that `packed` encodes."""

_ROWS: Mapping[str, int] = {"examples": 1 << 13, "instances": 1 << 14}
"""Rows of a row group, where not those of a piece: as many are read to look one up."""

_ALWAYS: Mapping[str, tuple[str, ...]] = {
    "builds": ("axioms", "nodes", "scenes", "templates", "instances", "examples", "decisions", "times"),
    "runs": ("steps", "times"),
}
"""Tables that every build and every run has had from the first: where a file is not there, it was lost."""

LOCK, VIEW_LOCK = ".lock", ".view.lock"
"""One for the columns, one for the view: making a view takes long, and no build should wait for it."""


@contextmanager
def writing(ledger: Path, wait: float = 10.0, lock: str = LOCK) -> Iterator[None]:
    """Hold a lock of the ledger; wait at most `wait` seconds for another writer.

    The system frees the lock when a process dies, so a killed build leaves none behind. Raises LedgerBusy, NewerLedger.
    """
    check_format(ledger)
    try:
        ledger.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(ledger / lock, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UnwritableLedger(ledger, error.strerror or str(error)) from error
    deadline = time.monotonic() + wait
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LedgerBusy(ledger / lock) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def fitted(name: str, table: pa.Table) -> pa.Table:
    """The table in its schema's order and types. A missing column is refused; one too many is left out.

    Strings handed in as dictionaries stay dictionaries: nothing is decoded where the schema says WORD.
    """
    schema = TABLES.get(name)
    if schema is None:
        raise MisfitTable(name, "there is no such table", f"tables: {', '.join(TABLES)}")
    missing = [n for n in schema.names if n not in table.column_names]
    if missing:
        raise MisfitTable(name, f"columns are missing: {', '.join(missing)}", f"given: {', '.join(table.column_names)}")
    columns = []
    for field in schema:
        column = table.column(field.name)
        try:
            columns.append(column if column.type == field.type else _cast(column, field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            facts = f"{column.type} is not {field.type}: {error}"
            raise MisfitTable(name, f"column {field.name!r} has the wrong type", facts) from error
    return pa.table(columns, schema=schema)


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        if pa.types.is_dictionary(kind):
            return (
                column.cast(kind)
                if column.type.index_type != kind.index_type
                else column.cast(kind.value_type).dictionary_encode()
            )
        return column.cast(column.type.value_type).cast(kind)
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type).dictionary_encode()
    return column.cast(kind)


def column_path(ledger: Path, table: str, key: str) -> Path:
    """Where a table of a build or run lies; `key` is the hash in its urn."""
    return ledger / "columns" / table / f"{key}.parquet"


def packer_of(ledger: Path, key: str, build: str | None = None) -> Packer:
    """What packs the tables of a build or run; build: the key of that whose examples a run was shown."""
    return Packer(lambda table, other: hashes_of(ledger, table, other or key), build)


def write_columns(ledger: Path, name: str, key: str, rows: Rows) -> Path:
    """Write a table whole or not at all; the same pieces give the same bytes. Hold the lock while calling.

    Pieces are asked for one by one, and none is held when the next is asked for. Raises MisfitTable.
    """
    path, aside = column_path(ledger, name, key), write_aside(ledger, name, key, rows)
    try:
        aside.replace(path)
    except OSError as error:
        raise UnwritableLedger(path, error.strerror or str(error)) from error
    finally:
        aside.unlink(missing_ok=True)
    return path


def write_aside(ledger: Path, name: str, key: str, rows: Rows, packer: Packer | None = None) -> Path:
    """Write a table beside its place, under a name that no reader looks at; nothing is left where that fails.

    packer: where what the table points to was written before it.
    """
    path = column_path(ledger, name, key)
    aside = path.with_suffix(".parquet.part")
    schema, packer = STORED[name], packer or packer_of(ledger, key)
    encoded = encodings(name)
    hashes = {one.name for one in schema if pa.types.is_fixed_size_binary(one.type)}  # as good as random
    squeezed = {leaf: 1 for leaf in _leaves(schema) if leaf not in hashes}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(
            aside, schema, compression=dict.fromkeys(hashes, "none") | dict.fromkeys(squeezed, "zstd"),
            compression_level=squeezed, write_statistics=name != "examples",
            use_dictionary=_dictionaries(name, schema, {*encoded, *hashes}),
            dictionary_pagesize_limit=1 << 28, write_page_checksum=True, column_encoding=encoded,
        ) as writer:  # fmt: skip
            for piece in (rows,) if isinstance(rows, pa.Table) else rows:
                rows_of_group = max(_ROWS.get(name, piece.num_rows), 1)
                writer.write_table(packer.packed(name, fitted(name, piece)), row_group_size=rows_of_group)
        _on_disk(aside)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UnwritableLedger(path, error.strerror or str(error)) from error
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return aside


def _on_disk(path: Path) -> None:
    """Wait until the disk has a file's bytes: renamed before, it could be empty after a power failure."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _dictionaries(name: str, schema: pa.Schema, encoded: AbstractSet[str]) -> list[str]:
    """Parquet leaf paths that are written through a dictionary page."""
    return [leaf for leaf in _leaves(schema) if leaf not in encoded and f"{name}.{leaf}" not in _UNIQUE]


def _leaves(schema: pa.Schema) -> list[str]:
    """The Parquet paths of all columns that have values of their own."""
    leaves: list[str] = []
    for one in schema:
        if pa.types.is_list(one.type):
            item = one.type.value_type
            inner = [f".{f.name}" for f in item] if pa.types.is_struct(item) else [""]
            leaves += [f"{one.name}.list.element{part}" for part in inner]
        else:
            leaves.append(one.name)
    return leaves


def read_columns(ledger: Path, name: str, key: str, columns: list[str] | None = None) -> pa.Table:
    """One table of one build or run; an empty table where there is none.

    Raises NewerLedger; UnreadableColumns, also for a file that is lost where the build or run is recorded.
    """
    check_format(ledger)
    path = column_path(ledger, name, key)
    if not path.exists():
        if any(name in tables and column_path(ledger, own, key).exists() for own, tables in _ALWAYS.items()):
            raise UnreadableColumns(path, "the file is missing")
        empty = TABLES[name].empty_table()
        return empty.select(columns) if columns else empty
    return _read(path, name, columns)


def _read(path: Path, name: str, columns: list[str] | None) -> pa.Table:
    """A file of a table, unpacked; columns that it lacks, since an older program wrote it, are null."""
    wanted = columns or TABLES[name].names
    stored = [*wanted, *(behind for one, behind in _BEHIND.items() if one in [f"{name}.{n}" for n in wanted])]
    table = _stored_columns(path, stored)
    ledger, key = path.parents[2], path.stem
    unprinted = column_path(ledger, "unprinted", key)
    table = unpacked(name, wanted, table, lambda other, of: hashes_of(ledger, other, of or key),
                     lambda: one_array(_stored_columns(unprinted, ["example"]).column("example")))  # fmt: skip
    for place, column in enumerate(wanted):
        if column not in table.column_names:
            one = TABLES[name].field(column)
            table = table.add_column(place, one, pa.nulls(table.num_rows, one.type))
    return table


_BEHIND = {"axioms.annotated": "axiom", "steps.example": "build"}
"""What else must be read to unpack a column."""


def _stored_columns(path: Path, columns: list[str]) -> pa.Table:
    """Those columns of a file that it has, as they are stored. Raises UnreadableColumns."""
    if not path.exists():
        raise UnreadableColumns(path, "the file is missing")
    try:
        there = pq.read_schema(path).names  # decoded here: damaged names would raise later
        wanted = [n for n in dict.fromkeys(columns) if n in there]
        return pq.read_table(path, columns=wanted, page_checksum_verification=True)
    except (pa.ArrowException, OSError, ValueError) as error:  # ValueError: text that is no UTF-8
        raise UnreadableColumns(path, str(error).split("\n", 1)[0]) from error


def hashes_of(ledger: Path, name: str, key: str) -> pa.Array:
    """The hashes (bytes) that name the rows of a table that others point to, in order. Raises UnreadableColumns."""
    column = one_array(_stored_columns(column_path(ledger, name, key), [OWN_ID[name]]).column(OWN_ID[name]))
    if pa.types.is_fixed_size_binary(column.type):
        return column
    return digests(column, SPELLED[f"{name}.{OWN_ID[name]}"], f"{name}.{OWN_ID[name]}")


def stored_row(path: Path, place: int, columns: list[str] | None = None) -> dict[str, Any]:
    """One row of a file by its place, as it is stored; its row group alone is read. Raises UnreadableColumns."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                if place < rows:
                    return dict(file.read_row_group(group, columns, use_threads=False).slice(place, 1).to_pylist()[0])
                place -= rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableColumns(path, str(error).split("\n", 1)[0]) from error
    raise UnreadableColumns(path, f"it has no row {place}")


def read_all(ledger: Path, name: str, columns: list[str] | None = None) -> pa.Table:
    """One table over all builds or runs, in order of their hashes. Raises UnreadableColumns."""
    lost = lost_files(ledger, name)
    if lost:
        raise UnreadableColumns(lost[0], "the file is missing")
    tables = [_read(path, name, columns) for path in column_files(ledger, name)]
    if not tables:
        empty = TABLES[name].empty_table()
        return empty.select(columns) if columns else empty
    return pa.concat_tables(tables, promote_options="default")


def column_files(ledger: Path, name: str) -> list[Path]:
    """The files of a table, sorted: of what is recorded whole, not of a build that is being written or was killed.

    Raises NewerLedger.
    """
    check_format(ledger)
    files = sorted((ledger / "columns" / name).glob("*.parquet"))
    if name in OWN_ROWS:
        return files
    keys = recorded_keys(ledger)
    return [path for path in files if path.stem in keys]


def recorded_keys(ledger: Path) -> frozenset[str]:
    """The hashes of everything that is recorded whole."""
    return frozenset(path.stem for own in OWN_ROWS for path in column_files(ledger, own))


def lost_files(ledger: Path, name: str, key: str | None = None) -> list[Path]:
    """The files of a table that must be there and are not, of all builds and runs or of one; sorted."""
    owners = [own for own, tables in _ALWAYS.items() if name in tables]
    keys = {path.stem for own in owners for path in column_files(ledger, own)}
    wanted = (column_path(ledger, name, k) for k in sorted(keys) if key in (None, k))
    return [path for path in wanted if not path.exists()]


def sweep(ledger: Path) -> None:
    """Remove what killed writers left: files aside, and tables of a build or run whose own row never came.

    No reader has seen any of it. Hold the lock while calling.
    """
    keys = recorded_keys(ledger)
    for path in (ledger / "columns").glob("*/*.part"):
        path.unlink(missing_ok=True)
    for name in TABLES.keys() - set(OWN_ROWS):
        for path in (ledger / "columns" / name).glob("*.parquet"):
            if path.stem not in keys:
                path.unlink(missing_ok=True)


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    """A small table as dictionaries."""
    return list(table.to_pylist())
