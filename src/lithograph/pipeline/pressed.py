"""What earlier builds pressed, kept beside the dataset: an instance that is still the same is not pressed again.

    datasets/.NAME.pieces/{scene}/{piece}.examples.arrow …  {piece}.json
    datasets/.NAME.pieces/alike.npz  variety.json

A piece is what came of some instances of a scene that were pressed together. It lies in a folder that is called by a
hash of what all prints of the scene depend on: the program, the options, the declaration, voices, templates, weights
and thresholds. Its instances are known by their ids, and each by a digest of all that its own prints depend on
(`digests`): its words, claims and proofs, measures, who speaks for whom. So an edit presses the instances that it is
about and no others. What the newest build does not hold is dropped. Knows nothing about what stands in a print.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lithograph.config import Config
from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.core.whole import replace_whole
from lithograph.pipeline.digests import Contents, instance_digests
from lithograph.pipeline.forme import Forme
from lithograph.pipeline.program import made_with
from lithograph.render.cast import Cast
from lithograph.render.corpus import Types
from lithograph.render.pieces import MARK, Files, Piece
from lithograph.render.settle import Known
from lithograph.select.decisions import Kind, Told

Rows = NDArray[np.int64]
NAMES = ("examples.arrow", "instances.arrow", "shared.arrow")
MOST = 12
"""Pieces of a scene that are read at most; of more, the instances of the smallest are pressed again, together."""
SEEN = frozenset({
    "budget", "scene_budgets", "scene_weights", "axis_weights", "register_weights", "level_weights",
    "language_weights", "scenes_off", "per_scene", "per_depth", "shard_instances", "wordings", "valid_percent",
    "test_percent", "registers", "forms", "deviation",
})  # fmt: skip
"""Options that reach a print only through what is in its scene's key or its instance's digest by itself."""


@dataclass(slots=True)
class Pieces:
    """A folder of pieces.

    ground: a hash of what all prints of a build depend on; contents: digests of what the ontology says. known: which
    texts are nearly equal. variety: how varied samples of texts are. used: the files that this build holds.
    """

    folder: Path
    ground: str
    contents: Contents
    known: Known
    variety: dict[str, Any]
    used: set[Path] = field(default_factory=set)
    _digests: dict[int, NDArray[np.uint64]] = field(default_factory=dict)

    @classmethod
    def beside(cls, dataset: Path, config: Config, forme: Forme) -> Pieces:
        """The pieces kept beside a dataset."""
        folder = dataset.with_name(f".{dataset.name}.pieces")
        contents = forme.bench.contents.beside_held_out(forme.held, forme.types.stated)
        return cls(folder, _ground(config, forme), contents, _known(folder / "alike.npz"),
                   _variety(folder / "variety.json"))  # fmt: skip

    def found(self, types: Types) -> tuple[list[Piece], list[Rows]]:
        """Pieces that are kept, and of each cast the instances that none of them holds."""
        self._digests.clear()
        self.used.clear()
        pieces, missing = [], []
        for number, cast in enumerate(types.casts):
            digests = self._digests[number] = instance_digests(types, number, self.contents)
            left = np.ones(len(cast), bool)
            for path in sorted((self.folder / self._scene(types, number)).glob("*.json"), key=_by_size)[:MOST]:
                piece = _read(path, types, number, digests, left)
                if piece is not None:
                    left[piece.row[piece.row >= 0]] = False
                    pieces.append(piece)
                    self.used.update(_files_of(path))
            missing.append(np.flatnonzero(left))
        return pieces, missing

    def keep(self, types: Types, piece: Piece) -> None:
        """Keep what came of a piece; where the disk does not take it, it is pressed again."""
        cast, digests = types.casts[piece.cast], self._digests[piece.cast][piece.row]
        ids, plates = cast.ids[piece.row], _plates(cast)
        order = np.argsort(plates)
        own = hashlib.sha256(ids.tobytes() + digests.tobytes()).hexdigest()
        folder = self.folder / self._scene(types, piece.cast)
        marks = piece.marks.copy()
        marks["plate"] = order[np.searchsorted(plates, marks["plate"], sorter=order)] if len(marks) else 0
        targets = np.unique(piece.told.target[piece.told.target >= 0])
        columns: dict[str, Any] = {
            "ids": ids, "digests": digests, "asked": piece.asked, "printed": piece.printed, "marks": marks.view("u1"),
            "kind": piece.told.kind, "row": piece.told.row, "targets": cast.ids[targets],
            "target": np.where(piece.told.target >= 0, np.searchsorted(targets, piece.told.target), -1),
        }  # fmt: skip
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{own}.json"
            for name, file in zip(NAMES, asdict(piece.files).values(), strict=True):
                _link(file, path.with_suffix(f".{name}"))
            np.savez(path.with_suffix(".npz"), **columns)
            aside = path.with_suffix(".part")
            aside.write_text(canonical_json({"instances": len(ids), "kinds": piece.told.kinds}), encoding="utf-8")
            aside.replace(path)
            self.used.update(_files_of(path))

    def prune(self) -> None:
        """Drop what this build did not use, and note which texts are nearly equal, and how varied samples are."""
        for path in (*self.folder.glob("*/*"), *self.folder.glob("*.*")):
            if path not in self.used and path.is_file():
                with suppress(OSError):
                    path.unlink()
        for path in self.folder.glob("*/"):
            with suppress(OSError):
                path.rmdir()  # only what is empty goes
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            known = self.known
            np.savez(self.folder / "alike.part.npz", made=np.array(made_with()), groups=known.groups, lost=known.lost,
                     into=known.into)  # fmt: skip
            (self.folder / "alike.part.npz").replace(self.folder / "alike.npz")
            replace_whole(self.folder / "variety.json", canonical_json({"made": made_with(), "samples": self.variety}))

    def _scene(self, types: Types, number: int) -> str:
        """The name of a cast's folder: a hash of what all its prints depend on."""
        cast, templates = types.casts[number], types.templates
        manners = sorted({(templates[t].register, templates[t].language) for t in _plates(cast)})
        about: list[Any] = [
            self.ground, asdict(cast.scene), cast.forms, types.registers[number],
            [[language, form, [asdict(templates[t]) for t in numbers]]
             for (language, form), numbers in sorted(cast.templates.items())],
            types.wordings, types.valid_percent, types.test_percent, types.weights.of_scene(cast.scene),
            [types.weights.of_manner(*manner) for manner in manners],
            {cell: list(limit) for cell, limit in types.thresholds.get(cast.scene.name, {}).items()},
        ]  # fmt: skip
        return sha256_hex(canonical_json(about))


