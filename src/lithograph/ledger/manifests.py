"""Writing a build, a run, an evaluation or an export down in one stroke, with a manifest of its files' hashes.

    ledger/columns/manifests/{key}.json        the files that are in place: bytes, and the SHA-256 of each 64 KiB block
    ledger/columns/manifests/{key}.next.json   a stroke that was begun: it is finished, never undone

All tables are written aside, then the next manifest, then every file is put in its place, the activity's own row
last. A process that dies before the manifest leaves what stood there; one that dies later has it finished by whoever
writes next. Knows tables and files, not what a build or a run is.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lithograph.ledger.columns import (
    Rows,
    column_files,
    column_path,
    packer_of,
    read_all,
    read_columns,
    recorded_keys,
    rows_of,
    write_aside,
    writing,
)
from lithograph.ledger.errors import BrokenSeal, UnreadableColumns, UnwritableLedger
from lithograph.ledger.format import FILE, needs_upgrade, sealed, stamp_format, unmanifested, unsealed, write_whole
from lithograph.ledger.packed import Packer
from lithograph.ledger.schemas import OWN_ROWS, TABLES

BLOCK = 1 << 16
"""Bytes that one hash stands for: how closely a damage can be named."""

_NEXT = ".next.json"


def manifest_path(ledger: Path, key: str) -> Path:
    """Where the manifest of a build, run, evaluation or export lies."""
    return ledger / "columns" / "manifests" / f"{key}.json"


def block_hashes(path: Path) -> tuple[int, list[str]]:
    """(bytes, hex SHA-256 of every block) of a file."""
    size, hashes = 0, []
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            size += len(block)
            hashes.append(hashlib.sha256(block).hexdigest())
    return size, hashes


@dataclass(slots=True)
class Recording:
    """What is written aside so far: table -> its bytes and hashes; files outside the ledger -> theirs.

    Tables that name rows (axioms, instances) are written before those that point to them.
    """

    ledger: Path
    key: str
    packer: Packer
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def write(self, table: str, rows: Rows) -> None:
        """Write a table aside. Raises MisfitTable, UnwritableLedger."""
        aside = write_aside(self.ledger, table, self.key, rows, self.packer)
        self.tables[table] = _noted(aside)

    def copy(self, table: str, path: Path) -> None:
        """Put a table aside as it stands in a file of another ledger. Raises UnwritableLedger."""
        aside = _aside(self.ledger, table, self.key)
        try:
            aside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, aside)
        except OSError as error:
            raise UnwritableLedger(aside, error.strerror or str(error)) from error
        self.tables[table] = _noted(aside)

    def note(self, name: str, path: Path) -> None:
        """Note the hashes of a file that stays outside the ledger. Raises UnreadableColumns."""
        try:
            self.files[name] = _noted(path)
        except OSError as error:
            raise UnreadableColumns(path, error.strerror or str(error)) from error


def _noted(path: Path) -> dict[str, Any]:
    size, hashes = block_hashes(path)
    return {"blocks": hashes, "bytes": size}


@contextmanager
def recording(ledger: Path, key: str, build: str | None = None) -> Iterator[Recording]:
    """Hold the lock, write tables, and put them all in place at the end; nothing changes where that is not reached.

    build: the key of the build whose examples a run was shown. Tables of the same key that are not written again stay.
    A ledger of an older form is brought to today's first.

    Raises LedgerBusy, NewerLedger, UnwritableLedger.
    """
    with writing(ledger):
        finish_strokes(ledger)
        bring_up(ledger)
        with _stroke(ledger, key, build) as begun:
            yield begun


@contextmanager
def _stroke(ledger: Path, key: str, build: str | None) -> Iterator[Recording]:
    """One activity's tables, all put in place at the end. Hold the lock."""
    _clear(ledger, key)
    begun = Recording(ledger, key, packer_of(ledger, key, build))
    try:
        yield begun
        before = manifest_of(ledger, key)
        whole = {"key": key, "files": {**before["files"], **begun.files},
                 "tables": {**before["tables"], **begun.tables}}  # fmt: skip
        write_whole(manifest_path(ledger, key).with_name(key + _NEXT), sealed(whole))
    except BaseException:
        _clear(ledger, key)
        raise
    _put_in_place(ledger, key)


