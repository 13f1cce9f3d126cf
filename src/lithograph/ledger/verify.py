"""Whether every byte is the one that was written: the ledger's files, and the shards, weights and exports it knows of.

Each file is held against the blocks in its manifest, so a damage is named to 64 KiB, and what is missing is told apart
from what is damaged. Reads files only; what their contents say is `identities`' and the composition's to check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.core.identity import file_sha256
from lithograph.ledger.columns import column_path, read_columns, rows_of, writing
from lithograph.ledger.errors import BrokenSeal, NewerLedger
from lithograph.ledger.format import FILE, FORMAT, unsealed
from lithograph.ledger.manifests import BLOCK, begun_strokes, block_hashes, finish_strokes, manifest_keys, manifest_path
from lithograph.ledger.schemas import TABLES

Kind = Literal["damaged", "cut short", "missing", "unknown", "misnamed"]

_CURES: Mapping[Kind, str] = {
    "damaged": "Bring the file back from a copy, or delete it and {again}.",
    "cut short": "Bring the file back from a copy, or delete it and {again}.",
    "missing": "Bring the file back from a copy, or {again}.",
    "unknown": "Delete it, or {again}.",
    "misnamed": "Somebody has edited it: {again}.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `first` and `last`: the bytes it lies in, counted from 0; None where there are none."""

    file: Path
    kind: Kind
    problem: str
    facts: str = ""
    again: str = "press or train again"
    first: int | None = None
    last: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.first}-{self.last}" if self.first is not None else f"{self.file}"
        facts = f" ({self.facts})" if self.facts else ""
        return f"{place}: {self.problem}{facts}. {_CURES[self.kind].format(again=self.again)}"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files stand that a ledger knows of: its own folder, the project, its datasets and runs."""

    ledger: Path
    root: Path
    datasets: Path
    runs: Path


@dataclass(slots=True)
class Checked:
    """What was looked at so far."""

    files: int = 0
    bytes: int = 0
    unmanifested: int = 0


def settle(ledger: Path) -> None:
    """Finish what a process that died had begun, so that manifests and files agree. Raises LedgerBusy, NewerLedger."""
    if begun_strokes(ledger):
        with writing(ledger):
            finish_strokes(ledger)


def wrong_bytes(places: Places, checked: Checked) -> Iterator[Finding]:
    """What is wrong with the files, in order of their names. Raises NewerLedger."""
    ledger = places.ledger
    older: frozenset[str] = frozenset()
    try:
        older = _older(ledger)
    except BrokenSeal as error:
        yield _whole(ledger / FILE, "damaged", error.facts)
    manifests: dict[str, dict[str, Any]] = {}
    for key in manifest_keys(ledger):
        path = manifest_path(ledger, key)
        checked.files += 1
        try:
            manifests[key] = unsealed(path)
        except BrokenSeal as error:
            yield _whole(path, "damaged", f"a manifest; {error.facts}")
            continue
        if manifests[key]["key"] != key:
            yield _whole(path, "misnamed", f"it is the manifest of {manifests[key]['key'][:12]}…")
        for table, note in manifests[key]["tables"].items():
            yield from held_against(column_path(ledger, table, key), note, checked)
    if manifests and not (ledger / FILE).exists():
        yield Finding(ledger / FILE, "missing", "the file is missing", "there are manifests, so it was there",
                      "record anything")  # fmt: skip
    yield from _unknown_columns(ledger, manifests, older, checked)
    yield from _outside(places, manifests, checked)


def _older(ledger: Path) -> frozenset[str]:
    path = ledger / FILE
    if not path.exists():
        return frozenset()
    value = unsealed(path)
    if value["format"] > FORMAT:
        raise NewerLedger(ledger, value["format"], FORMAT)
    return frozenset(value["unmanifested"])


def _whole(path: Path, kind: Kind, facts: str) -> Finding:
    size = path.stat().st_size if path.exists() else 0
    return Finding(path, kind, "its bytes are not those that were written", facts, first=0, last=max(size - 1, 0))


def held_against(
    path: Path, note: Mapping[str, Any], checked: Checked, again: str = "press or train again"
) -> Iterator[Finding]:
    """A file against what is noted of it: every run of blocks that differ, or that it is missing or cut short."""
    checked.files += 1
    size, blocks = int(note["bytes"]), list(note["blocks"])
    try:
        found, hashes = block_hashes(path)
    except FileNotFoundError:
        yield Finding(path, "missing", "the file is missing", f"it had {size} bytes", again)
        return
    except OSError as error:
        yield Finding(path, "damaged", "the file cannot be read", error.strerror or str(error), again, 0, size - 1)
        return
    checked.bytes += found
    if found < size:
        yield Finding(path, "cut short", f"the file ends after {found} bytes", f"it had {size}", again, found, size - 1)
        hashes, blocks = hashes[: found // BLOCK], blocks[: found // BLOCK]
    elif found > size:
        yield Finding(path, "damaged", f"the file goes on after {size} bytes", "", again, size, found - 1)
        if size % BLOCK:  # the last block has grown: what was in it is told by reading only so far
            hashes, blocks = hashes[: size // BLOCK], blocks[: size // BLOCK]
    bad = [i for i, (was, now) in enumerate(zip(blocks, hashes, strict=False)) if was != now]
    for first, last in _spans(bad):
        yield Finding(path, "damaged", "these bytes are not those that were written", "", again, first * BLOCK,
                      min((last + 1) * BLOCK, size, found) - 1)  # fmt: skip


def _spans(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of neighbours among sorted numbers.

    >>> list(_spans([0, 1, 4]))
    [(0, 1), (4, 4)]
    """
    start = None
    for i, number in enumerate(numbers):
        start = number if start is None else start
        if i + 1 == len(numbers) or numbers[i + 1] != number + 1:
            yield start, number
            start = None


