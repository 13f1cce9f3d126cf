"""Which examples an edit took, brought and reworded: two builds held against each other, instance by instance."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lithograph.ledger.arrays import decoded
from lithograph.pipeline.affected import Fate, Fates, Printed, fates

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Said:
    """An instance with some of its examples: the scene, how one of them reads (before, after), how many there are."""

    scene: str
    before: str
    after: str
    examples: int


@dataclass(frozen=True, slots=True)
class ExamplesApart:
    """Two builds' examples. counts: of the old build's examples by fate; `new` and `more`: examples of the new build of
    new instances, and further wordings of old ones. Each list is one line an instance, in the order of the build.
    """

    counts: Mapping[Fate, int]
    new: int
    more: int
    gone_lines: tuple[Said, ...]
    new_lines: tuple[Said, ...]
    reworded_lines: tuple[Said, ...]

    @property
    def same(self) -> bool:
        """Whether every example is the same in both."""
        return not self.new and not self.more and not any(n for fate, n in self.counts.items() if fate != Fate.KEPT)


def examples_apart(
    old: Printed, new: Printed, folders: tuple[Path | None, Path | None], labels: Mapping[str, str], limit: int
) -> ExamplesApart:
    """Hold two builds' examples against each other.

    folders: of their datasets, where they still lie; without one an instance is told by its scene and roles. labels:
    what the roles' fillers are called. limit: instances of a list for which the words are looked up; the others have
    none.
    """
    forth, back = fates(old, new), fates(new, old)
    counts = {fate: int((forth == fate).sum()) for fate in Fate}
    before, after = _Words(old, folders[0], labels), _Words(new, folders[1], labels)
    gone, fresh = _by_what(old, forth, Fate.GONE), _by_what(new, back, Fate.GONE)
    changed, into = _by_what(old, forth, Fate.REWORDED), _by_what(new, back, Fate.REWORDED)
    shown = slice(0, limit)
    return ExamplesApart(
        counts, int((back == Fate.GONE).sum()), int((back == Fate.UNSAID).sum()),
        tuple(Said(before.scene(r[0]), before.text(r[0]) if i < limit else "", "", len(r))
              for i, r in enumerate(gone.values())),
        tuple(Said(after.scene(r[0]), "", after.text(r[0]) if i < limit else "", len(r))
              for i, r in enumerate(fresh.values())),
        tuple(_reworded(before, after, changed, into, shown)),
    )  # fmt: skip


def _reworded(
    before: _Words, after: _Words, changed: Mapping[str, list[int]], into: Mapping[str, list[int]], shown: slice
) -> Iterator[Said]:
    for i, (instance, rows) in enumerate(changed.items()):
        if i >= shown.stop or instance not in into:
            yield Said(before.scene(rows[0]), "", "", len(rows))
            continue
        row = rows[0]
        manner = before.manner(row)
        other = next((r for r in into[instance] if after.manner(r) == manner), into[instance][0])
        yield Said(before.scene(row), before.text(row), after.text(other), len(rows))


def _by_what(printed: Printed, of: Fates, fate: Fate) -> dict[str, list[int]]:
    """The rows of the examples with a fate, by what they are about, in order of rows."""
    rows = np.flatnonzero(of == fate)
    out: dict[str, list[int]] = {}
    names = printed.about.take(pa.array(rows)).to_pylist()
    for name, row in zip(names, rows.tolist(), strict=True):
        out.setdefault(name, []).append(row)
    return out


class _Words:
    """What the examples of a build read, from the shards of its dataset where they lie; one shard held at a time."""

    def __init__(self, printed: Printed, folder: Path | None, labels: Mapping[str, str]) -> None:
        self._printed, self._labels = printed, labels
        self._folder = folder if folder is not None and _is_of(folder, str(printed.build["dataset"])) else None
        self._shard: tuple[str, pa.Table] | None = None
        self._instances: dict[str, int] = {}

    def _row(self, row: int) -> dict[str, object]:
        out: dict[str, object] = self._printed.examples.slice(row, 1).to_pylist()[0]
        return out

    def manner(self, row: int) -> tuple[object, ...]:
        """What two wordings of one instance are matched by."""
        found = self._row(row)
        return tuple(found[name] for name in ("form", "language", "register"))

    def scene(self, row: int) -> str:
        """The name of the scene."""
        return str(self._instance(row)["scene"]).replace("#", "/").rsplit("/", 1)[-1]

    def _instance(self, row: int) -> dict[str, object]:
        if not self._instances:
            names = decoded(self._printed.instances.column("instance")).to_pylist()
            self._instances = {name: place for place, name in enumerate(names)}
        place = self._instances[str(self._row(row)["instance"])]
        out: dict[str, object] = self._printed.instances.slice(place, 1).to_pylist()[0]
        return out

    def text(self, row: int) -> str:
        """Question and answer in one line, or the fillers of the roles where the shards are gone."""
        found = self._row(row)
        if self._folder is None or not (self._folder / str(found["shard"])).is_file():
            roles: list[dict[str, str]] = self._instance(row)["roles"]  # type: ignore[assignment]
            return ", ".join(f"{r['role']}: {self._labels.get(r['node'], r['node'])}" for r in roles)
        shard = str(found["shard"])
        if self._shard is None or self._shard[0] != shard:
            self._shard = shard, pq.read_table(self._folder / shard, columns=["prompt", "completion"])
        turn = self._shard[1].slice(int(str(found["row"])), 1).to_pylist()[0]
        return " ".join(f"{turn['prompt'] or ''} {turn['completion']}".split())


def _is_of(folder: Path, dataset: str) -> bool:
    """Whether a folder still holds the dataset that a build pressed."""
    try:
        return bool(json.loads((folder / "build.json").read_text(encoding="utf-8"))["dataset"] == dataset)
    except (OSError, ValueError, KeyError, TypeError):
        return False
