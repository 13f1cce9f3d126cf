"""Prints to tables: the dataset's columns and the ledger's, one shard at a time. Knows nothing about folders.

The columns are those of docs/reference/dataset.md; what is the same for many rows is kept as codes until the end.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lithograph.ontology.graph import Truth
from lithograph.render.cast import (
    Cast,
    Speech,
    columns_for,
    gives_itself_away,
    node_lists,
    proof_ids,
    truth_and_depth,
)
from lithograph.render.checks import dead_prints
from lithograph.render.doubt import doubts_of, negative
from lithograph.render.press import Plate
from lithograph.render.templates import Template
from lithograph.scenes.matching import Lists
from lithograph.select.choose import SPLITS, mix, split_of, wording

MESSAGE = pa.struct([pa.field("role", pa.string()), pa.field("content", pa.string())])
DECISION = pa.struct([pa.field("move", pa.string()), pa.field("reason", pa.string())])

SCHEMA = pa.schema([
    ("id", pa.string()), ("content_hash", pa.string()), ("split", pa.string()), ("probe_split", pa.string()),
    ("messages", pa.list_(MESSAGE)), ("prompt", pa.string()), ("completion", pa.string()), ("thought", pa.string()),
    ("comment", pa.string()), ("form", pa.string()), ("axis", pa.string()), ("register", pa.string()),
    ("level", pa.string()), ("language", pa.string()), ("truth", pa.string()), ("depth", pa.int16()),
    ("scene", pa.string()), ("instance", pa.string()), ("focus", pa.string()), ("nodes", pa.list_(pa.string())),
    ("axioms", pa.list_(pa.string())), ("proof", pa.string()), ("template", pa.string()), ("resonance", pa.float32()),
    ("density", pa.float32()), ("tension", pa.float32()), ("weight", pa.float32()),
    ("parents", pa.list_(pa.string())), ("decisions", pa.list_(DECISION)),
])  # fmt: skip
"""The dataset's columns (INTERFACE): one row an example."""

LAYER = {"en": ("THOUGHT", "COMMENT", "RESPONSE"), "ru": ("МЫСЛЬ", "КОММЕНТАРИЙ", "ОТВЕТ")}
"""The names of the three layers in an answer that has more than one."""


@dataclass(frozen=True, slots=True)
class Types:
    """What the press of one build is set with, shared by all shards.

    plates: the templates that are used, compiled, by number; speech: by language. axioms and terms: the urns and IRIs
    that rows name by number. recipe: hash of the options; version: of the renderer. doubts: (cast, language, reason) ->
    bool[n], which instances are not printed for it, as far as looked for.
    """

    casts: Sequence[Cast]
    templates: Sequence[Template]
    plates: Mapping[int, Plate]
    speech: dict[str, Speech]
    axioms: Sequence[str]
    terms: Sequence[str]
    known_words: dict[str, frozenset[str]]
    recipe: str
    version: str
    wordings: int
    valid_percent: int
    test_percent: int
    doubts: dict[tuple[int, str, str], NDArray[np.bool_]] = field(default_factory=dict)


@dataclass(slots=True)
class Prints:
    """The prints of one shard, as they come off the press."""

    cast: list[NDArray[np.int32]] = field(default_factory=list)
    row: list[NDArray[np.int64]] = field(default_factory=list)
    plate: list[NDArray[np.int32]] = field(default_factory=list)
    split: list[NDArray[np.int8]] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)  # of all turns, flat
    speakers: list[str] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    prompt: list[str] = field(default_factory=list)
    completion: list[str] = field(default_factory=list)
    thought: list[str | None] = field(default_factory=list)
    comment: list[str | None] = field(default_factory=list)
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)


