"""Pieces that an earlier build pressed, kept beside the dataset: what is still the same is not pressed again.

    datasets/.NAME.pieces/{key}.examples.arrow …  {key}.json

The key of a piece is a hash of all that its prints depend on: the program, the ontology and what was found to follow
from it, the options, and of its own scene the declaration, instances, measures, voices, templates, weights and
thresholds. So an edit of a template, a scene, a weight or a budget presses the scenes that it is about; an edit of the
ontology presses all. Pieces that the newest build does not hold are dropped. Knows nothing about what stands in them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lithograph.config import Config
from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.ontology.graph import ClaimGraph
from lithograph.pipeline.forme import Forme
from lithograph.pipeline.program import made_with
from lithograph.reason.evidence import Evidence
from lithograph.render.cast import Cast
from lithograph.render.corpus import Types
from lithograph.render.shards import Part, Pressed, piece_files
from lithograph.select.decisions import Decision

NAMES = ("examples.arrow", "instances.arrow", "shared.arrow", "marks.npy")
SEEN = frozenset({
    "budget", "scene_budgets", "scene_weights", "axis_weights", "register_weights", "level_weights",
    "language_weights", "scenes_off", "per_scene", "per_depth", "shard_instances", "wordings", "valid_percent",
    "test_percent", "registers", "forms", "deviation",
})  # fmt: skip
"""Options that reach a piece only through what is in its key by itself."""


@dataclass(slots=True)
class Pieces:
    """A folder of pieces; `ground`: a hash of what all pieces of a build depend on; used: the keys of this build."""

    folder: Path
    ground: str
    used: set[str] = field(default_factory=set)

    @classmethod
    def beside(cls, dataset: Path, config: Config, forme: Forme) -> Pieces:
        """The pieces kept beside a dataset."""
        return cls(dataset.with_name(f".{dataset.name}.pieces"), _ground(config, forme))

    def found(self, types: Types, number: int, part: Part, folder: Path) -> Pressed | None:
        """What came of a piece, its files linked into the folder under its number; None where it is not there."""
        key = self._key(types, part)
        try:
            told = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            for name, path in zip(NAMES[:3], piece_files(folder, number), strict=False):
                _link(self.folder / f"{key}.{name}", path)
            marks = np.load(self.folder / f"{key}.{NAMES[3]}")
            marks["cast"] = part[0]
            marks["plate"] = _renumbered(marks["plate"], told["plates"], _plates(types.casts[part[0]]))
            np.save(piece_files(folder, number)[3], marks)
            decisions = [_decision(part[0], raw) for raw in told["decisions"]]
        except (OSError, ValueError, KeyError, TypeError):
            for path in piece_files(folder, number):
                path.unlink(missing_ok=True)
            return None
        self.used.add(key)
        return Pressed(number, told["rows"], decisions, Counter({part[0]: told["asked"]}))

    def keep(self, types: Types, part: Part, pressed: Pressed, folder: Path) -> None:
        """Keep what came of a piece; where the disk does not take it, it is pressed again."""
        key = self._key(types, part)
        told = {"rows": pressed.rows, "asked": pressed.asked[part[0]], "plates": _plates(types.casts[part[0]]),
                "decisions": [_told(d) for d in pressed.decisions]}  # fmt: skip
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            for name, path in zip(NAMES, piece_files(folder, pressed.number), strict=True):
                _link(path, self.folder / f"{key}.{name}")
            aside = self.folder / f"{key}.part"
            aside.write_text(json.dumps(told, separators=(",", ":")), encoding="utf-8")
            aside.replace(self.folder / f"{key}.json")
            self.used.add(key)

    def prune(self) -> None:
        """Drop what this build did not use."""
        for path in self.folder.glob("*"):
            if path.name.split(".", 1)[0] not in self.used:
                with suppress(OSError):
                    path.unlink()

    def _key(self, types: Types, part: Part) -> str:
        number, low, high = part
        cast, templates = types.casts[number], types.templates
        scene, name = cast.scene, cast.scene.name
        manners = sorted({(templates[t].register, templates[t].language) for t in _plates(cast)})
        about: list[Any] = [
            self.ground, low, high, asdict(scene), cast.forms, types.registers[number],
            [[language, form, [asdict(templates[t]) for t in numbers]]
             for (language, form), numbers in sorted(cast.templates.items())],
            types.wordings, types.valid_percent, types.test_percent, types.weights.of_scene(scene),
            [types.weights.of_manner(*manner) for manner in manners],
            {cell: list(limit) for cell, limit in types.thresholds.get(name, {}).items()},
            [[reason.reasons, reason.moves] for _, reason in sorted(cast.voices.items())],
            _hashed(_columns(types, number, cast)),
        ]  # fmt: skip
        return sha256_hex(canonical_json(about))


def _columns(types: Types, number: int, cast: Cast) -> Iterable[np.ndarray[Any, Any]]:
    """Every column of a cast that a print can depend on; whole, since an instance may speak for any other."""
    instances, measured = cast.instances, cast.measured
    for lists in (instances.claims, cast.axioms, *(table[name] for table in (instances.lists, instances.facts)
                                                   for name in sorted(table))):  # fmt: skip
        yield from (lists.offsets, lists.values)
    yield from (instances.roles[name] for name in sorted(instances.roles))
    yield from (cast.ids, cast.hashes, cast.grown, cast.only, cast.claims_hash)
    yield from (measured.resonance, measured.density, measured.deviation, measured.tension, measured.exact)
    yield types.shared[number]
    for language, voice in sorted(cast.voices.items()):
        yield from (voice.says, voice.reason, voice.target, voice.wanted)
        yield cast.standing.get(language, np.empty(0, bool))
        yield types.bridges.get((number, language), np.empty(0, np.int64))


def _ground(config: Config, forme: Forme) -> str:
    """A hash of what every piece depends on."""
    ontology, graph = forme.stone.ontology, forme.stone.graph
    options = {k: v for k, v in config.recipe().items() if k not in SEEN}
    notes = [axiom.annotations for axiom in ontology.compounds if axiom.annotations]
    known = {language: sorted(words) for language, words in forme.types.known_words.items()}
    return sha256_hex(canonical_json([
        made_with(), forme.types.version, forme.held.digest, ontology.version,
        dict(sorted(ontology.prefixes.items())), notes, options,
        known, _hashed(_claims(graph)), [[row, _said(e)] for row, e in sorted(forme.stone.closure.evidence.items())],
    ]))  # fmt: skip


def _claims(graph: ClaimGraph) -> Iterable[np.ndarray[Any, Any]]:
    yield from (graph.subject, graph.relation, graph.object, graph.quantifier, graph.negated, graph.sign, graph.number,
                graph.truth, graph.axiom, graph.rule, graph.premises, graph.depth, graph.kinds)  # fmt: skip


def _said(evidence: Evidence) -> list[Any]:
    """What decides the words of a judged claim's proof."""
    return [evidence.by, evidence.axioms, repr(evidence.proof), str(evidence.extent), evidence.presupposed]


