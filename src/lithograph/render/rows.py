"""Prints to tables: the dataset's rows of one shard and the ledger's. Knows nothing about files.

Everything is numbers until the end: what many rows share is made once and taken by its number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lithograph.ontology.graph import Truth
from lithograph.render.cast import Cast, Speech
from lithograph.render.corpus import DECISION, MESSAGE, SCHEMA, Moves, Prints, Run, Types
from lithograph.render.doubt import negative
from lithograph.render.metadata import node_lists, proof_ids, truth_and_depth, whose_word
from lithograph.scenes.instances import Lists
from lithograph.select.choose import SPLITS
from lithograph.select.measured import MICRO

Rows = NDArray[np.int64]
Bytes = NDArray[np.uint8]
ROLE = pa.struct([pa.field("role", pa.string()), pa.field("node", pa.string())])
TRUTHS = tuple(truth.name.lower() for truth in Truth)
_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), "<u2")
BETWEEN = "\x1e"  # between prompt and answer where they are hashed; folding takes control characters out of values


@dataclass(frozen=True)
class Sheet:
    """The prints of a shard by number, in the order they came off the press.

    cast, plate, row, split, moves: of each print; moves as a place in `went`, what the filter did on the way. digests:
    uint8[n, 32], the hash of what it says. texts: prompt and answer of each in turn. facts: what the distinct instances
    have to tell; instance: the place of a print's own there. keys: uint8[n, 32], the hash in the id of each.
    """

    types: Types
    runs: Sequence[Run]
    cast: NDArray[np.int32]
    plate: NDArray[np.int32]
    row: Rows
    split: NDArray[np.int8]
    texts: pa.StringArray
    digests: Bytes
    moves: NDArray[np.int32]
    went: Sequence[Moves]

    @cached_property
    def keys(self) -> Bytes:
        """The hash in the id of each print: of its instance, template, renderer, and the words that came of it."""
        return _keys(self)

    @cached_property
    def _instances(self) -> tuple[Facts, Rows]:
        packed = (self.cast.astype(np.int64) << 40) | self.row
        distinct, inverse = np.unique(packed, return_inverse=True)
        return _facts_of(self.types, distinct >> 40, distinct & ((1 << 40) - 1)), inverse

    @property
    def facts(self) -> Facts:
        """What the instances have to tell."""
        return self._instances[0]

    @property
    def instance(self) -> Rows:
        """Of each print the place of its instance in `facts`."""
        return self._instances[1]


@dataclass(frozen=True, slots=True)
class Facts:
    """Per distinct instance of a shard: what its rows share."""

    ids: NDArray[np.bytes_]
    urns: pa.Array
    focus: pa.Array
    nodes: pa.Array
    axioms: pa.Array
    proofs: pa.Array
    depth: NDArray[np.int16]
    truth: NDArray[np.uint8]
    by: pa.Array
    scene: pa.Array
    roles: pa.Array
    resonance: pa.Array
    density: pa.Array
    deviation: pa.Array
    tension: pa.Array
    exact: pa.Array


def sheet_of(types: Types, prints: Prints) -> Sheet:
    """The prints by number, with the hashes of their texts."""
    runs = prints.runs
    lengths = [len(run) for run in runs]
    texts: list[str] = [""] * (2 * sum(lengths))
    texts[::2] = [text for run in runs for text in run.layers.prompt]
    texts[1::2] = [text for run in runs for text in run.layers.completion]
    column, digests = _hashed(texts)
    return Sheet(
        types, runs, np.repeat(np.array([run.cast for run in runs], np.int32), lengths),
        np.repeat(np.array([run.plate for run in runs], np.int32), lengths),
        _joined([run.rows for run in runs], np.int64), _joined([run.splits for run in runs], np.int8), column, digests,
        _joined([run.moves for run in runs], np.int32), prints.moves,
    )  # fmt: skip


def _hashed(texts: list[str]) -> tuple[pa.StringArray, Bytes]:
    """Prompts and answers in turn as Arrow, and the sha256 of each `prompt \\x1e answer`: one encoding for both."""
    sha = hashlib.sha256
    column = pa.array(texts, pa.string())
    offsets = np.frombuffer(column.buffers()[1], np.int32, len(texts) + 1)
    ends = (offsets[2::2] + np.arange(1, len(texts), 2)).tolist()  # each text but the last has one mark behind it
    raw = BETWEEN.join(texts).encode()
    starts = [0, *(end + 1 for end in ends)]
    return column, _digests([sha(raw[start:end]).digest() for start, end in zip(starts, ends, strict=False)])


def _digests(made: list[bytes]) -> Bytes:
    return np.frombuffer(b"".join(made), np.uint8).reshape(-1, 32)


def _hex(prefix: str, digests: Bytes) -> Bytes:
    """Each digest in hex behind a prefix: uint8[n, letters]."""
    start = np.frombuffer(prefix.encode(), np.uint8)
    out = np.empty((len(digests), len(start) + 64), np.uint8)
    out[:, : len(start)] = start
    out[:, len(start) :] = _HEX[digests].view(np.uint8)
    return out


def _fixed(letters: Bytes) -> pa.StringArray:
    """Rows of ASCII of one length as strings."""
    n, width = letters.shape
    offsets = np.arange(n + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters)))


def example_table(sheet: Sheet, order: Rows) -> pa.Table:
    """The dataset's rows of chosen prints, in that order."""
    types, facts = sheet.types, sheet.facts
    casts, plates, place = (pa.array(codes[order]) for codes in (sheet.cast, sheet.plate, sheet.instance))
    scenes, templates = [cast.scene for cast in types.casts], types.templates
    n = len(order)
    hashes = _hex("sha256:", sheet.digests[order])

    def by_plate(values: Sequence[str]) -> pa.Array:
        return pa.array(values, pa.string()).take(plates)

    def by_cast(values: Sequence[object], kind: pa.DataType) -> pa.Array:
        return pa.array(values, kind).take(casts)

    columns = {
        "id": _fixed(_hex("urn:litho:example:", sheet.keys[order])), "content_hash": _fixed(hashes),
        "split": pa.array(SPLITS, pa.string()).take(pa.array(sheet.split[order])),
        "probe_split": _probe_split(sheet, order), "messages": _messages(sheet, order),
        "prompt": sheet.texts.take(pa.array(2 * order)), "completion": sheet.texts.take(pa.array(2 * order + 1)),
        "thought": _inner(sheet, order, "thought"), "comment": _inner(sheet, order, "comment"),
        "form": by_plate([t.form for t in templates]), "axis": by_cast([s.axis for s in scenes], pa.string()),
        "register": by_plate([t.register for t in templates]),
        "level": by_cast([s.level for s in scenes], pa.string()),
        "language": by_plate([t.language for t in templates]),
        "truth": pa.array(TRUTHS).take(pa.array(truths(sheet, order))),
        "depth": pa.array(facts.depth[sheet.instance[order]], pa.int16()),
        "scene": by_cast([s.iri for s in scenes], pa.string()), "instance": facts.urns.take(place),
        "focus": facts.focus.take(place), "nodes": facts.nodes.take(place), "axioms": facts.axioms.take(place),
        "proof": facts.proofs.take(place), "template": by_plate([t.id for t in templates]),
        "resonance": facts.resonance.take(place), "density": facts.density.take(place),
        "tension": facts.tension.take(place), "weight": _weights(sheet, order),
        "parents": _empty_lists(n, pa.string()), "decisions": _moves(sheet, order), "claims": _claims(sheet, order),
    }  # fmt: skip
    return pa.table(columns, schema=SCHEMA)