def bring_up(ledger: Path) -> None:
    """Write what an older program packed otherwise as it is packed today. Hold the lock.

    What cannot be read stays as it is, for `verify` to tell of. A process that dies on the way leaves a ledger that is
    still of the older form, and still read.
    """
    if not needs_upgrade(ledger):
        return
    before = unmanifested(ledger) if (ledger / FILE).exists() else recorded_keys(ledger)
    for own, packed in (("builds", ("axioms", "instances", "examples")), ("runs", ("steps",))):
        for key in [path.stem for path in column_files(ledger, own)]:
            with suppress(UnreadableColumns), _stroke(ledger, key, shown_to(ledger, key)) as begun:
                for table in packed:
                    begun.write(table, read_columns(ledger, table, key))
                if own == "runs":
                    begun.write("unprinted", begun.packer.unprinted)
                for table in TABLES if key in before else ():
                    path = column_path(ledger, table, key)
                    if table not in begun.tables and path.exists():
                        begun.copy(table, path)
    stamp_format(ledger, sorted(key for key in before if not manifest_path(ledger, key).exists()))


def shown_to(ledger: Path, run: str) -> str | None:
    """The key of the newest build of the dataset that a run was shown; None where there is none (or no such run)."""
    row = rows_of(read_columns(ledger, "runs", run, ["dataset"]))
    return newest_build(ledger, row[0]["dataset"]) if row else None


def newest_build(ledger: Path, dataset: str) -> str | None:
    """The key of the newest build of a dataset, by the dataset's urn or the build's own."""
    age = {r["activity"]: r["sequence"] for r in rows_of(read_all(ledger, "times", ["activity", "sequence"]))}
    found = [(age.get(build["id"], 0), build["id"]) for build in rows_of(read_all(ledger, "builds", ["id", "dataset"]))
             if dataset in (build["id"], build["dataset"])]  # fmt: skip
    return max(found)[1].rsplit(":", 1)[-1] if found else None


def manifest_of(ledger: Path, key: str) -> dict[str, Any]:
    """The manifest of a key; one that is not there or is damaged is empty."""
    try:
        return unsealed(manifest_path(ledger, key))
    except (FileNotFoundError, BrokenSeal):
        return {"key": key, "files": {}, "tables": {}}


def _clear(ledger: Path, key: str) -> None:
    """Remove what was written aside, by this process or by one that died."""
    for name in TABLES:
        _aside(ledger, name, key).unlink(missing_ok=True)


def finish_strokes(ledger: Path) -> None:
    """Finish what a process that died had begun to put in place. Hold the lock."""
    for path in sorted((ledger / "columns" / "manifests").glob("*" + _NEXT)):
        _put_in_place(ledger, path.name.removesuffix(_NEXT))


def begun_strokes(ledger: Path) -> bool:
    """Whether there is something to finish."""
    return bool(list((ledger / "columns" / "manifests").glob("*" + _NEXT)))


def manifest_keys(ledger: Path) -> list[str]:
    """The keys that have a manifest, sorted."""
    return sorted(p.stem for p in (ledger / "columns" / "manifests").glob("*.json") if not p.name.endswith(_NEXT))


def _aside(ledger: Path, table: str, key: str) -> Path:
    return column_path(ledger, table, key).with_suffix(".parquet.part")


def _put_in_place(ledger: Path, key: str) -> None:
    path = manifest_path(ledger, key)
    following = path.with_name(key + _NEXT)
    tables: Mapping[str, Any] = unsealed(following)["tables"]
    try:
        for table in sorted(tables, key=lambda name: (name in OWN_ROWS, name)):
            aside = _aside(ledger, table, key)
            if aside.exists():
                aside.replace(column_path(ledger, table, key))
        following.replace(path)
    except OSError as error:
        raise UnwritableLedger(path, error.strerror or str(error)) from error
