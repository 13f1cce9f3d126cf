"""Probes made by hand about the bicycle of tests/train, and a project that was trained on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.core.identity import urn_of
from lithograph.probes.table import PROBES, probe_path

YES_NO = ("Yes", "No", "It cannot be known")


def probe(number: int, answer: int = 0, **other: Any) -> dict[str, Any]:
    """One row: is this a part of that? answer: 0 yes, 1 no, 2 unknown."""
    row: dict[str, Any] = {
        "id": urn_of("probe", [number, answer, sorted(other)]), "part": "dev",
        "probe_split": ("memory", "reasoning")[number % 2], "axis": ("composition", "taxonomy")[number // 2 % 2],
        "kind": "part", "form": "yes_no", "language": "en", "register": "plain", "level": "atom", "depth": number % 4,
        "question": f"Is part {number} a part of the bicycle?", "options": list(YES_NO), "answer": answer,
        "truth": ("entailed", "refuted", "unknown")[answer],
        "scene": f"https://example.org/scenes#{'PartOf' if number % 2 else 'WhatIs'}", "group": f"g{number // 3}",
        "claims": [f"urn:litho:claim:{number % 10:04d}"], "nodes": [f"https://example.org/part{number % 10}"],
        "axioms": [f"urn:litho:axiom:{number % 10:064d}"], "proof": None, "evidence": "proof", "premises": [],
    }  # fmt: skip
    return row | other


def choice(number: int, options: tuple[str, ...], answer: int = 0, **other: Any) -> dict[str, Any]:
    """One row of another form."""
    own = {"form": "choice", "options": list(options), "answer": answer, "kind": "riddle", "truth": "computed"}
    return probe(number, **other) | own | {"id": urn_of("probe", [number, *options, answer])}


def as_table(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as the table of probes, in order of their ids."""
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["id"]), schema=PROBES)


def write_probes(dataset: Path, rows: list[dict[str, Any]], part: str = "dev") -> None:
    """A part of a dataset's probes."""
    path = probe_path(dataset, part)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(as_table([row | {"part": part} for row in rows]), path)


def bicycle_probes(count: int = 30) -> list[dict[str, Any]]:
    """As many probes, of all three answers in turn."""
    return [probe(number, number % 3) for number in range(count)]
