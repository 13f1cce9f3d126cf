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
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lithograph.core.identity import file_sha256
from lithograph.render.corpus import Prints, Types, dead, example_table, instance_table, strike, with_probe_split
from lithograph.select.choose import SPLITS

Part = tuple[int, int, int]  # cast, first instance, end
LEDGER = ".ledger"
"""The folder beside data/ where a shard's rows for the ledger wait until the build is recorded."""

EXAMPLE_COLUMNS = (
    "id",
    "content_hash",
    "split",
    "instance",
    "template",
    "form",
    "language",
    "register",
    "truth",
    "depth",
)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of one shard: rows by split, drops by (scene, reason), counts of column values."""

    number: int
    rows: dict[str, int]
    dropped: Counter[tuple[str, str]]
    counts: dict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class ShardFile:
    """A finished file, its path relative to the dataset's folder."""

    file: str
    sha256: str
    rows: int
    split: str


COUNTED = ("scene", "axis", "register", "form", "language", "truth", "level")


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


def press_table(types: Types, parts: Sequence[Part]) -> tuple[pa.Table, Prints]:
    """The rows of a shard that live, of equal texts only the first; and what came off the press in all."""
    prints = Prints()
    for cast, low, high in parts:
        strike(types, cast, low, high, prints)
    table = example_table(types, prints)
    reasons = dead(types, table)
    again = _repeated(table.column("content_hash"))
    reasons[again] = np.where(reasons[again] == "", "a text that is printed already", reasons[again])
    lost = np.flatnonzero(reasons != "")
    if not len(lost):
        return with_probe_split(table), prints
    names = {cast.scene.iri: cast.scene.name for cast in types.casts}
    scenes = table.column("scene").take(pa.array(lost)).to_pylist()
    prints.dropped.update(zip((names[scene] for scene in scenes), reasons[lost].tolist(), strict=True))
    return with_probe_split(table.filter(pa.array(reasons == ""))), prints


def _repeated(hashes: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The places of the hashes that stood before."""
    if pc.count_distinct(hashes).as_py() == len(hashes):
        return np.empty(0, np.int64)
    codes = hashes.combine_chunks().dictionary_encode().indices.to_numpy()
    _, first = np.unique(codes, return_index=True)
    return np.setdiff1d(np.arange(len(codes)), first)


def press_shard(types: Types, number: int, parts: Sequence[Part], folder: Path) -> Pressed:
    """Press one shard into files named by its number; idempotent."""
    table, prints = press_table(types, parts)
    rows: dict[str, int] = {}
    for split in SPLITS:
        chosen = table.filter(pc.equal(table.column("split"), split))
        rows[split] = len(chosen)
        if len(chosen):
            write(chosen, folder / "data" / f"{split}-{number:05d}.parquet")
            slim = chosen.select(EXAMPLE_COLUMNS)
            _set_aside(slim, folder / LEDGER / f"{split}-{number:05d}.parquet")
    instances = instance_table(types, prints)
    printed = pc.is_in(instances.column("instance"), value_set=table.column("instance").combine_chunks())
    _set_aside(instances.filter(printed), folder / LEDGER / f"instances-{number:05d}.parquet")
    counts = {name: Counter(_counted(table.column(name))) for name in COUNTED}
    return Pressed(number, rows, prints.dropped, counts)


def _counted(column: pa.ChunkedArray) -> dict[str, int]:
    return {entry["values"]: entry["counts"] for entry in pc.value_counts(column).to_pylist()}


def write(table: pa.Table, path: Path) -> None:
    """Parquet, zstd, no clocks in it: the same rows give the same bytes."""
    pq.write_table(table, path, compression="zstd", compression_level=1, write_statistics=False, store_schema=True)


def _set_aside(table: pa.Table, path: Path) -> None:
    """Rows that wait for the ledger: hashes, mostly, which no compression makes shorter."""
    pq.write_table(table, path, compression="none", use_dictionary=False, write_statistics=False)


def drop_repeats(folder: Path) -> dict[str, int]:
    """Take out texts that two shards printed, keeping the first by split and shard; split -> rows taken out."""
    paths = [(split, path) for split in SPLITS for path in sorted((folder / "data").glob(f"{split}-*.parquet"))]
    keys = [_keys(path) for _, path in paths]
    _, first = np.unique(np.concatenate([*keys, np.empty(0, np.uint64)]), return_index=True)
    lost: dict[str, int] = {}
    start = 0
    for (split, path), own in zip(paths, keys, strict=True):
        keep = np.zeros(len(own), bool)
        keep[first[(first >= start) & (first < start + len(own))] - start] = True
        start += len(own)
        if not keep.all():
            lost[split] = lost.get(split, 0) + int((~keep).sum())
            for file in (path, folder / LEDGER / path.name):
                write(pq.read_table(file).filter(pa.array(keep)), file)
    return lost


def _keys(path: Path) -> NDArray[np.uint64]:
    """The first 64 bits of each content hash of a file: eight bytes an example are all that is held of all shards."""
    hashes = pq.read_table(path, columns=["content_hash"]).column(0).to_pylist()
    return np.fromiter((int(h[7:23], 16) for h in hashes), np.uint64, len(hashes))


def name_shards(folder: Path) -> list[ShardFile]:
    """Give files their final names, `{split}-{i}-of-{n}.parquet`, and hash them."""
    out: list[ShardFile] = []
    for split in SPLITS:
        paths = sorted((folder / "data").glob(f"{split}-?????.parquet"))
        for i, path in enumerate(paths):
            name = f"{split}-{i:05d}-of-{len(paths):05d}.parquet"
            (folder / LEDGER / path.name).rename(folder / LEDGER / name)
            final = path.rename(path.with_name(name))
            rows = pq.read_metadata(final).num_rows
            out.append(ShardFile(f"data/{name}", file_sha256(final), rows, split))
    return out