def _hashed(columns: Iterable[np.ndarray[Any, Any]]) -> str:
    sha = hashlib.sha256()
    for column in columns:
        sha.update(f"{column.dtype.str} {column.shape}\n".encode())
        sha.update(np.ascontiguousarray(column).view(np.uint8).data if column.size else b"")
    return sha.hexdigest()


def _plates(cast: Cast) -> list[int]:
    """The numbers of a cast's templates, in the order in which its key has them."""
    return list(dict.fromkeys(t for _, numbers in sorted(cast.templates.items()) for t in numbers))


def _renumbered(plates: np.ndarray[Any, Any], old: list[int], new: list[int]) -> np.ndarray[Any, Any]:
    """Numbers of templates as they are in this build."""
    place = np.zeros(max(old, default=0) + 1, np.int32)
    place[old] = new
    return np.asarray(place[plates])


def _told(decision: Decision) -> dict[str, Any]:
    told = {f: getattr(decision, f) for f in Decision.__slots__ if f != "cast"}
    return {f: value.tolist() if isinstance(value, np.ndarray) else value for f, value in told.items()}


def _decision(cast: int, raw: Mapping[str, Any]) -> Decision:
    rows, targets = (None if raw[f] is None else np.array(raw[f], np.int64) for f in ("rows", "targets"))
    return Decision(cast, **{**raw, "rows": rows, "targets": targets})


def _link(old: Path, new: Path) -> None:
    """The same file under another name; a copy where the file system has no links."""
    new.unlink(missing_ok=True)
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)