def strike(types: Types, number: int, low: int, high: int, prints: Prints) -> None:
    """Print instances low … high-1 of a cast, in every language and form it has templates for."""
    cast = types.casts[number]
    for (language, form), templates in sorted(cast.templates.items()):
        rows = np.flatnonzero(cast.spoken[language][low:high]) + low
        for reason, doubtful in _doubts(types, number, language, form):
            if doubtful[rows].any():
                prints.dropped[cast.scene.name, reason] += int(doubtful[rows].sum())
            rows = rows[~doubtful[rows]]
        keys = mix(cast.hashes[rows], f"{language} {form}")
        for turn in range(min(types.wordings, len(templates))):
            chosen = wording(keys, turn, types.wordings, len(templates))
            splits = split_of(mix(keys, turn), types.valid_percent, types.test_percent)
            for place, template in enumerate(templates):
                mine = chosen == place
                if mine.any():
                    _one_template(types, number, template, rows[mine], splits[mine], prints)


def _doubts(types: Types, number: int, language: str, form: str) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Why some instances of a cast are not printed in a form, and which; each looked for once in a process."""
    cast, known = types.casts[number], types.doubts
    for reason, find in doubts_of(cast, form):
        key = number, language, reason
        if key not in known:
            known[key] = find(types.speech[language], cast)
        yield reason, known[key]


def _one_template(
    types: Types, number: int, template: int, rows: NDArray[np.int64], splits: NDArray[np.int8], prints: Prints
) -> None:
    cast, plate = types.casts[number], types.plates[template]
    speech = types.speech[plate.template.language]
    columns = columns_for(speech, cast, rows, plate.template.needs)
    texts = plate.render(columns, len(rows))
    layers = _layered(plate, texts)
    told = _told(cast, plate, speech, rows, layers) if plate.template.form in ("riddle", "cloze") else None
    if told is not None and told.any():
        prints.dropped[cast.scene.name, "the question gives the answer away"] += int(told.sum())
        keep = ~told
        layers = layers.take(keep)
        rows, splits = rows[keep], splits[keep]
    n = len(rows)
    prints.cast.append(np.full(n, number, np.int32))
    prints.row.append(rows)
    prints.plate.append(np.full(n, template, np.int32))
    prints.split.append(splits)
    prints.prompt += layers.prompt
    prints.completion += layers.completion
    prints.thought += layers.thought
    prints.comment += layers.comment
    prints.contents += [content for contents in layers.contents for content in contents]
    speakers = [turn.speaker for turn in plate.turns if turn.speaker in ("user", "assistant")]
    prints.speakers += speakers * n
    prints.turns += [len(speakers)] * n


@dataclass(frozen=True, slots=True)
class _Layers:
    prompt: list[str]
    completion: list[str]
    thought: list[str | None]
    comment: list[str | None]
    contents: list[tuple[str, ...]]

    def take(self, keep: NDArray[np.bool_]) -> _Layers:
        kept = np.flatnonzero(keep).tolist()
        return _Layers([self.prompt[i] for i in kept], [self.completion[i] for i in kept],
                       [self.thought[i] for i in kept], [self.comment[i] for i in kept],
                       [self.contents[i] for i in kept])  # fmt: skip


def _layered(plate: Plate, texts: tuple[list[str], ...]) -> _Layers:
    """Turns to messages: thought and comment become layers of the answer that follows them."""
    n = len(texts[0])
    names = LAYER[plate.template.language]
    out: list[list[str]] = []
    held: list[tuple[str, list[str]]] = []
    thought: list[str | None] = [None] * n
    comment: list[str | None] = [None] * n
    for speaker, turn in zip((t.speaker for t in plate.turns), texts, strict=True):
        if speaker == "thought":
            held.append((names[0], turn))
            thought = list(turn)
        elif speaker == "comment":
            held.append((names[1], turn))
            comment = list(turn)
        elif speaker == "assistant" and held:
            layers = [*held, (names[2], turn)]
            out.append(["\n".join(f"{name}: {text}" for (name, _), text in zip(layers, row, strict=True))
                        for row in zip(*(t for _, t in layers), strict=True)])  # fmt: skip
            held = []
        else:
            out.append(turn)
    contents = list(zip(*out, strict=True))
    prompt = out[0] if len(out) == 2 else ["\n".join(c[:-1]) for c in contents]
    return _Layers(prompt, out[-1], thought, comment, contents)


def dead(types: Types, table: pa.Table) -> NDArray[np.object_]:
    """For each row of a shard the reason why its print is dead, empty where it lives."""
    reasons = np.full(len(table), "", object)
    languages = table.column("language").combine_chunks().dictionary_encode()
    codes = languages.indices.to_numpy()
    for code, language in enumerate(languages.dictionary.to_pylist()):
        mine = np.flatnonzero(codes == code)
        for name in ("prompt", "completion"):
            column = table.column(name).combine_chunks()
            column = column if len(mine) == len(table) else column.take(pa.array(mine))
            found = dead_prints(column, types.known_words[language])
            reasons[mine] = np.where(reasons[mine] == "", found, reasons[mine])
    return reasons


def _told(cast: Cast, plate: Plate, speech: Speech, rows: NDArray[np.int64], layers: _Layers) -> NDArray[np.bool_]:
    """Which riddles and clozes hold the words they ask for: the focus of a riddle, otherwise the answer itself."""
    if plate.template.form == "riddle":
        names = speech.lexicon.column(cast.instances.roles[cast.scene.focus][rows], "name").tolist()
    else:
        names = [answer.rstrip(".") for answer in layers.completion]
    return np.array(gives_itself_away(layers.prompt, names), bool)


def example_table(types: Types, prints: Prints) -> pa.Table:
    """The dataset's rows of a shard, in the order they came off the press; `probe_split` is not filled yet."""
    casts, rows = _joined(prints.cast, np.int32), _joined(prints.row, np.int64)
    plates = _joined(prints.plate, np.int32)
    keys, inverse = _instances_of(casts, rows)
    facts = _facts_of(types, keys)
    messages = _messages(prints)
    hashes = _content_hashes(prints)
    templates = types.templates
    ids = _ids(types, hashes, inverse, facts.ids, plates)
    splits = _joined(prints.split, np.int8)
    scenes = [types.casts[k].scene for k in range(len(types.casts))]

    def by_plate(values: Sequence[object]) -> pa.Array:
        return pa.array(values, pa.string()).take(pa.array(plates))

    def by_cast(values: Sequence[object], kind: pa.DataType) -> pa.Array:
        return pa.array(values, kind).take(pa.array(casts))

    def by_instance(array: pa.Array) -> pa.Array:
        return array.take(pa.array(inverse))

    n = len(rows)
    form = [t.form for t in templates]
    columns = {
        "id": pa.array(ids, pa.string()), "content_hash": pa.array(hashes, pa.string()),
        "split": pa.array(SPLITS, pa.string()).take(pa.array(splits)),
        "probe_split": pa.nulls(n, pa.string()), "messages": messages, "prompt": pa.array(prints.prompt, pa.string()),
        "completion": pa.array(prints.completion, pa.string()), "thought": pa.array(prints.thought, pa.string()),
        "comment": pa.array(prints.comment, pa.string()), "form": by_plate(form),
        "axis": by_cast([s.axis for s in scenes], pa.string()),
        "register": by_plate([t.register for t in templates]),
        "level": by_cast([s.level for s in scenes], pa.string()),
        "language": by_plate([t.language for t in templates]),
        "truth": _truth(types, casts, facts.derived[inverse], np.array([f == "yes_no" for f in form], bool)[plates]),
        "depth": pa.array(facts.depth[inverse], pa.int16()), "scene": by_cast([s.iri for s in scenes], pa.string()),
        "instance": by_instance(facts.urns), "focus": by_instance(facts.focus), "nodes": by_instance(facts.nodes),
        "axioms": by_instance(facts.axioms), "proof": by_instance(facts.proofs),
        "template": by_plate([t.id for t in templates]), "resonance": pa.nulls(n, pa.float32()),
        "density": pa.nulls(n, pa.float32()), "tension": pa.nulls(n, pa.float32()),
        "weight": by_cast([s.weight for s in scenes], pa.float32()),
        "parents": _empty_lists(n, pa.string()), "decisions": _empty_lists(n, DECISION),
    }  # fmt: skip
    return pa.table(columns, schema=SCHEMA)


