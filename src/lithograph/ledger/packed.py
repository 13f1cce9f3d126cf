"""How tables lie on disk: hashes as bytes, and what stands in another table by its row there. Knows no files.

A urn of 80 letters says 32 bytes, and an axiom behind a thousand instances is the same row of the same table each time.
So an id is written once, where it belongs, as the bytes of its hash, and everywhere else as its **place**: the row,
from 0, of

    instances.axioms    in `axioms` of the same build
    examples.instance   in `instances` of the same build
    steps.example       in `examples` of the build that `steps.build` names by its key; where that is null, in
                        `unprinted` of the same run

Of a text's hash the first 128 bits are kept, named as RFC 6920 names them: enough to tell texts apart. Where an
axiom bears no annotation, `axioms.annotated` is null. Floats that are nearly all different lie byte by byte
(BYTE_STREAM_SPLIT). Callers see none of this: `columns` packs what it writes and unpacks what it reads.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lithograph.ledger.arrays import one_array
from lithograph.ledger.errors import MisfitTable
from lithograph.ledger.schemas import TABLES, WORD

TEXT_HASH, WHOLE_TEXT_HASH = "sha256-128:", "sha256:"
"""How the hash of a text begins in the ledger, and in a dataset."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the ids of a column are spelled: `prefix`, then `size` bytes in small hexadecimal digits."""

    prefix: str
    size: int = 32


SPELLED: Mapping[str, Spelling] = {
    "axioms.axiom": Spelling("urn:litho:axiom:"),
    "axioms.annotated": Spelling("urn:litho:annotated-axiom:"),
    "instances.instance": Spelling("urn:litho:instance:"),
    "examples.id": Spelling("urn:litho:example:"),
    "examples.content_hash": Spelling(TEXT_HASH, 16),
}
"""Columns that are written as the bytes of a hash."""

PLACED: Mapping[str, str] = {"instances.axioms": "axioms", "examples.instance": "instances"}
"""Columns that are written as places in a table of the same build."""

OWN_ID = {"axioms": "axiom", "instances": "instance", "examples": "id"}
"""The column that names the rows of a table that others point to."""

_SPLIT_BYTES = frozenset({"steps.loss", "instances.resonance", "instances.density", "instances.deviation",
                          "instances.tension", "attributions.score", "probes.score"})  # fmt: skip
_RISING = frozenset({"examples.row", "examples.instance", "steps.step", "steps.example",
                     "instances.axioms.list.element"})  # fmt: skip

Ids: TypeAlias = Callable[[str, str | None], pa.Array]
"""What tells the hashes (bytes) that name the rows of a table, of the build of a key or of the own one."""


def _stored(name: str) -> pa.Schema:
    fields = []
    for one in TABLES[name]:
        column = f"{name}.{one.name}"
        if column in SPELLED:
            fields.append(pa.field(one.name, pa.binary(SPELLED[column].size)))
        elif column in PLACED:
            fields.append(pa.field(one.name, pa.list_(pa.int32()) if pa.types.is_list(one.type) else pa.int32()))
        elif column == "steps.example":
            fields += [pa.field("build", WORD), pa.field("example", pa.int32())]
        else:
            fields.append(one)
    return pa.schema(fields)


STORED: Mapping[str, pa.Schema] = {name: _stored(name) for name in TABLES}
"""The schema of each table's file."""


def encodings(name: str) -> dict[str, str]:
    """Parquet leaf path -> encoding, of columns that have no dictionary and are not written plainly."""
    return {
        column.removeprefix(f"{name}."): encoding
        for encoding, columns in (("DELTA_BINARY_PACKED", _RISING), ("BYTE_STREAM_SPLIT", _SPLIT_BYTES))
        for column in sorted(columns)
        if column.startswith(f"{name}.")
    }


def digests(ids: pa.Array, spelling: Spelling, place: str, whole: int | None = None) -> pa.Array:
    """Ids (strings) as the bytes of their hashes. Raises MisfitTable for an id that is spelled otherwise.

    whole: how many bytes the ids spell, where of each only the first `spelling.size` are wanted.
    """
    whole = whole or spelling.size
    figures = _figures(ids, spelling, whole, place)
    try:
        said = binascii.unhexlify(figures)
    except binascii.Error:
        raise MisfitTable(place, "an id is spelled otherwise", _odd(ids, spelling, whole)) from None
    if figures != figures.lower():
        raise MisfitTable(place, "an id is spelled otherwise", _odd(ids, spelling, whole))
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(spelling.size), len(ids), [None, pa.py_buffer(said)])


