"""Shards to Parquet files: one unit of work a shard, any number of workers, the same bytes.

Knows nothing about what stands in the files beyond the tables of `corpus`.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.core.identity import file_sha256
from lithograph.render.corpus import Prints, Types
from lithograph.render.filter import strike
from lithograph.render.repeats import living
from lithograph.render.rows import Rows, Sheet, example_table, instance_table, sheet_of
from lithograph.render.settle import marks_of, shared_texts, write
from lithograph.select.choose import SPLITS
from lithograph.select.decisions import Decision

Part = tuple[int, int, int]  # cast, first instance, end
LEDGER = ".ledger"
"""The folder beside data/ where a shard's rows for the ledger wait until the build is recorded."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of one shard: rows by split, what was decided, and how many intents of each cast there were."""

    number: int
    rows: dict[str, int]
    decisions: list[Decision]
    asked: Counter[int]


@dataclass(frozen=True, slots=True)
class ShardFile:
    """A finished file, its path relative to the dataset's folder."""

    file: str
    sha256: str
    rows: int
    split: str


def plan_shards(casts: Sequence[int], size: int) -> list[list[Part]]:
    """Cut casts (their numbers of instances) into shards of at most `size` instances, in order."""
    shards: list[list[Part]] = [[]]
    room = size
    for number, length in enumerate(casts):
        start = 0
        while start < length:
            if room == 0:
                shards.append([])
                room = size
            end = min(start + room, length)
            shards[-1].append((number, start, end))
            room -= end - start
            start = end
    return shards


def press_shards(
    types: Types, plan: Sequence[Sequence[Part]], folder: Path, workers: int, done: Callable[[Pressed], None]
) -> list[Pressed]:
    """Press every shard into `folder`; `done` hears of each as it ends, in order. Workers need fork; else one works."""
    (folder / "data").mkdir(parents=True)
    (folder / LEDGER).mkdir()
    reports: list[Pressed] = []
    for report in _work(types, plan, folder, workers):
        done(report)
        reports.append(report)
    return reports


def _work(types: Types, plan: Sequence[Sequence[Part]], folder: Path, workers: int) -> Iterator[Pressed]:
    if min(workers, len(plan)) > 1 and "fork" in multiprocessing.get_all_start_methods():
        _SHARED["types"] = types
        context = multiprocessing.get_context("fork")
        try:
            with ProcessPoolExecutor(min(workers, len(plan)), mp_context=context, initializer=_end_with_parent) as pool:
                yield from pool.map(_in_worker, range(len(plan)), plan, [folder] * len(plan))
        finally:
            _SHARED.clear()
    else:
        for number, parts in enumerate(plan):
            yield press_shard(types, number, parts, folder)


_SHARED: dict[str, Types] = {}  # what forked workers inherit: compiled templates cannot be pickled


def _end_with_parent() -> None:
    """Let this worker end when the build is killed: it would wait for work for ever, and keep the dataset's lock."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _in_worker(number: int, parts: Sequence[Part], folder: Path) -> Pressed:
    pa.set_cpu_count(1)
    return press_shard(_SHARED["types"], number, parts, folder)


def press_sheet(types: Types, parts: Sequence[Part]) -> tuple[Sheet, Rows, Prints]:
    """What a shard prints; the places of the prints that live, by split; and what came off the press in all."""
    prints = Prints()
    for cast, low, high in parts:
        strike(types, cast, low, high, prints)
    for language, speech in types.speech.items():
        speech.forget()
        types.inspector(language).forget()
    sheet = sheet_of(types, prints)
    return sheet, living(sheet, prints), prints


def press_table(types: Types, parts: Sequence[Part]) -> pa.Table:
    """The rows of a shard that live, by split, of equal texts only the first."""
    sheet, order, _ = press_sheet(types, parts)
    return example_table(sheet, order)


def press_shard(types: Types, number: int, parts: Sequence[Part], folder: Path) -> Pressed:
    """Press one shard into files named by its number; idempotent."""
    sheet, order, prints = press_sheet(types, parts)
    table = example_table(sheet, order)
    ends = np.cumsum(np.bincount(sheet.split[order], minlength=len(SPLITS))).tolist()
    rows: dict[str, int] = {}
    for split, start, end in zip(SPLITS, [0, *ends], ends, strict=False):
        rows[split] = end - start
        if end > start:
            write(table.slice(start, end - start), folder / "data" / f"{split}-{number:05d}.parquet")
    _set_aside(instance_table(sheet, order), folder / LEDGER / f"instances-{number:05d}.parquet")
    _set_aside(shared_texts(sheet, order), folder / LEDGER / f"shared-{number:05d}.parquet")
    np.save(folder / LEDGER / f"marks-{number:05d}.npy", marks_of(sheet, order))
    return Pressed(number, rows, prints.decisions, prints.asked)


def _set_aside(table: pa.Table, path: Path) -> None:
    """Rows that wait for the ledger: hashes, mostly, which no compression makes shorter."""
    pq.write_table(table, path, compression="none", use_dictionary=False, write_statistics=False)


def name_shards(folder: Path) -> list[ShardFile]:
    """Give files their final names, `{split}-{i}-of-{n}.parquet`, and hash them."""
    out: list[ShardFile] = []
    for split in SPLITS:
        paths = sorted((folder / "data").glob(f"{split}-?????.parquet"))
        for i, path in enumerate(paths):
            name = f"{split}-{i:05d}-of-{len(paths):05d}.parquet"
            final = path.rename(path.with_name(name))
            rows = pq.read_metadata(final).num_rows
            out.append(ShardFile(f"data/{name}", file_sha256(final), rows, split))
    return out
