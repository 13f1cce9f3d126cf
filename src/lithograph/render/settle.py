"""What only all pieces together know: which texts are printed twice, which smaller examples a larger one contains.

Runs once, after the pieces, on what they set aside: of equal texts, and of nearly equal ones that say the same, the
example with the lowest key stays, so neither order nor sharding has a part in it. Then the dataset's files are written,
once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lithograph.render.corpus import Types
from lithograph.render.pieces import LEDGER, Piece, decisions_of, marks_now, read_aside, set_aside
from lithograph.render.repeats import ALREADY, NEARLY, equal_to, first_word, merged, nearly_equal_to
from lithograph.render.rows import TRUTHS, Rows
from lithograph.select.choose import SPLITS, mix
from lithograph.select.decisions import COMPENSATE, MERGE, MERGED, SILENCE, SILENT, Decision


@dataclass(frozen=True, slots=True)
class Settled:
    """A finished dataset in numbers: marks of the examples that stay, and everything that was decided."""

    marks: NDArray[np.void]
    decisions: tuple[Decision, ...]


def settle(
    types: Types, pieces: Sequence[Piece], folder: Path, size: int, known: Known | None = None
) -> Settled:  # fmt: skip
    """Leave out what is printed twice, link larger examples to smaller ones, write the dataset's files, and count.

    folder: into it go `data/{split}-{shard}.parquet`, and the ledger's rows of instances. size: instances to a shard.
    known: what earlier builds found of texts that are nearly equal.
    """
    marks, number, place = marks_now(pieces)
    keys = first_word(marks["key"])
    into, near = equal_to(marks["text"], keys), _nearly(keys, pieces, number, place, known or Known())
    stays = (into < 0) & (near < 0)
    made = [*decisions_of(pieces), *merged(types, marks["cast"], marks["row"], marks["plate"], into, near)]
    kept = marks[stays]
    desk = _Desk(types, kept, _first_ids(types, kept), _trained(types, kept), pieces, number[stays], place[stays])
    shard = (types.starts[kept["cast"]] + kept["row"]) // size
    for i in np.unique(shard).tolist():
        _write_shard(desk, np.flatnonzero(shard == i), i, folder)
    return Settled(kept, tuple(_answered(types, made, kept)))


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a shard is written from: the examples that stay, and in which row of which piece each lies."""

    types: Types
    kept: NDArray[np.void]
    ids: tuple[Rows, Rows]
    trained: NDArray[np.bool_]
    pieces: Sequence[Piece]
    number: Rows
    place: Rows


def _write_shard(desk: _Desk, mine: Rows, shard: int, folder: Path) -> None:
    """The files of a shard, one a split, and its instances for the ledger. mine: places in `kept`, ascending."""
    used = np.unique(desk.number[mine])
    tables = [read_aside(desk.pieces[i].files.examples) for i in used.tolist()]
    table, at = _found(tables, used, desk.number[mine], desk.place[mine])
    for code, split in enumerate(SPLITS):
        chosen = np.flatnonzero(desk.kept["split"][mine] == code)
        if len(chosen):
            rows = _settled(desk, table.take(pa.array(at[chosen])), desk.kept[mine[chosen]])
            write(rows, folder / "data" / f"{split}-{shard:05d}.parquet")
    set_aside(_instances(desk, mine), folder / LEDGER / f"settled-{shard:06d}.arrow")


def _found(tables: Sequence[pa.Table], used: Rows, number: Rows, place: Rows) -> tuple[pa.Table, Rows]:
    """Tables of some pieces as one, and where in it a row of a piece lies. used: their numbers, ascending."""
    starts = np.append(0, np.cumsum([len(table) for table in tables]))
    return pa.concat_tables(tables).combine_chunks(), starts[np.searchsorted(used, number)] + place


