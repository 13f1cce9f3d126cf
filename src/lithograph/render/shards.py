"""Pieces of casts pressed, each by itself: any number of workers, the same bytes.

A shard of the dataset is made of pieces, one of each cast that it holds. What came of a piece waits in a folder until
`settle` has seen all of them. Knows nothing about what stands in the tables beyond those of `corpus`.
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
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.core.identity import file_sha256
from lithograph.render.corpus import Prints, Types
from lithograph.render.filter import strike
from lithograph.render.repeats import living
from lithograph.render.rows import Rows, Sheet, example_table, instance_table, sheet_of
from lithograph.render.settle import marks_of, shared_texts
from lithograph.select.choose import SPLITS
from lithograph.select.decisions import Decision

Part = tuple[int, int, int]  # cast, first instance, end
LEDGER = ".ledger"
"""The folder beside data/ where what came of the pieces waits until the build is recorded."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of one piece: its rows, what was decided, and how many intents of each cast there were."""

    number: int
    rows: int
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


def pieces_of(plan: Sequence[Sequence[Part]]) -> list[Part]:
    """The pieces of all shards, in order."""
    return [part for parts in plan for part in parts]


def press_pieces(
    types: Types, pieces: Sequence[Part], folder: Path, workers: int, done: Callable[[Pressed], None],
    store: Store | None = None,
) -> list[Pressed]:  # fmt: skip
    """Press every piece into `folder`; `done` hears of each as it ends, in order. Workers need fork; else one works.

    store: pieces of earlier builds; what it has is not pressed again, and what is pressed is put into it.
    """
    (folder / "data").mkdir(parents=True)
    (folder / LEDGER).mkdir()
    reports: list[Pressed | None] = [store.found(types, n, part, folder) if store else None
                                     for n, part in enumerate(pieces)]  # fmt: skip
    missing = [number for number, report in enumerate(reports) if report is None]
    made = _work(types, missing, [pieces[n] for n in missing], folder, workers)
    out: list[Pressed] = []
    for number, known in enumerate(reports):
        report = known
        if report is None:
            report = next(made)
            if store:
                store.keep(types, pieces[number], report, folder)
        done(report)
        out.append(report)
    return out


class Store(Protocol):
    """Where pieces of earlier builds are kept; how, is not for this room to know."""

    def found(self, types: Types, number: int, part: Part, folder: Path) -> Pressed | None:
        """What came of a piece, its files put into the folder under its number; None where it is not there."""

    def keep(self, types: Types, part: Part, pressed: Pressed, folder: Path) -> None:
        """Keep what came of a piece."""


def _work(
    types: Types, numbers: Sequence[int], pieces: Sequence[Part], folder: Path, workers: int
) -> Iterator[Pressed]:
    if min(workers, len(pieces)) > 1 and "fork" in multiprocessing.get_all_start_methods():
        _SHARED["types"] = types
        context = multiprocessing.get_context("fork")
        try:
            with ProcessPoolExecutor(
                min(workers, len(pieces)), mp_context=context, initializer=_end_with_parent
            ) as pool:
                yield from pool.map(_in_worker, numbers, pieces, [folder] * len(pieces))
        finally:
            _SHARED.clear()
    else:
        for number, part in zip(numbers, pieces, strict=True):
            yield press_piece(types, number, part, folder)


_SHARED: dict[str, Types] = {}  # what forked workers inherit: compiled templates cannot be pickled


def _end_with_parent() -> None:
    """Let this worker end when the build is killed: it would wait for work for ever, and keep the dataset's lock."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _in_worker(number: int, part: Part, folder: Path) -> Pressed:
    pa.set_cpu_count(1)
    return press_piece(_SHARED["types"], number, part, folder)


def press_sheet(types: Types, parts: Sequence[Part]) -> tuple[Sheet, Rows, Prints]:
    """What some pieces print; the places of the prints that live, by split; and what came off the press in all."""
    prints = Prints()
    for cast, low, high in parts:
        strike(types, cast, low, high, prints)
    for language, speech in types.speech.items():
        speech.forget()
        types.inspector(language).forget()
    sheet = sheet_of(types, prints)
    return sheet, living(sheet, prints), prints


def press_table(types: Types, parts: Sequence[Part]) -> pa.Table:
    """The rows of some pieces that live, by split, of equal texts only the first."""
    sheet, order, _ = press_sheet(types, parts)
    return example_table(sheet, order)


def press_piece(types: Types, number: int, part: Part, folder: Path) -> Pressed:
    """Press one piece into files named by its number; idempotent."""
    sheet, order, prints = press_sheet(types, [part])
    files = piece_files(folder, number)
    _set_aside(example_table(sheet, order), files[0])
    _set_aside(instance_table(sheet, order), files[1])
    _set_aside(shared_texts(sheet, order), files[2])
    np.save(files[3], marks_of(sheet, order))
    return Pressed(number, len(order), prints.decisions, prints.asked)


def piece_files(folder: Path, number: int) -> tuple[Path, Path, Path, Path]:
    """The files of a piece: its examples, instances, texts that others may share (Arrow), and marks (numpy)."""
    aside = folder / LEDGER
    arrow = [aside / f"{name}-{number:06d}.arrow" for name in ("examples", "instances", "shared")]
    return arrow[0], arrow[1], arrow[2], aside / f"marks-{number:06d}.npy"


def _set_aside(table: pa.Table, path: Path) -> None:
    """Rows that wait, lightly compressed."""
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table)


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