@dataclass(frozen=True, slots=True)
class _Facts:
    """Per distinct instance of a shard: what its rows share."""

    ids: list[str]
    urns: pa.Array
    focus: pa.Array
    nodes: pa.Array
    axioms: pa.Array
    proofs: pa.Array
    depth: NDArray[np.int16]
    derived: NDArray[np.bool_]
    scene: pa.Array
    roles: pa.Array


def instance_table(types: Types, prints: Prints) -> pa.Table:
    """The ledger's rows of the instances that a shard prints."""
    keys, _ = _instances_of(_joined(prints.cast, np.int32), _joined(prints.row, np.int64))
    facts = _facts_of(types, keys)
    return pa.table({"instance": facts.urns, "scene": facts.scene, "roles": facts.roles, "axioms": facts.axioms,
                     "focus": facts.focus})  # fmt: skip


N = TypeVar("N", bound=np.generic)


def _joined(parts: list[NDArray[N]], kind: type[N]) -> NDArray[N]:
    return np.concatenate(parts) if parts else np.empty(0, kind)


Keys = list[tuple[int, NDArray[np.int64]]]  # cast number, sorted rows


def _instances_of(casts: NDArray[np.int32], rows: NDArray[np.int64]) -> tuple[Keys, NDArray[np.int64]]:
    """The distinct instances by cast and row, and for each print the place of its own."""
    packed = (casts.astype(np.int64) << 40) | rows
    distinct, inverse = np.unique(packed, return_inverse=True)
    numbers = distinct >> 40
    keys = [(int(k), distinct[numbers == k] & ((1 << 40) - 1)) for k in np.unique(numbers)]
    return keys, inverse