def instance_table(sheet: Sheet, order: Rows) -> pa.Table:
    """The ledger's rows of the instances that chosen prints are about."""
    facts = sheet.facts
    table = pa.table({"instance": facts.urns, "scene": facts.scene, "roles": facts.roles, "axioms": facts.axioms,
                      "focus": facts.focus, "by": facts.by, "resonance": facts.resonance, "density": facts.density,
                      "deviation": facts.deviation, "tension": facts.tension, "tension_exact": facts.exact,
                      "depth": pa.array(facts.depth)})  # fmt: skip
    printed = np.unique(sheet.instance[order])
    return table if len(printed) == len(table) else table.take(pa.array(printed))


N = TypeVar("N", bound=np.generic)


def _joined(parts: list[NDArray[N]], kind: type[N]) -> NDArray[N]:
    return np.concatenate(parts) if parts else np.empty(0, kind)


def _keys(sheet: Sheet) -> Bytes:
    """The recipe keys: instance, template, renderer, and the words that came of it."""
    sha, types = hashlib.sha256, sheet.types
    owners = sheet.facts.ids.view(np.uint8).reshape(-1, 64)[sheet.instance]
    tails = np.concatenate((owners, _hex("sha256:", sheet.digests)), axis=1)
    made = np.empty((len(sheet.plate), 32), np.uint8)
    for plate in np.unique(sheet.plate).tolist():
        mine = np.flatnonzero(sheet.plate == plate)
        head = f"{types.templates[plate].id}\n{types.version}\n".encode()
        letters = np.empty((len(mine), len(head) + tails.shape[1]), np.uint8)
        letters[:, : len(head)] = np.frombuffer(head, np.uint8)
        letters[:, len(head) :] = tails[mine]
        wholes = letters.view(f"S{letters.shape[1]}").ravel().tolist()
        made[mine] = _digests([key.digest() for key in map(sha, wholes)])
    return made


