"""What only all pieces together know: which texts are printed twice, which smaller examples a larger one contains.

Runs once, after the pieces, on what they set aside: of equal texts, and of nearly equal ones that say the same, the
example with the lowest key stays, so neither order nor sharding has a part in it. Then the dataset's files are written,
once.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lithograph.render.corpus import Types
from lithograph.render.repeats import (
    ALREADY,
    NEARLY,
    both,
    equal_to,
    first_word,
    flag,
    merged,
    nearly_equal_to,
    says_the_same,
)
from lithograph.render.rows import TRUTHS, Rows, Sheet, truths
from lithograph.select.choose import SPLITS
from lithograph.select.decisions import COMPENSATE, MERGE, MERGED, SILENCE, SILENT, Decision

MARK = np.dtype([("key", "u1", 32), ("text", "u8"), ("cast", "i4"), ("row", "i8"), ("plate", "i4"), ("truth", "u1"),
                 ("split", "i1")])  # fmt: skip
"""What is remembered of an example until all shards are there."""
SHARED = pa.schema([("place", pa.int64()), ("group", pa.uint64()), ("text", pa.string())])
"""Texts of examples whose claims another instance makes too: `place` of the row in its shard."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A finished dataset in numbers: marks of the examples that stay, and everything that was decided."""

    marks: NDArray[np.void]
    decisions: tuple[Decision, ...]


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


def settle(
    types: Types, plan: Sequence[Sequence[int]], data: Path, aside: Path, decisions: Sequence[Decision]
) -> Settled:
    """Leave out what is printed twice, link larger examples to smaller ones, write the dataset's files, and count.

    plan: of each shard the numbers of its pieces; data: the folder for `{split}-{shard}.parquet`; aside: of what the
    pieces set aside. decisions: theirs.
    """
    parts = [np.load(path) for path in sorted(aside.glob("marks-*.npy"))]
    starts = np.append(0, np.cumsum([len(part) for part in parts]))
    marks = np.concatenate(parts) if parts else np.empty(0, MARK)
    into, near = equal_to(marks["text"], first_word(marks["key"])), _nearly(marks, aside, starts)
    stays = (into < 0) & (near < 0)
    made = [*decisions, *merged(types, marks["cast"], marks["row"], marks["plate"], into, near)]
    kept = marks[stays]
    ids, trained = _first_ids(types, kept), _trained(types, kept)
    for shard, pieces in enumerate(plan):
        tables: list[list[pa.Table]] = [[] for _ in SPLITS]
        for number in pieces:
            own = slice(int(starts[number]), int(starts[number + 1]))
            if stays[own].any():
                table = read_aside(aside / f"examples-{number:06d}.arrow")
                _settled(types, table, marks[own], stays[own], ids, kept, trained, tables)
        for split, found in zip(SPLITS, tables, strict=True):
            if found:
                write(pa.concat_tables(found).combine_chunks(), data / f"{split}-{shard:05d}.parquet")
    return Settled(kept, tuple(_answered(types, made, kept)))


def read_aside(path: Path) -> pa.Table:
    """A table that was set aside."""
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


# ---- twice ----------------------------------------------------------------------------------------------------------


def _nearly(marks: NDArray[np.void], aside: Path, starts: Rows) -> Rows:
    """Of each example that shares its claims the near-duplicate of the lowest key, −1 for none."""
    out = np.full(len(marks), -1)
    tables = [read_aside(path) for path in sorted(aside.glob("shared-*.arrow"))]
    if not sum(map(len, tables)):
        return out
    place = np.concatenate([t["place"].to_numpy() + start for t, start in zip(tables, starts.tolist(), strict=False)])
    whole = pa.concat_tables(tables)

    def texts(few: Rows) -> pa.StringArray:
        chosen = whole["text"].combine_chunks().take(pa.array(few))
        return chosen.combine_chunks() if isinstance(chosen, pa.ChunkedArray) else chosen

    found = nearly_equal_to(whole["group"].to_numpy(), first_word(marks["key"][place]), texts)
    out[place] = np.where(found >= 0, place[found], -1)
    return out


# ---- who speaks for whom --------------------------------------------------------------------------------------------


def _answered(types: Types, decisions: Sequence[Decision], kept: NDArray[np.void]) -> list[Decision]:
    """Decisions in which whoever speaks in another's place does speak: where nobody printed it, both are silent."""
    languages, spoken = list(types.speech), _languages(types)[kept["plate"]]
    heard: dict[tuple[int, str], NDArray[np.bool_]] = {}
    out: list[Decision] = []
    for d in decisions:
        if d.outcome != MERGED or (d.move == MERGE and d.reason in (ALREADY, NEARLY)) or d.rows is None:
            out.append(d)
            continue
        if (d.cast, d.language) not in heard:
            mine = (kept["cast"] == d.cast) & (spoken == languages.index(d.language))
            printed = np.zeros(len(types.casts[d.cast]), bool)
            printed[kept["row"][mine]] = True
            heard[d.cast, d.language] = printed
        assert d.targets is not None
        answers = heard[d.cast, d.language][d.targets]
        if answers.any():
            out.append(replace(d, rows=d.rows[answers], targets=d.targets[answers], count=int(answers.sum()) * d.each))
        if not answers.all():
            who = "its analogue" if d.move == COMPENSATE else "what has the same words"
            out.append(replace(d, move=SILENCE, reason=f"{d.reason}, and {who} is silent too", outcome=SILENT,
                               rows=d.rows[~answers], targets=None, count=int((~answers).sum()) * d.each))  # fmt: skip
    return out