def _figures(ids: pa.Array, spelling: Spelling, whole: int, place: str) -> bytes:
    """The first digits of ids, `spelling.size` bytes of each, side by side."""
    if ids.null_count:
        raise MisfitTable(place, "an id is missing", f"{ids.null_count} of {len(ids)}")
    if not len(ids):
        return b""
    prefix, width = spelling.prefix.encode(), len(spelling.prefix) + 2 * whole
    offsets = np.frombuffer(ids.buffers()[1], np.int32, len(ids) + 1, ids.offset * 4)
    if (np.diff(offsets) != width).any():
        raise MisfitTable(place, "an id is spelled otherwise", _odd(ids, spelling, whole))
    letters = np.frombuffer(ids.buffers()[2], np.uint8, width * len(ids), offsets[0]).reshape(len(ids), width)
    if letters[:, : len(prefix)].tobytes() != prefix * len(ids):
        raise MisfitTable(place, "an id is spelled otherwise", _odd(ids, spelling, whole))
    return letters[:, len(prefix) : len(prefix) + 2 * spelling.size].tobytes()


def _odd(ids: pa.Array, spelling: Spelling, whole: int) -> str:
    wanted = f"^{spelling.prefix}[0-9a-f]{{{2 * whole}}}$"
    odd = ids.filter(pc.invert(pc.match_substring_regex(ids, wanted)))
    return f"{odd[0] if len(odd) else ids[0]} is not {spelling.prefix} and {2 * whole} small hexadecimal digits"


def spelled(said: pa.Array, spelling: Spelling) -> pa.Array:
    """Bytes of hashes as ids, no null among them: the reverse of `digests`."""
    prefix, n = spelling.prefix.encode(), len(said)
    out = np.empty((n, len(prefix) + 2 * spelling.size), np.uint8)
    out[:, : len(prefix)] = np.frombuffer(prefix, np.uint8)
    out[:, len(prefix) :] = np.frombuffer(binascii.hexlify(_raw(said)), np.uint8).reshape(n, 2 * spelling.size)
    offsets = np.arange(n + 1, dtype=np.int32) * np.int32(out.shape[1])
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(out.tobytes()))


def _raw(said: pa.Array) -> memoryview:
    """The bytes of hashes side by side."""
    size = said.type.byte_width
    start = said.offset * size
    return memoryview(said.buffers()[1] or b"")[start : start + len(said) * size]


def short_hashes(hashes: pa.ChunkedArray) -> pa.ChunkedArray:
    """Hashes of texts as the ledger keeps them: the first 128 bits."""
    digits = pc.utf8_slice_codeunits(hashes, len(WHOLE_TEXT_HASH), len(WHOLE_TEXT_HASH) + 32)
    whole = pc.starts_with(hashes, WHOLE_TEXT_HASH)
    return pc.if_else(whole, pc.binary_join_element_wise(TEXT_HASH, digits, ""), hashes)


def short_hash(text_hash: str) -> str:
    """The hash of a text as the ledger keeps it.

    >>> short_hash("sha256:" + "0123456789abcdef" * 4)
    'sha256-128:0123456789abcdef0123456789abcdef'
    """
    return TEXT_HASH + text_hash[len(WHOLE_TEXT_HASH) :][:32] if text_hash.startswith(WHOLE_TEXT_HASH) else text_hash