def _messages(sheet: Sheet, order: Rows) -> pa.Array:
    """The messages of each print: its speakers and what they say."""
    lengths = [len(run) for run in sheet.runs]
    counts = np.repeat(np.array([len(run.layers.messages) for run in sheet.runs], np.int64), lengths)
    where = Lists(np.append(0, np.cumsum(counts)), np.arange(counts.sum())).take(order)
    if (counts == 2).all():
        contents = sheet.texts
    else:
        flat = [text for run in sheet.runs for said in zip(*run.layers.messages, strict=True) for text in said]
        contents = pa.array(flat, pa.string())
    speakers = [
        [turn.speaker for turn in sheet.types.plates[run.plate].turns if turn.speaker in ("user", "assistant")]
        for run in sheet.runs
    ]
    answers = [np.tile(np.array([s == "assistant" for s in said], np.int8), len(run))
               for said, run in zip(speakers, sheet.runs, strict=True)]  # fmt: skip
    roles = pa.array(("user", "assistant"), pa.string()).take(pa.array(_joined(answers, np.int8)[where.values]))
    structs = pa.StructArray.from_arrays([roles, contents.take(pa.array(where.values))], fields=list(MESSAGE))
    return pa.ListArray.from_arrays(pa.array(where.offsets, pa.int32()), structs)


def _inner(sheet: Sheet, order: Rows, name: str) -> pa.Array:
    """A layer that lies inside answers, null where an answer has none."""
    if all(getattr(run.layers, name) is None for run in sheet.runs):
        return pa.nulls(len(order), pa.string())
    flat: list[str | None] = []
    for run in sheet.runs:
        flat += getattr(run.layers, name) or [None] * len(run)
    return pa.array(flat, pa.string()).take(pa.array(order))


def _probe_split(sheet: Sheet, order: Rows) -> pa.Array:
    """`memory` where a held-out row says what a training row says.

    Asked of the rows that live: a training row that was left out taught nothing.
    """
    held_out = sheet.split[order] != SPLITS.index("train")
    trained = np.zeros(len(sheet.facts.ids), bool)
    trained[sheet.instance[order[~held_out]]] = True
    memory = held_out & trained[sheet.instance[order]]
    return pa.array(["memory", None], pa.string()).take(pa.array((~memory).astype(np.int8)))


def truths(sheet: Sheet, order: Rows) -> NDArray[np.int8]:
    """What the question of a print is, by number: a negated claim asked as yes/no is refuted; a graph rule's is
    computed."""
    casts, codes = sheet.types.casts, sheet.facts.truth[sheet.instance[order]].astype(np.int8)
    asked = np.array([t.form == "yes_no" for t in sheet.types.templates], bool)[sheet.plate[order]]
    denied = np.array([negative(c) for c in casts], bool)[sheet.cast[order]]
    computed = np.array([bool(c.scene.computed) for c in casts], bool)[sheet.cast[order]]
    codes[denied & asked] = Truth.REFUTED
    codes[computed] = Truth.COMPUTED
    return codes


def _facts_of(types: Types, casts: Rows, rows: Rows) -> Facts:
    parts = [_facts_of_cast(types, int(number), rows[casts == number]) for number in np.unique(casts)]
    if not parts:
        none = pa.array([], pa.string())
        number = pa.array([], pa.float32())
        return Facts(np.empty(0, "S64"), none, none, *(_empty_lists(0, pa.string()),) * 2, none,
                     np.empty(0, np.int16), np.empty(0, np.uint8), none, none, _empty_lists(0, ROLE),
                     *(number,) * 4, pa.array([], pa.bool_()))  # fmt: skip

    def joined(name: str) -> Any:
        values = [getattr(part, name) for part in parts]
        return np.concatenate(values) if isinstance(values[0], np.ndarray) else pa.concat_arrays(values)

    return Facts(*(joined(name) for name in Facts.__slots__))


