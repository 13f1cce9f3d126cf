"""Whether anything that is held out leaks into what is trained on: asked of a dataset's files by published queries.

The queries stand in `ledger/queries/splits/*.sql`. Each answers (example, what), one row a leak; no row is the proof.
They read what lies on the disk, so they find what came into a dataset after it was pressed too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa

from lithograph.core.errors import LithographError
from lithograph.core.identity import file_sha256, sha256_hex
from lithograph.ledger.heavy import ask_files

CERTIFICATE, HELD_OUT = "splits.json", "held_out.parquet"
SCHEMA = pa.schema([
    ("claim", pa.string()), ("role", pa.string()), ("part", pa.string()), ("subject", pa.string()),
    ("relation", pa.string()), ("object", pa.string()), ("quantifier", pa.string()), ("negated", pa.bool_()),
    ("number", pa.int32()), ("truth", pa.string()), ("depth", pa.int16()),
    ("one_step", pa.list_(pa.list_(pa.string()))), ("sources", pa.list_(pa.string())),
])  # fmt: skip
"""Columns of held_out.parquet: one row a claim, by its canonical form (docs/reference/splits.md)."""
PROBES = pa.schema([
    ("id", pa.string()), ("part", pa.string()), ("probe_split", pa.string()), ("question", pa.string()),
    ("claims", pa.list_(pa.string())),
])  # fmt: skip
"""What the queries ask of probes."""

KINDS: tuple[tuple[str, str], ...] = (
    ("shared-text", "a text stands in two splits, or is the question of a probe"),
    ("stated", "a held-out claim is stated"),
    ("stated-key", "the key of a probe of reasoning is stated"),
    ("one-step", "a held-out claim follows in one step from one text"),
    ("reserved-term", "a term that is kept for transfer is spoken of"),
    ("reserved-name", "a term that is kept for transfer is named"),
    ("parts", "development and test share something"),
)
"""Query -> what it means where it finds something."""
CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Leak:
    """A kind of leak that was found: how often, and the first example (empty where none has a part in it) and thing."""

    kind: str
    says: str
    count: int
    example: str
    what: str

    def __str__(self) -> str:
        where = f", first in {self.example}" if self.example else ", first"
        return f"{self.kind}: {self.says} ({self.count} times{where}: {self.what})"


class NoCertificate(LithographError):
    """A dataset that says nothing about its splits, or a certificate that cannot be read."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, problem, cure="Press the dataset again with: lithograph dataset --force")


class Leaks(LithographError):
    """A dataset in which something that is held out is given away."""

    def __init__(self, place: Path, leaks: tuple[Leak, ...]) -> None:
        super().__init__(place, "something that is held out leaks into the examples",
                         facts="; ".join(map(str, leaks)),
                         cure="Please report this: what stood in the folder before still stands.")  # fmt: skip


def published(name: str) -> str:
    """The text of a published query about splits."""
    return (resources.files("lithograph.ledger") / "queries" / "splits" / f"{name}.sql").read_text(encoding="utf-8")


def query_hashes() -> dict[str, str]:
    """Query -> the hash of its text: what a certificate was proved by."""
    return {name: sha256_hex(published(name)) for name, _ in KINDS}


def read_certificate(folder: Path) -> Mapping[str, Any]:
    """What a dataset says about its splits. Raises NoCertificate."""
    path = folder / CERTIFICATE
    if not path.is_file():
        raise NoCertificate(path, "this dataset has no certificate of its splits")
    try:
        certificate = json.loads(path.read_text(encoding="utf-8"))
        certificate["held_out"]["sha256"], certificate["transfer"]["terms"], certificate["transfer"]["names"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoCertificate(path, f"the certificate cannot be read: {error}") from error
    if not (folder / HELD_OUT).is_file():
        raise NoCertificate(folder / HELD_OUT, "the claims that are held out are missing")
    return certificate  # type: ignore[no-any-return]


def find_leaks(folder: Path) -> tuple[Leak, ...]:
    """Every kind of leak that a dataset has, in the order of KINDS; none where its certificate holds.

    Raises NoCertificate, and FailedSparql where a file cannot be read.
    """
    certificate = read_certificate(folder)
    found: list[Leak] = []
    if file_sha256(folder / HELD_OUT) != certificate["held_out"]["sha256"]:
        found.append(Leak(CHANGED, f"{HELD_OUT} is not the file of the certificate", 1, "", HELD_OUT))
    transfer = certificate["transfer"]
    asked = [(name, published(name)) for name, _ in KINDS]
    says = dict(KINDS)
    for name, rows in ask_files(_files(folder), _tables(transfer["terms"], transfer["names"]), asked):
        if rows:
            found.append(Leak(name, says[name], len(rows), *map(str, rows[0])))
    return tuple(found)


def sources_stated(folder: Path) -> tuple[int, int]:
    """(how many, of how many) claims held out for reasoning rest only on claims that training states."""
    asked = [("sources-stated", published("sources-stated"))]
    ((_, rows),) = ask_files(_files(folder), _tables([], {}), asked)
    return int(rows[0][0]), int(rows[0][1])


def require_no_leaks(folder: Path) -> None:
    """Refuse a dataset that leaks. Raises Leaks, NoCertificate."""
    leaks = find_leaks(folder)
    if leaks:
        raise Leaks(folder, leaks)


def _files(folder: Path) -> dict[str, list[Path]]:
    return {"examples": sorted((folder / "data").glob("*.parquet")), "held_out": [folder / HELD_OUT],
            "probes": sorted((folder / "probes").glob("*.parquet"))}  # fmt: skip


def _tables(terms: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, pa.Table]:
    """Tables beside the files; `probes` stands in where a dataset has none."""
    called = [{"language": language, "name": name} for language, every in sorted(names.items()) for name in every]
    columns = pa.schema([("language", pa.string()), ("name", pa.string())])
    return {"reserved": pa.table({"term": pa.array(terms, pa.string())}), "probes": PROBES.empty_table(),
            "names": pa.Table.from_pylist(called, columns)}  # fmt: skip
