"""A benchmark's question as a row of the table of probes. Knows nothing about any one benchmark."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from lithograph.core.errors import LithographError
from lithograph.core.identity import sha256_hex, urn_of
from lithograph.probes.table import PROBES


class NoBenchmark(LithographError):
    """A benchmark's file that is not there, or is not what it should be."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, problem, cure="Set LITHOGRAPH_DATA to the folder that holds benchmarks/.")


def question_row(
    benchmark: str,
    question: str,
    options: Sequence[str],
    answer: int,
    *,
    axis: str,
    group: str,
    form: str = "choice",
    truth: str = "computed",
    depth: int | None = None,
    language: str = "en",
) -> dict[str, Any]:
    """One row of PROBES; `kind` is the benchmark's name, `group` what its questions share a text with."""
    return {
        "id": urn_of("probe", [benchmark, question, list(options), answer]), "part": "test", "probe_split": None,
        "axis": axis, "kind": benchmark, "form": form, "language": language, "register": None, "level": None,
        "depth": depth, "question": question, "options": list(options), "answer": answer, "truth": truth,
        "scene": None, "group": f"{benchmark}:{group}", "claims": [], "nodes": [], "axioms": [], "proof": None,
        "evidence": "published", "premises": [],
    }  # fmt: skip


def as_probes(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Rows as a table in the order of their ids, each id once."""
    held = {row["id"]: row for row in rows}
    return pa.Table.from_pylist([held[name] for name in sorted(held)], schema=PROBES)


def read_text(path: Path) -> str:
    """A file's text. Raises NoBenchmark."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NoBenchmark(path, "the benchmark's file cannot be read") from error


def read_json(path: Path) -> Any:
    """A file's JSON. Raises NoBenchmark."""
    try:
        return json.loads(read_text(path))
    except ValueError as error:
        raise NoBenchmark(path, "the benchmark's file is not JSON") from error


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    """A file of one JSON object a line. Raises NoBenchmark."""
    try:
        return [json.loads(line) for line in read_text(path).splitlines() if line.strip()]
    except ValueError as error:
        raise NoBenchmark(path, "a line of the benchmark's file is not JSON") from error


def turned(options: Sequence[str], key: str) -> tuple[list[str], int]:
    """The options, of which the first is right, in an order that a hash decides; and where the right one now is."""
    order = sorted(range(len(options)), key=lambda place: sha256_hex(f"{key}\n{options[place]}"))
    return [options[place] for place in order], order.index(0)
