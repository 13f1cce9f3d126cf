"""The press over casts: what is printed of whom, and the dataset's columns. Knows nothing about folders.

The columns are those of docs/reference/dataset.md; prints become tables in `rows`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lithograph.render.cast import Cast, Speech, columns_for, gives_itself_away
from lithograph.render.checks import REASONS
from lithograph.render.doubt import doubts_of
from lithograph.render.inspection import READ, Inspector, Seen
from lithograph.render.press import Plate
from lithograph.render.templates import Template
from lithograph.select.choose import mix, split_of, wording

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
    bool[n], which instances are not printed for it, as far as looked for. inspectors: by language, made when needed.
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
    inspectors: dict[str, Inspector] = field(default_factory=dict)

    def inspector(self, language: str) -> Inspector:
        """What looks at the prints of a language."""
        if language not in self.inspectors:
            self.inspectors[language] = Inspector(self.known_words[language])
        return self.inspectors[language]


@dataclass(frozen=True, slots=True)
class Layers:
    """The texts of a template, one a row: of every message, of the prompt and the answer, and of what lies in it."""

    messages: tuple[list[str], ...]
    prompt: list[str]
    completion: list[str]
    thought: list[str] | None
    comment: list[str] | None

    def take(self, keep: NDArray[np.bool_]) -> Layers:
        """The chosen rows."""
        kept = np.flatnonzero(keep).tolist()

        def of(texts: list[str]) -> list[str]:
            return [texts[i] for i in kept]

        return Layers(tuple(map(of, self.messages)), of(self.prompt), of(self.completion),
                      self.thought and of(self.thought), self.comment and of(self.comment))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What one template printed of one cast: the instances' rows, their splits, the texts.

    read: bool[n], the prints that have to be read before anybody can say that they live.
    """

    cast: int
    plate: int
    rows: NDArray[np.int64]
    splits: NDArray[np.int8]
    read: NDArray[np.bool_]
    layers: Layers

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(slots=True)
class Prints:
    """The prints of one shard, as they come off the press, and what was left out on the way."""

    runs: list[Run] = field(default_factory=list)
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)


def strike(types: Types, number: int, low: int, high: int, prints: Prints) -> None:
    """Print instances low … high-1 of a cast, in every language and form it has templates for."""
    cast, seen = types.casts[number], {language: Seen(low, high) for language in types.speech}
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
                    _one_template(types, number, template, rows[mine], splits[mine], seen[language], prints)


def _doubts(types: Types, number: int, language: str, form: str) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Why some instances of a cast are not printed in a form, and which; each looked for once in a process."""
    cast, known = types.casts[number], types.doubts
    roles = {role for t in cast.templates[language, form] for role, _ in types.templates[t].needs}
    for reason, find in doubts_of(cast, form, roles):
        key = number, language, reason
        if key not in known:
            known[key] = find(types.speech[language], cast)
        yield reason, known[key]


def _one_template(
    types: Types, number: int, template: int, rows: NDArray[np.int64], splits: NDArray[np.int8], seen: Seen,
    prints: Prints,
) -> None:  # fmt: skip
    cast, plate = types.casts[number], types.plates[template]
    speech = types.speech[plate.template.language]
    columns = columns_for(speech, cast, rows, plate.template.needs)
    codes = types.inspector(plate.template.language).foreseen(plate, columns, rows, seen)
    dead = codes > 0
    if dead.any():
        for code, count in zip(*np.unique(codes[dead], return_counts=True), strict=True):
            prints.dropped[cast.scene.name, REASONS[code]] += int(count)
        rows, splits, codes = rows[~dead], splits[~dead], codes[~dead]
        columns = {slot: column[~dead] for slot, column in columns.items()}
    layers = _layered(plate, plate.render(columns, len(rows)))
    if plate.template.form in ("riddle", "cloze"):
        told = _told(cast, plate, speech, rows, layers)
        if told.any():
            prints.dropped[cast.scene.name, "the question gives the answer away"] += int(told.sum())
            rows, splits, codes, layers = rows[~told], splits[~told], codes[~told], layers.take(~told)
    prints.runs.append(Run(number, template, rows, splits, codes == READ, layers))


def _layered(plate: Plate, texts: tuple[list[str], ...]) -> Layers:
    """Turns to messages: thought and comment become layers of the answer that follows them."""
    names = LAYER[plate.template.language]
    out: list[list[str]] = []
    held: list[tuple[str, list[str]]] = []
    inner: dict[str, list[str]] = {}
    for turn, printed in zip(plate.turns, texts, strict=True):
        if turn.speaker in ("thought", "comment"):
            held.append((names[0] if turn.speaker == "thought" else names[1], printed))
            inner[turn.speaker] = printed
        elif turn.speaker == "assistant" and held:
            joined = [f"{held[0][0]}: {text}" for text in held[0][1]]
            for name, layer in (*held[1:], (names[2], printed)):
                joined = [f"{above}\n{name}: {text}" for above, text in zip(joined, layer, strict=True)]
            out.append(joined)
            held = []
        else:
            out.append(printed)
    before = zip(*out[:-1], strict=True) if len(out) > 1 else [()] * len(texts[0])
    prompt = out[0] if len(out) == 2 else ["\n".join(said) for said in before]
    return Layers(tuple(out), prompt, out[-1], inner.get("thought"), inner.get("comment"))


def _told(cast: Cast, plate: Plate, speech: Speech, rows: NDArray[np.int64], layers: Layers) -> NDArray[np.bool_]:
    """Which riddles and clozes hold the words they ask for: the focus of a riddle, otherwise the answer itself."""
    if plate.template.form == "riddle":
        names = speech.lexicon.column(cast.instances.roles[cast.scene.focus][rows], "name").tolist()
    else:
        names = [answer.rstrip(".") for answer in layers.completion]
    return np.array(gives_itself_away(layers.prompt, names), bool)