def _facts_of(types: Types, keys: Keys) -> _Facts:
    parts = [_facts_of_cast(types, number, rows) for number, rows in keys]
    if not parts:
        return _Facts([], *(pa.array([], pa.string()),) * 2, *(_empty_lists(0, pa.string()),) * 2,
                      pa.array([], pa.string()), np.empty(0, np.int16), np.empty(0, bool), pa.array([], pa.string()),
                      _empty_lists(0, ROLE))  # fmt: skip

    def arrays(name: str) -> pa.Array:
        return pa.concat_arrays([getattr(part, name) for part in parts])

    return _Facts(
        [i for part in parts for i in part.ids], arrays("urns"), arrays("focus"), arrays("nodes"), arrays("axioms"),
        arrays("proofs"), np.concatenate([p.depth for p in parts]), np.concatenate([p.derived for p in parts]),
        arrays("scene"), arrays("roles"),
    )  # fmt: skip


ROLE = pa.struct([pa.field("role", pa.string()), pa.field("node", pa.string())])


def _facts_of_cast(types: Types, number: int, rows: NDArray[np.int64]) -> _Facts:
    cast = types.casts[number]
    graph = next(iter(types.speech.values())).graph
    depth, derived = truth_and_depth(graph, cast)
    ids = [i.decode() for i in cast.ids[rows].tolist()]
    focus = cast.instances.roles[cast.scene.focus][rows].tolist()
    proofs = proof_ids(graph, cast, rows, types.axioms) if derived[rows].any() else [None] * len(rows)
    return _Facts(
        ids=ids, urns=pa.array([f"urn:litho:instance:{i}" for i in ids], pa.string()),
        focus=pa.array([types.terms[i] for i in focus], pa.string()),
        nodes=_string_lists(node_lists(graph, cast, rows), types.terms),
        axioms=_string_lists(cast.axioms.take(rows), types.axioms), proofs=pa.array(proofs, pa.string()),
        depth=depth[rows], derived=derived[rows], scene=pa.array([cast.scene.iri] * len(rows)),
        roles=_roles(types, cast, rows),
    )  # fmt: skip


