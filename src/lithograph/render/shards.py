"""Pieces of casts pressed, each by itself: any number of workers, the same bytes.

A piece is some instances of one cast. What came of it waits in a folder until `settle` has seen all of them. Knows
nothing about what stands in the tables beyond those of `corpus`.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
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
from lithograph.render.pieces import LEDGER, Files, Part, Piece, marks_of, set_aside, shared_texts
from lithograph.render.repeats import living
from lithograph.render.rows import Rows, Sheet, example_table, instance_table, sheet_of
from lithograph.select.choose import SPLITS
from lithograph.select.decisions import Told, told


@dataclass(frozen=True, slots=True)
class ShardFile:
    """A finished file, its path relative to the dataset's folder."""

    file: str
    sha256: str
    rows: int
    split: str


def parts_of(casts: Sequence[Rows], size: int) -> list[Part]:
    """Cut chosen instances of casts into parts of at most `size`."""
    return [(number, rows[start : start + size]) for number, rows in enumerate(casts)
            for start in range(0, len(rows), size)]  # fmt: skip


def press_pieces(
    types: Types, folder: Path, size: int, workers: int, done: Callable[[int, int, Piece], None],
    store: Store | None = None,
) -> list[Piece]:  # fmt: skip
    """Press every instance into `folder`; `done` hears of each piece as it ends: how many there are, how many are to
    be pressed, and what came of it. Workers need fork; else one works.

    size: instances to a piece at most. store: what earlier builds pressed; what it has is not pressed again, and what
    is pressed is put into it.
    """
    (folder / "data").mkdir(parents=True)
    (folder / LEDGER).mkdir()
    pieces, missing = store.found(types) if store else ([], [np.arange(len(cast)) for cast in types.casts])
    parts = parts_of(missing, size)
    for number, piece in enumerate(_work(types, parts, folder, workers), start=1):
        if store:
            store.keep(types, piece)
        done(number, len(parts), piece)
        pieces.append(piece)
    return sorted(pieces, key=lambda piece: piece.cast)


class Store(Protocol):
    """Where pieces of earlier builds are kept; how, is not for this room to know."""

    def found(self, types: Types) -> tuple[list[Piece], list[Rows]]:
        """Pieces that are kept, and of each cast the instances that none of them holds."""

    def keep(self, types: Types, piece: Piece) -> None:
        """Keep what came of a piece."""


def _work(types: Types, parts: Sequence[Part], folder: Path, workers: int) -> Iterator[Piece]:
    numbers = range(len(parts))
    if min(workers, len(parts)) > 1 and "fork" in multiprocessing.get_all_start_methods():
        _SHARED["types"] = types
        context = multiprocessing.get_context("fork")
        try:
            with ProcessPoolExecutor(
                min(workers, len(parts)), mp_context=context, initializer=_end_with_parent
            ) as pool:
                yield from pool.map(_in_worker, numbers, parts, [folder] * len(parts))
        finally:
            _SHARED.clear()
    else:
        for number, part in zip(numbers, parts, strict=True):
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


def _in_worker(number: int, part: Part, folder: Path) -> Piece:
    pa.set_cpu_count(1)
    return press_piece(_SHARED["types"], number, part, folder)


def press_sheet(types: Types, parts: Sequence[Part]) -> tuple[Sheet, Rows, Prints]:
    """What some pieces print; the places of the prints that live, by split; and what came off the press in all."""
    prints = Prints()
    for cast, rows in parts:
        strike(types, cast, rows, prints)
    for language, speech in types.speech.items():
        speech.forget()
        types.inspector(language).forget()
    sheet = sheet_of(types, prints)
    return sheet, living(sheet, prints), prints


def press_table(types: Types, parts: Sequence[Part]) -> pa.Table:
    """The rows of some pieces that live, by split, of equal texts of one instance only the first."""
    sheet, order, _ = press_sheet(types, parts)
    return example_table(sheet, order)


def press_piece(types: Types, number: int, part: Part, folder: Path) -> Piece:
    """Press one piece into files named by its number; idempotent."""
    cast, rows = part
    sheet, order, prints = press_sheet(types, [part])
    files, instances = Files.of(folder, number), instance_table(sheet, order)
    set_aside(example_table(sheet, order), files.examples)
    set_aside(instances, files.instances)
    set_aside(shared_texts(sheet, order), files.shared)
    marks, decided = marks_of(sheet, order), told(prints.decisions)
    asked = np.zeros(len(rows), np.int64)
    for wanting, turns in prints.intents:
        asked[np.searchsorted(rows, wanting)] += turns
    printed = np.unique(marks["row"])
    marks["row"] = np.searchsorted(rows, marks["row"])
    inside = Told(decided.kinds, decided.kind, np.searchsorted(rows, decided.row), decided.target)
    return Piece(cast, files, marks, rows, asked, np.searchsorted(rows, printed), inside)


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