class _Rows:
    """At which row of a table each hash stands: looked up by its first 8 bytes as long as these tell all rows apart."""

    def __init__(self, said: pa.Array | None = None) -> None:
        self._pieces = [] if said is None else [said]
        self._keys: pa.Array | None = None

    def add(self, said: pa.Array) -> None:
        """More rows, behind those that are there."""
        self._pieces.append(said)
        self._keys = None

    def of(self, ids: pa.Array, spelling: Spelling, place: str) -> pa.Array:
        """The row of each id, null where none has it. That the rest of a hash is another, where its first 8 bytes are
        those of one row, is not seen: of a million rows it happens once in ten million million ids."""
        if self._keys is None:
            whole = pa.concat_arrays(self._pieces) if self._pieces else pa.array([], pa.binary(32))
            begins = pa.array(beginnings(whole))
            self._keys = begins if len(pc.unique(begins)) == len(begins) else whole
        if pa.types.is_fixed_size_binary(self._keys.type):
            return pc.index_in(digests(ids, spelling, place), value_set=self._keys)
        asked = digests(ids, replace(spelling, size=8), place, spelling.size)
        return pc.index_in(pa.array(beginnings(asked)), value_set=self._keys)


@dataclass(slots=True)
class Packer:
    """Packs the tables of one build or run as they come; what names rows must come before what points to them.

    build: the key of the build whose examples a run was shown, or None; ids: what it printed.
    """

    ids: Ids
    build: str | None = None
    _others: dict[str, int] = field(default_factory=dict)
    _rows: dict[str, _Rows] = field(default_factory=dict)
    _printed: _Rows | None = None

    def packed(self, name: str, table: pa.Table) -> pa.Table:
        """A piece of a table, in the form of `schemas`, as it is stored. Raises MisfitTable."""
        columns: list[pa.ChunkedArray | pa.Array] = []
        for one in TABLES[name]:
            column, place = table.column(one.name), f"{name}.{one.name}"
            if place == "examples.content_hash":
                columns.append(_digests_of_texts(one_array(column), place))
            elif place == "axioms.annotated":
                columns.append(_annotated(one_array(column), one_array(table.column("axiom"))))
            elif place in SPELLED:
                columns.append(digests(one_array(column), SPELLED[place], place))
            elif place in PLACED:
                columns.append(self._places(one_array(column), PLACED[place], place))
            elif place == "steps.example":
                columns += self._shown(one_array(column))
            else:
                columns.append(column)
            if OWN_ID.get(name) == one.name:
                self._rows.setdefault(name, _Rows()).add(columns[-1])
        return pa.table(columns, schema=STORED[name])

    def _places(self, values: pa.Array, other: str, place: str) -> pa.Array:
        if other not in self._rows:  # it was written before, by itself
            self._rows[other] = _Rows(self.ids(other, None))
        listed = pa.types.is_list(values.type)
        ids = values.flatten() if listed else values.dictionary
        found = self._rows[other].of(ids, SPELLED[f"{other}.{OWN_ID[other]}"], place)
        if found.null_count:
            raise MisfitTable(place, f"it names what is not in {other}", f"{ids.filter(pc.is_null(found))[0]}")
        if listed:
            offsets = np.asarray(values.offsets) - values.offsets[0].as_py()
            return pa.ListArray.from_arrays(pa.array(offsets), found)
        return pc.take(found, values.indices)

    def _shown(self, examples: pa.Array) -> list[pa.Array]:
        """(build, place) of what a run was shown."""
        names, spelling = examples.dictionary, SPELLED["examples.id"]
        if self._printed is None:
            self._printed = _Rows(self.ids("examples", self.build)) if self.build else _Rows()
        wanted = f"^{spelling.prefix}[0-9a-f]{{{2 * spelling.size}}}$"
        printed = np.asarray(pc.match_substring_regex(names, wanted))
        places = np.full(len(names), -1, np.int32)
        rows = self._printed.of(names.filter(pa.array(printed)), spelling, "steps.example")
        places[printed] = np.asarray(pc.fill_null(rows, -1))
        printed = places >= 0
        used = np.zeros(len(names), np.bool_)
        used[np.asarray(examples.indices)] = True
        for row in np.flatnonzero(used & ~printed).tolist():
            places[row] = self._others.setdefault(names[row].as_py(), len(self._others))
        build = pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(len(names), np.int32), mask=~printed), pa.array([self.build or ""], pa.string())
        )
        return [pc.take(build, examples.indices), pc.take(pa.array(places), examples.indices)]

    @property
    def unprinted(self) -> pa.Table:
        """The table of what a run was shown that the build did not print."""
        return pa.table({"example": pa.array(list(self._others), pa.string())})


