"""What came of a piece, some instances of one cast pressed together: its files, and how its rows stand in this build.

A piece tells its instances by their places in it, so what is kept of an earlier build can be read under another
numbering: `Piece` holds the numbers of this build. Knows nothing about where pieces are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lithograph.render.repeats import both, first_word, flag, says_the_same
from lithograph.render.rows import Rows, Sheet, truths
from lithograph.select.decisions import Decision, Told, gathered

Part = tuple[int, Rows]
"""A cast, and the instances of it that are pressed together, ascending."""

LEDGER = ".ledger"
"""The folder beside data/ where what came of the pieces waits until the build is recorded."""

MARK = np.dtype([("key", "u1", 32), ("text", "u8"), ("cast", "i4"), ("row", "i8"), ("plate", "i4"), ("truth", "u1"),
                 ("split", "i1")])  # fmt: skip
"""What is remembered of an example until all pieces are there."""

SHARED = pa.schema([("place", pa.int64()), ("group", pa.uint64()), ("text", pa.string())])
"""Texts of examples whose claims another instance makes too: `place` of the row in its piece."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a piece: its examples, instances, texts that others may share (Arrow)."""

    examples: Path
    instances: Path
    shared: Path

    @classmethod
    def of(cls, folder: Path, number: int) -> Files:
        """Those of a piece that is pressed in this build."""
        return cls(*(folder / LEDGER / f"{name}-{number:06d}.arrow" for name in ("examples", "instances", "shared")))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as it stands in this build.

    files: where its rows lie. marks: MARK[n] of its examples, by row of the file, instances by their places in the
    piece. row: int64[instances], the place of each of its instances in the cast, -1 where it is none any more: its
    examples are none either. asked: int64[instances], intents. printed: the instances of which the file of instances
    has a row, in its order. told: what was decided about its instances, these by their places in the piece, those that
    speak for them by their places in the cast.
    """

    cast: int
    files: Files
    marks: NDArray[np.void]
    row: Rows
    asked: Rows
    printed: Rows
    told: Told

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Of each row of the file whether its instance is still there as it was."""
        return np.asarray(self.row[self.marks["row"]] >= 0)


def marks_of(sheet: Sheet, order: Rows) -> NDArray[np.void]:
    """Marks of chosen prints, in that order."""
    out = np.empty(len(order), MARK)
    out["key"], out["text"] = sheet.keys[order], first_word(sheet.digests[order])
    out["cast"], out["row"], out["plate"] = sheet.cast[order], sheet.row[order], sheet.plate[order]
    out["truth"], out["split"] = truths(sheet, order), sheet.split[order]
    return out


def shared_texts(sheet: Sheet, order: Rows) -> pa.Table:
    """The texts of chosen prints whose claims another instance makes too."""
    place = np.flatnonzero(flag(sheet, sheet.types.shared)[order])
    groups = says_the_same(sheet)[order[place]]
    return pa.table([pa.array(place), pa.array(groups), both(sheet, order[place])], schema=SHARED)


def set_aside(table: pa.Table, path: Path) -> None:
    """Rows that wait, lightly compressed."""
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table)


def read_aside(path: Path) -> pa.Table:
    """A table that was set aside."""
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def marks_now(pieces: Sequence[Piece]) -> tuple[NDArray[np.void], Rows, Rows]:
    """Marks of all examples of pieces by the numbers of this build, with the piece of each and its row in the file.

    In the order of the dataset: by cast, template, instance and key, whatever piece an example lies in.
    """
    marks, number, place = [np.empty(0, MARK)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for i, piece in enumerate(pieces):
        rows = np.flatnonzero(piece.alive)
        mine = piece.marks[rows]
        mine["cast"], mine["row"] = piece.cast, piece.row[mine["row"]]
        marks.append(mine)
        number.append(np.full(len(rows), i))
        place.append(rows)
    found = np.concatenate(marks)
    order = np.lexsort((first_word(found["key"]), found["row"], found["plate"], found["cast"]))
    return found[order], np.concatenate(number)[order], np.concatenate(place)[order]


def decisions_of(pieces: Sequence[Piece]) -> list[Decision]:
    """What was decided in pieces, cast by cast, by the numbers of this build."""
    found: dict[int, list[Told]] = {}
    for piece in pieces:
        told = piece.told
        told = Told(told.kinds, told.kind, piece.row[told.row], told.target)
        found.setdefault(piece.cast, []).append(told.take(told.row >= 0))
    return [decision for cast in sorted(found) for decision in gathered(cast, found[cast])]


def asked_in(pieces: Sequence[Piece]) -> Counter[int]:
    """Intents by cast."""
    out: Counter[int] = Counter()
    for piece in pieces:
        out[piece.cast] += int(piece.asked[piece.row >= 0].sum())
    return out
