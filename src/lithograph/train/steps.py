"""The losses of every step as Parquet parts. Knows nothing about models.

A part holds a fixed number of steps, so its bytes do not depend on where a run was interrupted.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from .learner import StepRow

PART_STEPS = 100
SCHEMA = pa.schema([("step", pa.int32()), ("micro", pa.int16()), ("example", pa.string()), ("loss", pa.float32()),
                    ("tokens", pa.int32()), ("lr", pa.float64())])  # fmt: skip


def part_of(step: int) -> int:
    """Which part a step (from 1) belongs to."""
    return (step - 1) // PART_STEPS


def part_path(folder: Path, part: int) -> Path:
    """`part-NNNNN.parquet` in the folder."""
    return folder / f"part-{part:05d}.parquet"


def write_rows(file: Path, rows: Sequence[StepRow]) -> None:
    """Write rows aside, then rename."""
    file.parent.mkdir(parents=True, exist_ok=True)
    columns = {name: pa.array([getattr(row, name) for row in rows], SCHEMA.field(name).type) for name in SCHEMA.names}
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    pq.write_table(pa.table(columns, schema=SCHEMA), aside, compression="zstd")
    aside.replace(file)


def read_rows(file: Path) -> list[StepRow]:
    """The rows of one file, in order."""
    return [StepRow(**row) for row in pq.read_table(file).to_pylist()]


def forget_from(folder: Path, part: int) -> None:
    """Remove this part and those after it: they are going to be written again."""
    for file in folder.glob("part-*.parquet"):
        if int(file.stem.removeprefix("part-")) >= part:
            file.unlink()