def _read(
    path: Path, types: Types, number: int, digests: NDArray[np.uint64], left: NDArray[np.bool_]
) -> Piece | None:  # fmt: skip
    """A kept piece as it stands in this build; None where it cannot be read or not half of it is of any use.

    left: the instances of the cast that no other piece holds.
    """
    cast = types.casts[number]
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        with np.load(path.with_suffix(".npz")) as kept:
            columns = {name: kept[name] for name in kept.files}
        row = _places(columns["ids"], cast.ids)
        same = (row >= 0) & (digests[row] == columns["digests"])
        row = np.where(same & left[row], row, -1)
        if 2 * int((row >= 0).sum()) < len(row) or not all(file.is_file() for file in _files_of(path)):
            return None
        marks = columns["marks"].view(MARK)
        marks["plate"] = _plates(cast)[marks["plate"]]
        places = np.append(_places(columns["targets"], cast.ids), -1)
        kinds = tuple(Kind(*kind) for kind in told["kinds"])
        decided = Told(kinds, columns["kind"], columns["row"], places[columns["target"]])
        files = Files(*(path.with_suffix(f".{name}") for name in NAMES))
        return Piece(number, files, marks, row, columns["asked"], columns["printed"], decided)
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError):
        return None


def _places(ids: NDArray[np.bytes_], among: NDArray[np.bytes_]) -> Rows:
    """Where ids stand among others, -1 for nowhere."""
    if not len(among):
        return np.full(len(ids), -1)
    order = np.argsort(among)
    at = order[np.minimum(np.searchsorted(among, ids, sorter=order), len(among) - 1)]
    return np.where(among[at] == ids, at, -1)


def _ground(config: Config, forme: Forme) -> str:
    """A hash of what every print depends on."""
    ontology, types = forme.stone.ontology, forme.types
    options = {k: v for k, v in config.recipe().items() if k not in SEEN}
    notes = [axiom.annotated_id for axiom in ontology.compounds if axiom.annotations]
    known = {language: sorted(words) for language, words in types.known_words.items()}
    lexicons = {language: speech.lexicon for language, speech in types.speech.items()}
    styles = [[language, {space: style for space, style in sorted(of.styles.items()) if style},
               [[space, asdict(habits)] for space, habits in sorted(of.habits.items())]]
              for language, of in lexicons.items()]  # fmt: skip
    return sha256_hex(canonical_json(
        [made_with(), types.version, sorted(notes), options, known, styles, types.withheld.anything,
         {language: list(names) for language, names in sorted(types.withheld.names.items())}]
    ))  # fmt: skip


def _known(path: Path) -> Known:
    """Which texts earlier builds by this program found nearly equal."""
    with suppress(OSError, ValueError, KeyError, EOFError), np.load(path) as kept:
        if str(kept["made"]) == made_with():
            return Known(kept["groups"], kept["lost"], kept["into"])
    return Known()


def _variety(path: Path) -> dict[str, Any]:
    """How varied earlier builds by this program found samples of texts."""
    with suppress(OSError, ValueError):
        kept = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(kept, dict) and kept.get("made") == made_with() and isinstance(kept.get("samples"), dict):
            return {key: found for key, found in kept["samples"].items() if isinstance(found, dict)}
    return {}


def _by_size(path: Path) -> tuple[int, str]:
    """Large pieces first."""
    try:
        return -path.with_suffix(".npz").stat().st_size, path.name
    except OSError:
        return 0, path.name


def _files_of(path: Path) -> Sequence[Path]:
    return [path, path.with_suffix(".npz"), *(path.with_suffix(f".{name}") for name in NAMES)]


def _plates(cast: Cast) -> NDArray[np.int64]:
    """The numbers of a cast's templates, in the order in which its key has them."""
    return np.array(list(dict.fromkeys(t for _, numbers in sorted(cast.templates.items()) for t in numbers)), np.int64)


def _link(old: Path, new: Path) -> None:
    """The same file under another name; a copy where the file system has no links."""
    new.unlink(missing_ok=True)
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)
