"""What a set of probes holds: counts, what is lacking, why what was not made, whether words give answers away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from lithograph.probes.balance import balance
from lithograph.probes.make import Made
from lithograph.probes.table import PARTS, PROBE_SPLITS

COUNTED = ("axis", "kind", "probe_split", "part", "language", "truth", "evidence", "depth", "level", "form")
"""Columns whose values are counted."""


def report_of(made: Made) -> dict[str, Any]:
    """The report of a set of probes as a JSON value: nothing in it that a clock moves."""
    table = made.table
    return {
        "probes": table.num_rows,
        "groups": len(set(table["group"].to_pylist())),
        "counts": {name: counted(table, [name]) for name in COUNTED},
        "cells": counted(table, ["axis", "probe_split", "part", "language"]),
        "answers": counted(table, ["axis", "probe_split", "depth"], answers=True),
        "lacks": {
            "statuses": list(made.lacks),
            "splits": [split for split in PROBE_SPLITS if split not in set(table["probe_split"].to_pylist())],
            "parts": [part for part in PARTS if part not in set(table["part"].to_pylist())],
        },
        "judged": dict(made.judged),
        "dropped": dict(made.dropped),
        "balance": {name: one.figures() for name, one in balance(table).items()},
    }  # fmt: skip


def counted(table: pa.Table, columns: Sequence[str], *, answers: bool = False) -> Mapping[str, int]:
    """How many probes there are of each combination of values, `a / b / c` -> count; answers: with the right answer,
    where the same words answer many (yes, no …), else its place."""
    names = [*columns, *(("options", "answer", "form", "kind") if answers else ())]
    rows = table.select(names).to_pylist()
    keys = ([*(str(row[name]) for name in columns), *([_answer(row)] if answers else [])] for row in rows)
    return dict(sorted(Counter(" / ".join(key) for key in keys).items()))


def _answer(row: Mapping[str, Any]) -> str:
    fixed = row["form"] == "yes_no" or row["kind"] in ("sign", "chain")
    return str(row["options"][row["answer"]]) if fixed else f"option {row['answer'] + 1} of {len(row['options'])}"