def _instances(desk: _Desk, mine: Rows) -> pa.Table:
    """The ledger's rows of the instances that chosen examples are about, in the order of the casts."""
    marks, number = desk.kept[mine], desk.number[mine]
    code = desk.types.starts[marks["cast"]] + marks["row"]
    _, first = np.unique(code, return_index=True)
    used, place = np.unique(number[first]), np.empty(len(first), np.int64)
    tables = []
    for i in used.tolist():
        piece, here = desk.pieces[i], number[first] == i
        tables.append(read_aside(piece.files.instances))
        inner = piece.marks["row"][desk.place[mine][first][here]]
        place[here] = np.searchsorted(piece.printed, inner)
    table, at = _found(tables, used, number[first], place)
    return table.take(pa.array(at))


# ---- twice ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Known:
    """What was found of groups of texts that say the same: which are nearly equal to which. Keys are first words.

    groups: uint64, ascending, a hash of the keys of each group; lost, into: keys of texts, and of those that stand for
    them.
    """

    groups: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    lost: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    into: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))


def _nearly(
    keys: NDArray[np.uint64], pieces: Sequence[Piece], number: Rows, place: Rows, known: Known
) -> Rows:  # fmt: skip
    """Of each example that shares its claims the near-duplicate of the lowest key, −1 for none; `known` learns it."""
    out = np.full(len(keys), -1)
    tables, owners = [], []
    for i, piece in enumerate(pieces):
        table, back = read_aside(piece.files.shared), np.full(len(piece.marks), -1)
        mine = np.flatnonzero(number == i)
        back[place[mine]] = mine
        tables.append(table)
        owners.append(back[table["place"].to_numpy()])
    owner = np.concatenate([np.empty(0, np.int64), *owners])
    here = np.flatnonzero(owner >= 0)
    if not len(here):
        return out
    whole, owner = pa.concat_tables(tables), owner[here]
    group = whole["group"].to_numpy()[here]
    _, which = np.unique(group, return_inverse=True)
    digest = _digests(which, keys[owner])
    old = np.isin(digest, known.groups)[which]
    fresh = np.flatnonzero(~old)

    def texts(few: Rows) -> pa.StringArray:
        chosen = whole["text"].take(pa.array(here[fresh[few]]))
        return chosen.combine_chunks() if isinstance(chosen, pa.ChunkedArray) else chosen

    found = nearly_equal_to(group[fresh], keys[owner[fresh]], texts)
    out[owner[fresh]] = np.where(found >= 0, owner[fresh[found]], -1)
    lost, into = _remembered(keys[owner], known)
    lost, into = lost[old[lost]], into[old[lost]]
    out[owner[lost]] = owner[into]
    gone = np.flatnonzero(out >= 0)
    known.groups, known.lost, known.into = digest, keys[gone], keys[out[gone]]
    return out


def _digests(which: Rows, keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A hash of the keys of every group, ascending in the number of the group."""
    order = np.argsort(which, kind="stable")
    mixed = np.append(np.zeros(1, np.uint64), np.cumsum(mix(keys[order], "near"), dtype=np.uint64))
    ends = np.searchsorted(which[order], np.arange(int(which.max()) + 2))
    sizes = np.diff(ends).astype(np.uint64)
    with np.errstate(over="ignore"):
        return mix(mixed[ends[1:]] - mixed[ends[:-1]] + sizes, "group")


def _remembered(keys: NDArray[np.uint64], known: Known) -> tuple[Rows, Rows]:
    """Places of texts that are known to go, and of those that stand for them."""
    order = np.argsort(keys)
    ends = [np.searchsorted(keys[order], side) for side in (known.lost, known.into)]
    there = [order[np.minimum(end, max(len(keys) - 1, 0))] for end in ends]
    both_here = (keys[there[0]] == known.lost) & (keys[there[1]] == known.into)
    return there[0][both_here], there[1][both_here]


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


def _settled(desk: _Desk, table: pa.Table, marks: NDArray[np.void]) -> pa.Table:
    """Rows that stay, with links to smaller examples, and whether a training row says the same."""
    types = desk.types
    held_out = marks["split"] != SPLITS.index("train")
    memory = held_out & desk.trained[types.starts[marks["cast"]] + marks["row"]]
    names = pa.array(["memory", None], pa.string()).take(pa.array((~memory).astype(np.int8)))
    table = _with(table, "parents", _parents(types, marks, desk.ids, desk.kept))
    return _with(table, "probe_split", names)


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