# ---- levels ---------------------------------------------------------------------------------------------------------


def _first_ids(types: Types, kept: NDArray[np.void]) -> tuple[Rows, Rows]:
    """For each instance said in a language the example of the lowest key: sorted codes, and places in `kept`."""
    codes = _codes(types, kept)
    order = np.lexsort((first_word(kept["key"]), codes))
    first = np.append(True, codes[order][1:] != codes[order][:-1]) if len(order) else np.empty(0, bool)
    return codes[order][first], order[first]


def _codes(types: Types, marks: NDArray[np.void]) -> Rows:
    """A number for each instance in a language."""
    return np.asarray(
        (types.starts[marks["cast"]] + marks["row"]) * len(types.speech) + _languages(types)[marks["plate"]]
    )


def _languages(types: Types) -> Rows:
    """Of each template the place of its language in `Types.speech`; of one that is not printed −1."""
    places = {language: i for i, language in enumerate(types.speech)}
    return np.array([places.get(t.language, -1) for t in types.templates], np.int64)


def _parents(types: Types, marks: NDArray[np.void], ids: tuple[Rows, Rows], kept: NDArray[np.void]) -> pa.Array:
    """The ids of the smaller examples that each example contains, in its own language."""
    languages, own = len(types.speech), _codes(types, marks) % len(types.speech)
    owners, codes = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for number in np.unique(marks["cast"]).tolist():
        mine = np.flatnonzero(marks["cast"] == number)
        lists = types.parts[number].take(marks["row"][mine])
        counts = np.diff(lists.offsets)
        owners.append(np.repeat(mine, counts))
        codes.append(lists.values * languages + np.repeat(own[mine], counts))
    owner, code = np.concatenate(owners), np.concatenate(codes)
    at = np.minimum(np.searchsorted(ids[0], code), max(len(ids[0]) - 1, 0))
    found = ids[0][at] == code if len(ids[0]) else np.zeros(len(code), bool)
    owner, place = owner[found], ids[1][at[found]]
    order = np.argsort(owner, kind="stable")
    names = [f"urn:litho:example:{bytes(key).hex()}" for key in kept["key"][place[order]]]
    offsets = np.searchsorted(owner[order], np.arange(len(marks) + 1))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(names, pa.string()))


def _trained(types: Types, marks: NDArray[np.void]) -> NDArray[np.bool_]:
    """Of every instance, numbered through, whether an example of the training split says it."""
    out = np.zeros(int(types.starts[-1]), bool)
    mine = marks["split"] == SPLITS.index("train")
    out[types.starts[marks["cast"][mine]] + marks["row"][mine]] = True
    return out


def _settled(
    types: Types, table: pa.Table, marks: NDArray[np.void], stays: NDArray[np.bool_], ids: tuple[Rows, Rows],
    kept: NDArray[np.void], trained: NDArray[np.bool_], into: list[list[pa.Table]],
) -> None:  # fmt: skip
    """The rows of a piece that stay, with links, by split."""
    if not stays.all():
        table, marks = table.filter(pa.array(stays)), marks[stays]
    if len(types.parts[int(marks["cast"][0])].values):
        table = _with(table, "parents", _parents(types, marks, ids, kept))
    held_out = marks["split"] != SPLITS.index("train")
    memory = held_out & trained[types.starts[marks["cast"]] + marks["row"]]
    table = _with(
        table, "probe_split", pa.array(["memory", None], pa.string()).take(pa.array((~memory).astype(np.int8)))
    )
    ends = np.searchsorted(marks["split"], np.arange(len(SPLITS) + 1))
    for code, (start, end) in enumerate(itertools.pairwise(ends.tolist())):
        if end > start:
            into[code].append(table.slice(start, end - start))


def _with(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    column = table.schema.get_field_index(name)
    return table.set_column(column, table.schema.field(column), values)


def write(table: pa.Table, path: Path) -> None:
    """Parquet, zstd, no clocks in it: the same rows give the same bytes."""
    pq.write_table(table, path, compression="zstd", compression_level=1, write_statistics=False, store_schema=True)


def counted(types: Types, marks: NDArray[np.void]) -> dict[str, Counter[str]]:
    """How often each value of a column that reports are made of occurs among the examples."""
    scenes, templates = [cast.scene for cast in types.casts], types.templates
    casts = np.bincount(marks["cast"], minlength=len(scenes))
    plates = np.bincount(marks["plate"], minlength=len(templates))
    found = np.bincount(marks["truth"], minlength=5)
    return {
        "scene": _tally([s.iri for s in scenes], casts), "axis": _tally([s.axis for s in scenes], casts),
        "register": _tally([t.register for t in templates], plates),
        "form": _tally([t.form for t in templates], plates),
        "language": _tally([t.language for t in templates], plates),
        "truth": _tally(TRUTHS, found), "level": _tally([s.level for s in scenes], casts),
    }  # fmt: skip


def _tally(values: Sequence[str], counts: NDArray[Any]) -> Counter[str]:
    out: Counter[str] = Counter()
    for place in np.flatnonzero(counts).tolist():
        out[values[place]] += int(counts[place])
    return out
