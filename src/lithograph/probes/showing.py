"""Probes as text for a person: a table of counts, and some probes with the right answer marked. Reads nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lithograph.core.identity import sha256_hex
from lithograph.probes.table import PROBE_SPLITS


def chosen(table: pa.Table, axes: Sequence[str], languages: Sequence[str]) -> pa.Table:
    """The probes of these axes and languages; of all where none is named."""
    for column, wanted in (("axis", axes), ("language", languages)):
        if wanted:
            table = table.filter(pc.is_in(table[column], pa.array(sorted(set(wanted)), pa.string())))
    return table


def counts_text(table: pa.Table) -> str:
    """How many probes there are of each axis and split, and how deep the deepest is."""
    rows = table.select(["axis", "probe_split", "depth"]).to_pylist()
    counts = Counter((row["axis"], row["probe_split"]) for row in rows)
    axes = sorted({row["axis"] for row in rows})
    width = max([len("axis"), *map(len, axes)])
    lines = ["  ".join([f"{'axis':<{width}}", *(f"{split:>9}" for split in PROBE_SPLITS), "    deepest"])]
    for axis in axes:
        deepest = max(row["depth"] for row in rows if row["axis"] == axis)
        cells = (f"{counts[axis, split]:>9}" for split in PROBE_SPLITS)
        lines.append("  ".join([f"{axis:<{width}}", *cells, f"{deepest:>11}"]))
    return "\n".join(lines)


def preview_text(table: pa.Table, most: int) -> str:
    """At most `most` probes, kinds and splits by turns, within these by the hash of their ids."""
    return "\n\n".join(_told(row) for row in _by_turns(table.to_pylist(), most))


def _by_turns(rows: Sequence[dict[str, Any]], most: int) -> Iterator[dict[str, Any]]:
    turns: Counter[tuple[str, ...]] = Counter()
    ranked: list[tuple[int, str, str, dict[str, Any]]] = []
    for row in sorted(rows, key=lambda row: sha256_hex(row["id"])):
        kind = row["kind"], row["probe_split"], row["language"]
        turns[kind] += 1
        ranked.append((turns[kind], " ".join(kind), row["id"], row))
    for *_, row in sorted(ranked, key=lambda r: r[:3])[:most]:
        yield row


def _told(row: dict[str, Any]) -> str:
    head = (
        f"{row['axis']}, {row['kind']}, {row['probe_split']}, depth {row['depth']}, {row['truth']} ({row['id'][:30]})"
    )
    options = [f"  {'*' if i == row['answer'] else ' '} {text}" for i, text in enumerate(row["options"])]
    return "\n".join([head, row["question"], *options])