def _unknown_columns(
    ledger: Path, manifests: Mapping[str, Any], older: frozenset[str], checked: Checked
) -> Iterator[Finding]:
    """Column files that no manifest tells of: of a ledger of form 1 they are counted, otherwise something is lost."""
    first_form = not (ledger / FILE).exists() and not manifests
    broken = set(manifest_keys(ledger)) - manifests.keys()
    lost: set[str] = set()
    for table in sorted(TABLES):
        for path in sorted((ledger / "columns" / table).glob("*.parquet")):
            key = path.stem
            if key in manifests:
                if table not in manifests[key]["tables"]:
                    yield Finding(path, "unknown", "no manifest tells of this file")
            elif first_form or key in older:
                checked.unmanifested += 1
            elif key not in broken and key not in lost:
                lost.add(key)
                yield Finding(manifest_path(ledger, key), "missing", "the manifest is missing",
                              f"there is {table}/{path.name}")  # fmt: skip


def readable_rows(ledger: Path, table: str) -> list[dict[str, Any]]:
    """The rows of all files of a small table that can still be read; what cannot is a finding of its own."""
    out: list[dict[str, Any]] = []
    for path in sorted((ledger / "columns" / table).glob("*.parquet")):
        out += [{**row, "key": path.stem} for row in rows_of(read_or_none(path) or TABLES[table].empty_table())]
    return out


def read_or_none(path: Path) -> pa.Table | None:
    """A Parquet file, or None where it cannot be read: damage takes many forms, and all are told by the bytes."""
    try:
        table = pq.read_table(path)
        return table if table.column_names else None  # names are decoded when they are asked for
    except Exception:
        return None


def table_or_none(ledger: Path, name: str, key: str, columns: list[str] | None = None) -> pa.Table | None:
    """Columns of a table of the ledger as they are read elsewhere, None where that cannot be."""
    try:
        return read_columns(ledger, name, key, columns) if column_path(ledger, name, key).exists() else None
    except Exception:  # as above
        return None


def newest(rows: list[dict[str, Any]], sequence: Mapping[str, int], *names: str) -> list[dict[str, Any]]:
    """The newest row of each name: what was written over since is no longer there to be checked."""
    ordered = sorted(rows, key=lambda r: (sequence.get(r["id"], 0), r["id"]))
    return list({tuple(r[n] for n in names): r for r in ordered}.values())


def _outside(places: Places, manifests: Mapping[str, Any], checked: Checked) -> Iterator[Finding]:
    """The files that stand outside the ledger: of the newest build of each dataset, of each run, of each export."""
    sequence = {r["activity"]: r["sequence"] for r in readable_rows(places.ledger, "times")}
    for build in newest(readable_rows(places.ledger, "builds"), sequence, "dataset_name"):
        folder, again = places.datasets / build["dataset_name"], f"`lithograph dataset {build['dataset_name']} --force`"
        yield from _files(folder, build["shards"], manifests.get(build["key"]), checked, f"run {again}")
    for run in newest(readable_rows(places.ledger, "runs"), sequence, "slug"):
        kept = read_or_none(column_path(places.ledger, "checkpoints", run["key"]))
        files = rows_of(kept) if kept is not None else []
        if run["status"] != "finished":  # a run that goes on lets its older checkpoints go
            files = [f for f in files if f["step"] is None or (places.runs / run["slug"] / f["file"]).exists()]
        if not files and run["adapter"]:
            sha = run["adapter"].rsplit(":", 1)[-1]
            files = [{"file": "adapter/adapter_model.safetensors", "sha256": sha}]
        yield from _files(places.runs / run["slug"], files, manifests.get(run["key"]), checked, "train again")
    exported: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for export in newest(readable_rows(places.ledger, "exports"), sequence, "id"):
        exported |= {file["file"]: (file, export) for file in export["files"]}
    for file, export in exported.values():
        yield from _files(places.root, [file], manifests.get(export["key"]), checked, "export again")


def _files(
    folder: Path, files: list[dict[str, Any]], manifest: Mapping[str, Any] | None, checked: Checked, again: str
) -> Iterator[Finding]:
    if files and not folder.is_dir():
        yield Finding(folder, "missing", "the folder is missing", f"{len(files)} files were in it", again)
        return
    for file in files:
        path, note = folder / file["file"], (manifest or {}).get("files", {}).get(file["file"])
        if note is not None:
            yield from held_against(path, note, checked, again)
            continue
        checked.files += 1
        if not path.is_file():
            yield Finding(path, "missing", "the file is missing", "", again)
        elif file_sha256(path) != file["sha256"]:
            checked.bytes += path.stat().st_size
            yield Finding(path, "damaged", "its bytes are not those that were written", "", again, 0,
                          max(path.stat().st_size - 1, 0))  # fmt: skip
        else:
            checked.bytes += path.stat().st_size