def _roles(types: Types, cast: Cast, rows: NDArray[np.int64]) -> pa.Array:
    names = [n for n in cast.scene.role_names if n in cast.instances.roles]
    numbers = {c.number_role for c in cast.scene.couplings if c.number_role}
    flat = np.empty((len(rows), len(names)), object)
    for i, name in enumerate(names):
        column = cast.instances.roles[name][rows].tolist()
        flat[:, i] = [str(c) if name in numbers else types.terms[c] for c in column]
    structs = pa.StructArray.from_arrays(
        [pa.array(names * len(rows), pa.string()), pa.array(flat.ravel(), pa.string())], fields=list(ROLE)
    )
    return pa.ListArray.from_arrays(pa.array(np.arange(len(rows) + 1) * len(names), pa.int32()), structs)


def _string_lists(lists: Lists, words: Sequence[str]) -> pa.Array:
    used, place = np.unique(lists.values, return_inverse=True)
    values = pa.array([words[i] for i in used.tolist()], pa.string()).take(pa.array(place))
    return pa.ListArray.from_arrays(pa.array(lists.offsets, pa.int32()), values)


def _empty_lists(n: int, kind: pa.DataType) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(np.zeros(n + 1, np.int32)), pa.array([], kind))


def _messages(prints: Prints) -> pa.Array:
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(prints.turns, dtype=np.int64)))
    structs = pa.StructArray.from_arrays(
        [pa.array(prints.speakers, pa.string()), pa.array(prints.contents, pa.string())], fields=list(MESSAGE)
    )
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs)


def _content_hashes(prints: Prints) -> list[str]:
    """`sha256:{hex}` of each example's text: the prompt and the answer, as printed."""
    sha = hashlib.sha256
    pairs = zip(prints.prompt, prints.completion, strict=True)
    return ["sha256:" + sha(f"{prompt}\x1e{answer}".encode()).hexdigest() for prompt, answer in pairs]


def _ids(
    types: Types, hashes: list[str], inverse: NDArray[np.int64], ids: list[str], plates: NDArray[np.int32]
) -> list[str]:
    """`urn:litho:example:{recipe key}`: instance, template, options, renderer, and the words that came of it."""
    sha = hashlib.sha256
    heads = [f"{t.id}\n{types.recipe}\n{types.version}\n" for t in types.templates]
    rows = zip(hashes, inverse.tolist(), plates.tolist(), strict=True)
    return ["urn:litho:example:" + sha((heads[p] + ids[i] + h).encode()).hexdigest() for h, i, p in rows]


def with_probe_split(table: pa.Table) -> pa.Table:
    """The rows of a shard with their probe split: `memory` where a held-out row says what a training row says.

    Asked of the rows that live: a training row that was left out taught nothing.
    """
    trained = pc.equal(table.column("split"), "train")
    known = pc.is_in(table.column("instance"), value_set=table.column("instance").filter(trained).combine_chunks())
    memory = pc.and_(pc.invert(trained), known)
    place = table.schema.get_field_index("probe_split")
    return table.set_column(
        place, SCHEMA.field("probe_split"), pc.if_else(memory, "memory", pa.scalar(None, pa.string()))
    )


def _truth(types: Types, casts: NDArray[np.int32], derived: NDArray[np.bool_], asked: NDArray[np.bool_]) -> pa.Array:
    """What the example's question is: a negated claim asked as yes/no is refuted; a graph rule's is computed.

    derived, asked: bool[examples], whether a claim of it is derived, whether it is a yes/no question.
    """
    words = [truth.name.lower() for truth in Truth]
    denied = np.array([negative(c) for c in types.casts], bool)[casts]
    computed = np.array([bool(c.scene.computed) for c in types.casts], bool)[casts]
    codes = np.where(derived, np.int8(Truth.ENTAILED), np.int8(Truth.ASSERTED))
    codes[denied & asked] = Truth.REFUTED
    codes[computed] = Truth.COMPUTED
    return pa.array(words).take(pa.array(codes))