def beginnings(said: pa.Array) -> NDArray[np.uint64]:
    """The first 8 bytes of each hash as a number, read as little-endian."""
    raw = np.frombuffer(_raw(said), np.uint8).reshape(len(said), said.type.byte_width)
    return np.ascontiguousarray(raw[:, :8]).view("<u8").ravel()


def _digests_of_texts(hashes: pa.Array, place: str) -> pa.Array:
    """The first 16 bytes of hashes of texts, spelled in full or as the ledger spells them."""
    short = Spelling(TEXT_HASH, 16)
    if len(hashes) and (hashes[0].as_py() or "").startswith(TEXT_HASH):
        return digests(hashes, short, place)
    return digests(hashes, replace(short, prefix=WHOLE_TEXT_HASH), place, 32)


def _annotated(annotated: pa.Array, axioms: pa.Array) -> pa.Array:
    """The hashes of annotated axioms; null where an axiom bears no annotation and goes by its own id."""
    own = np.asarray(pc.equal(annotated, axioms))
    said = digests(annotated.filter(pa.array(~own)), SPELLED["axioms.annotated"], "axioms.annotated")
    return pc.take(said, pa.array((np.cumsum(~own) - 1).astype(np.int32), mask=own))


def _annotated_of(said: pa.Array, axioms: pa.Array) -> pa.Array:
    """The reverse."""
    there = np.asarray(pc.is_valid(said))
    names = spelled(said.drop_null(), SPELLED["axioms.annotated"])
    own = spelled(axioms, SPELLED["axioms.axiom"])
    return pc.coalesce(pc.take(names, pa.array((np.cumsum(there) - 1).astype(np.int32), mask=~there)), own)


def unpacked(name: str, wanted: list[str], table: pa.Table, ids: Ids, others: Callable[[], pa.Array]) -> pa.Table:
    """Columns of a stored table in the form of `schemas`, also of one that an older program stored otherwise.

    ids: the hashes of the rows that places point to; others: the names in the run's own `unprinted`.
    """
    return pa.table({one: _unpacked(name, one, table, ids, others) for one in wanted if one in table.column_names})


def _unpacked(
    name: str, one: str, table: pa.Table, ids: Ids, others: Callable[[], pa.Array]
) -> pa.ChunkedArray | pa.Array:
    column, place, kind = table.column(one), f"{name}.{one}", TABLES[name].field(one).type
    if place == "examples.content_hash" and not pa.types.is_fixed_size_binary(column.type):
        return short_hashes(column)
    if column.type == kind or not (place in SPELLED or place in PLACED or place == "steps.example"):
        return column
    if place == "axioms.annotated":
        return _annotated_of(one_array(column), one_array(table.column("axiom")))
    if place in SPELLED:
        return spelled(one_array(column), SPELLED[place])
    if place == "steps.example":
        return _names_shown(one_array(column), one_array(table.column("build")), ids, others)
    other = PLACED[place]
    names, places = spelled(ids(other, None), SPELLED[f"{other}.{OWN_ID[other]}"]), one_array(column)
    if pa.types.is_list(places.type):
        offsets = np.asarray(places.offsets) - places.offsets[0].as_py()
        return pa.ListArray.from_arrays(pa.array(offsets), pc.take(names, places.flatten()))
    return pa.DictionaryArray.from_arrays(places, names)


def _names_shown(places: pa.Array, build: pa.Array, ids: Ids, others: Callable[[], pa.Array]) -> pa.Array:
    """The ids of what a run was shown, in a dictionary of those that it was shown, in order of place."""
    rows, printed = np.asarray(places), np.asarray(pc.is_valid(build.indices))
    seen, where = np.unique(rows[printed], return_inverse=True)
    names, indices = pa.array([], pa.string()), np.empty(len(rows), np.int32)
    if len(seen):  # a run is shown examples of one build
        said = ids("examples", build.drop_null()[0].as_py())
        names = spelled(pc.take(said, pa.array(seen)), SPELLED["examples.id"])
    indices[printed] = where
    indices[~printed] = rows[~printed] + len(names)
    more = others() if not printed.all() else pa.array([], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(indices), pa.concat_arrays([names, more]))
