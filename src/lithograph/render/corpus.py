"""What the press is set with, what comes off it, and the dataset's columns. Knows nothing about folders.

The columns are those of docs/reference/dataset.md; `filter` prints, and prints become tables in `rows`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lithograph.render.cast import Cast, Speech
from lithograph.render.inspection import Inspector
from lithograph.render.press import Plate
from lithograph.render.templates import Template
from lithograph.scenes.instances import Lists
from lithograph.select.canonical import Canonical
from lithograph.select.decisions import Decision
from lithograph.select.mixture import EVERYTHING, Threshold, Weights
from lithograph.select.stated import Stated
from lithograph.select.withheld import Withheld

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
    ("parents", pa.list_(pa.string())), ("decisions", pa.list_(DECISION)), ("claims", pa.list_(pa.string())),
])  # fmt: skip
"""The dataset's columns (INTERFACE): one row an example."""


@dataclass(frozen=True, slots=True)
class Types:
    """What the press of one build is set with, shared by all shards.

    plates: the templates that are used, compiled, by number; speech: by language. axioms and terms: the urns and IRIs
    that rows name by number. version: of the renderer. weights and thresholds: how much of what is printed; thresholds
    by scene and "register language", everything where there is none. registers: by cast, those it has templates in.
    shared: by cast, bool[n], whether another instance anywhere makes the same claims. parts: by cast, the instances
    that each instance contains, numbered through all casts; starts: int64[casts + 1], the number of the first instance
    of each. names: which claims are one; stated: what an axiom or a proof states; withheld: what no print may state.
    bridges: (cast, language) -> int64[n], who speaks for an instance below its threshold, or −1. doubts:
    (cast, language, reason) -> bool[n], which instances are not printed for it, as far as looked for. inspectors: by
    language, made when needed.
    """

    casts: Sequence[Cast]
    templates: Sequence[Template]
    plates: Mapping[int, Plate]
    speech: dict[str, Speech]
    axioms: Sequence[str]
    terms: Sequence[str]
    known_words: dict[str, frozenset[str]]
    version: str
    wordings: int
    valid_percent: int
    test_percent: int
    weights: Weights
    registers: Sequence[Sequence[str]]
    shared: Sequence[NDArray[np.bool_]]
    parts: Sequence[Lists]
    starts: NDArray[np.int64]
    names: Canonical
    stated: Stated
    withheld: Withheld
    thresholds: Mapping[str, Mapping[str, Threshold]] = field(default_factory=dict)
    bridges: Mapping[tuple[int, str], NDArray[np.int64]] = field(default_factory=dict)
    doubts: dict[tuple[int, str, str], NDArray[np.bool_]] = field(default_factory=dict)
    inspectors: dict[str, Inspector] = field(default_factory=dict)

    def inspector(self, language: str) -> Inspector:
        """What looks at the prints of a language."""
        if language not in self.inspectors:
            self.inspectors[language] = Inspector(self.known_words[language])
        return self.inspectors[language]

    def threshold(self, cast: int, register: str, language: str) -> Threshold:
        """The least resonance at which a scene's instances are printed in a register of a language."""
        cells = self.thresholds.get(self.casts[cast].scene.name, {})
        return cells.get(f"{register} {language}", EVERYTHING)


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

    moves: int32[n], what the filter did on the way, as places in `Prints.moves`. claims: of each the representatives of
    the claims that it states, ascending.
    """

    cast: int
    plate: int
    rows: NDArray[np.int64]
    splits: NDArray[np.int8]
    layers: Layers
    moves: NDArray[np.int32]
    claims: Lists

    def __len__(self) -> int:
        return len(self.rows)


Moves = tuple[tuple[str, str], ...]
"""Moves and their reasons, in order."""


@dataclass(slots=True)
class Prints:
    """The prints of one shard, as they come off the press, and what was decided on the way.

    moves: every list of moves that a print went through; the first is none. asked: intents by cast; intents: which
    instances were asked for in a manner, and how often each.
    """

    runs: list[Run] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    moves: list[Moves] = field(default_factory=lambda: [()])
    asked: Counter[int] = field(default_factory=Counter)
    intents: list[tuple[NDArray[np.int64], int]] = field(default_factory=list)

    def moved(self, codes: NDArray[np.int32], mask: NDArray[np.bool_], move: str, reason: str) -> NDArray[np.int32]:
        """The codes of prints after one more move on some of them."""
        out = codes.copy()
        for code in np.unique(codes[mask]).tolist():
            went = (*self.moves[code], (move, reason))
            if went not in self.moves:
                self.moves.append(went)
            out[mask & (codes == code)] = self.moves.index(went)
        return out
