"""`lithograph ledger verify`: every byte, every id, and that ledger and datasets tell of the same examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq

from lithograph.config import Config
from lithograph.ledger.columns import column_path
from lithograph.ledger.identities import wrong_ids
from lithograph.ledger.packed import short_hash
from lithograph.ledger.verify import (
    Checked,
    Finding,
    Places,
    newest,
    read_or_none,
    readable_rows,
    settle,
    table_or_none,
    wrong_bytes,
)
from lithograph.pipeline.forme import template_files
from lithograph.probes.wording import SPOKEN_OF
from lithograph.render.rows import BETWEEN
from lithograph.render.templates import Template, read_file

PIECE = 1 << 16
"""Rows of a shard that are held at once."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What is wrong, what is worth knowing, and how much was looked at."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    files: int
    bytes: int
    ids: int

    @property
    def summary(self) -> str:
        """One line: how much was checked and how much of it is wrong."""
        wrong = f"{len(self.findings)} things are wrong" if len(self.findings) != 1 else "one thing is wrong"
        told = f"{self.files} files, {self.bytes:,} bytes, {self.ids:,} ids"
        return f"{told}: {wrong if self.findings else 'nothing is wrong'}"


def verify_ledger(config: Config) -> Verified:
    """Make every hash again. Raises NewerLedger, LedgerBusy."""
    places = Places(config.root / "ledger", config.root, config.root / "datasets", config.root / "runs")
    settle(places.ledger)
    checked, ids = Checked(), [0]
    findings = list(wrong_bytes(places, checked))
    damaged = frozenset(f.file for f in findings)
    findings += wrong_ids(places.ledger, damaged, ids)
    findings += _wrong_examples(places, damaged, ids)
    notes = []
    if checked.unmanifested:
        notes.append(f"{checked.unmanifested} files were written before there were manifests: their ids were checked, "
                     "their bytes cannot be")  # fmt: skip
    changed = _changed_templates(config, places)
    if changed:
        notes.append(f"changed or gone since the last build: {', '.join(changed)}")
    return Verified(tuple(findings), tuple(notes), checked.files, checked.bytes, ids[0])


def _wrong_examples(places: Places, damaged: frozenset[Path], ids: list[int]) -> Iterator[Finding]:
    """Examples whose id or hash is not that of their text, or that ledger and dataset tell differently."""
    sequence = {r["activity"]: r["sequence"] for r in readable_rows(places.ledger, "times")}
    for build in newest(readable_rows(places.ledger, "builds"), sequence, "dataset_name"):
        ledgers = column_path(places.ledger, "examples", build["key"])
        columns = ["id", "content_hash"]
        rows = None if ledgers in damaged else table_or_none(places.ledger, "examples", build["key"], columns)
        told = {} if rows is None else dict(zip(rows["id"].to_pylist(), rows["content_hash"].to_pylist(), strict=True))
        seen = 0
        folder = places.datasets / build["dataset_name"]
        shards = [folder / s["file"] for s in build["shards"]]
        whole = all(path.is_file() and path not in damaged for path in shards)
        for path in shards if whole else ():
            for number, (one, said, text) in enumerate(_texts(path)):
                ids[0] += 1
                seen += 1
                if said != f"sha256:{sha256(text.encode()).hexdigest()}":
                    yield Finding(path, "misnamed", f"the content hash of row {number} is not that of its text", one)
                if rows is not None and told.get(one) != short_hash(said):
                    yield Finding(ledgers, "misnamed", "ledger and dataset tell of different examples",
                                  f"row {number} of {path.name}, {one}")  # fmt: skip
        if whole and rows is not None and seen != len(told):
            yield Finding(ledgers, "misnamed", "ledger and dataset tell of different examples",
                          f"{len(told)} and {seen} of them")  # fmt: skip


def _texts(shard: Path) -> Iterator[tuple[str, str, str]]:
    """(id, content hash, what it is the hash of) of every row."""
    with pq.ParquetFile(shard) as file:
        for batch in file.iter_batches(PIECE, columns=["id", "content_hash", "prompt", "completion"]):
            columns = batch.to_pydict()
            for one, said, prompt, answer in zip(*columns.values(), strict=True):
                yield one, said, f"{prompt}{BETWEEN}{answer}"


def _changed_templates(config: Config, places: Places) -> list[str]:
    """Files of templates that no longer hold a paraphrase of the newest build; no damage, only worth knowing."""
    sequence = {r["activity"]: r["sequence"] for r in readable_rows(places.ledger, "times")}
    builds = newest(readable_rows(places.ledger, "builds"), sequence)
    if not builds:
        return []
    used, scenes = (
        read_or_none(column_path(places.ledger, name, builds[0]["key"])) for name in ("templates", "scenes")
    )
    if used is None or scenes is None:
        return []
    declared = [json.loads(text) for text in scenes["declaration"].to_pylist()]
    roles = {
        _name(s["iri"]): [part["name"] for part in (*s["roles"], *s["couplings"]) if part["name"]] for s in declared
    }
    pairs = zip(used["id"].to_pylist(), used["path"].to_pylist(), strict=True)
    there = {
        t.id
        for name, file in template_files(config).items()
        for t in read_file(file, file.parents[name.count("/")], {**SPOKEN_OF, **roles})
        if isinstance(t, Template)
    }
    return sorted({path for one, path in pairs if one not in there})


def _name(iri: str) -> str:
    """How templates call the scene of an IRI: as `Scene.name`."""
    return iri.rstrip("#/").replace("#", "/").rsplit("/", 1)[-1]