def _facts_of_cast(types: Types, number: int, rows: Rows) -> Facts:
    cast, speech = types.casts[number], _speech_of(types)
    graph = speech.graph
    depth, truth = truth_and_depth(graph, cast, rows)
    ids = cast.ids[rows]
    letters = ids.view(np.uint8).reshape(-1, 64)
    prefix = np.frombuffer(b"urn:litho:instance:", np.uint8)
    urns = np.concatenate((np.broadcast_to(prefix, (len(rows), len(prefix))), letters), axis=1)
    focus = cast.instances.roles[cast.scene.focus][rows].tolist()
    return Facts(
        ids=ids, urns=_fixed(urns), focus=pa.array([types.terms[i] for i in focus], pa.string()),
        nodes=_string_lists(node_lists(graph, cast, rows), types.terms),
        axioms=_string_lists(cast.axioms.take(rows), types.axioms),
        proofs=pa.array(proof_ids(speech, cast, rows, types.axioms), pa.string()), depth=depth, truth=truth,
        by=pa.array(whose_word(speech, cast, rows), pa.string()),
        scene=pa.array([cast.scene.iri], pa.string()).take(pa.array(np.zeros(len(rows), np.int8))),
        roles=_roles(types, cast, rows), resonance=_number(cast.measured.resonance[rows] / MICRO),
        density=_number(cast.measured.density[rows]), deviation=_number(cast.measured.deviation[rows]),
        tension=_number(cast.measured.tension[rows]), exact=pa.array(cast.measured.exact[rows]),
    )  # fmt: skip


def _number(values: NDArray[np.float64]) -> pa.Array:
    """Numbers as a column; what is undefined is null."""
    return pa.array(values.astype(np.float32), pa.float32(), from_pandas=True)


def _weights(sheet: Sheet, order: Rows) -> pa.Array:
    """What each print weighs in training: its scene's weight, its register's and its language's."""
    types = sheet.types
    scenes = np.array([types.weights.of_scene(cast.scene) for cast in types.casts])
    manners = np.array([types.weights.of_manner(t.register, t.language) for t in types.templates])
    return pa.array((scenes[sheet.cast[order]] * manners[sheet.plate[order]]).astype(np.float32), pa.float32())


def _moves(sheet: Sheet, order: Rows) -> pa.Array:
    """What the filter did with each print on its way."""
    codes = sheet.moves[order]
    if not codes.any():
        return _empty_lists(len(order), DECISION)
    lists = [[{"move": move, "reason": reason} for move, reason in went] for went in sheet.went]
    return pa.array(lists, pa.list_(DECISION)).take(pa.array(codes))


def _claims(sheet: Sheet, order: Rows) -> pa.Array:
    """The urns of the claims that each print states, sorted."""
    lists = [run.claims for run in sheet.runs]
    counts = _joined([np.diff(one.offsets) for one in lists], np.int64)
    stated = Lists(np.append(0, np.cumsum(counts)), _joined([one.values for one in lists], np.int32)).take(order)
    used, place = np.unique(stated.values, return_inverse=True)
    urns = [sheet.types.names.urns[row] for row in used.tolist()]
    by_urn = sorted(range(len(urns)), key=urns.__getitem__)
    rank = np.empty(len(urns), np.int64)
    rank[by_urn] = np.arange(len(urns))
    places = rank[np.asarray(place).reshape(-1)]
    owner = np.repeat(np.arange(len(order)), np.diff(stated.offsets))
    places = places[np.lexsort((places, owner))]
    values = pa.array([urns[i] for i in by_urn], pa.string()).take(pa.array(places))
    return pa.ListArray.from_arrays(pa.array(stated.offsets, pa.int32()), values)


def _speech_of(types: Types) -> Speech:
    """That of any language: the claims and their evidence are those of all."""
    return next(iter(types.speech.values()))


def _roles(types: Types, cast: Cast, rows: Rows) -> pa.Array:
    names = [n for n in cast.scene.role_names if n in cast.instances.roles]
    numbers = {c.number_role for c in cast.scene.couplings if c.number_role}
    flat: list[str] = [""] * (len(rows) * len(names))
    for i, name in enumerate(names):
        column = cast.instances.roles[name][rows].tolist()
        flat[i :: len(names)] = [str(c) if name in numbers else types.terms[c] for c in column]
    roles = pa.array(names, pa.string()).take(pa.array(np.tile(np.arange(len(names)), len(rows))))
    structs = pa.StructArray.from_arrays([roles, pa.array(flat, pa.string())], fields=list(ROLE))
    return pa.ListArray.from_arrays(pa.array(np.arange(len(rows) + 1) * len(names), pa.int32()), structs)


def _string_lists(lists: Lists, words: Sequence[str]) -> pa.Array:
    used, place = np.unique(lists.values, return_inverse=True)
    values = pa.array([words[i] for i in used.tolist()], pa.string()).take(pa.array(place))
    return pa.ListArray.from_arrays(pa.array(lists.offsets, pa.int32()), values)


def _empty_lists(n: int, kind: pa.DataType) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(np.zeros(n + 1, np.int32)), pa.array([], kind))
