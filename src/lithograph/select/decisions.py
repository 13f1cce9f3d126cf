"""What the filter decided, as values: a move, its reason, whom it concerns. Every decision can be asked about.

What comes to the filter are *intents*: an instance that wants to be said in a language, a form and a wording. Each ends
as one of three: printed, merged into something that says it already, or silent. in = printed + merged + silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

COMPENSATE, REASON, REREGISTER, REGENERATE, MERGE, SILENCE = MOVES = (
    "compensate", "reason", "re-register", "regenerate", "merge", "silence",
)  # fmt: skip
"""The moves of CONCEPTS 4 in their order; `merge` is what a print meets that says what another says."""
GOES_ON, MERGED, SILENT = OUTCOMES = ("goes on", "merged", "silent")
"""What a move makes of an intent; one that goes on to the end is printed."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about intents of one scene.

    cast: the number of the scene's cast. rows: the instances it concerns, or None where they are not known;
    targets: of each row the instance that speaks in its place, or −1; each: intents a row. count: intents in all.
    threshold: in millionths, where the decision is about resonance. named: whether the instances are told; otherwise
    they are only counted in the end.
    """

    cast: int
    move: str
    reason: str
    outcome: str
    language: str
    form: str = ""
    register: str = ""
    rows: Rows | None = None
    targets: Rows | None = None
    each: int = 1
    count: int = 0
    threshold: int = -1
    named: bool = True


class Kind(NamedTuple):
    """What decisions about several instances share; aimed: whether it is told who speaks in their place."""

    move: str
    reason: str
    outcome: str
    language: str
    form: str
    register: str
    each: int
    threshold: int
    named: bool
    aimed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Decisions about instances of one cast, taken apart: of each instance what was decided.

    kinds: what was decided at all; kind: int32[n], places in it; row: int64[n], the instances; target: int64[n], who
    speaks in the place of each, -1 for nobody.
    """

    kinds: tuple[Kind, ...]
    kind: NDArray[np.int32]
    row: Rows
    target: Rows

    def take(self, chosen: Rows | NDArray[np.bool_]) -> Told:
        """Some of them."""
        return replace(self, kind=self.kind[chosen], row=self.row[chosen], target=self.target[chosen])


def told(decisions: Iterable[Decision]) -> Told:
    """Decisions whose instances are known, taken apart."""
    places: dict[Kind, int] = {}
    kinds, rows, targets = [np.empty(0, np.int32)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for d in decisions:
        if d.rows is not None and len(d.rows):
            key = Kind(d.move, d.reason, d.outcome, d.language, d.form, d.register, d.each, d.threshold, d.named,
                       d.targets is not None)  # fmt: skip
            kinds.append(np.full(len(d.rows), places.setdefault(key, len(places)), np.int32))
            rows.append(d.rows)
            targets.append(np.full(len(d.rows), -1) if d.targets is None else d.targets)
    return Told(tuple(places), np.concatenate(kinds), np.concatenate(rows), np.concatenate(targets))


def gathered(cast: int, parts: Sequence[Told]) -> list[Decision]:
    """The decisions about a cast put together again: by kind, instances ascending, however they were taken apart."""
    kinds = sorted({kind for part in parts for kind in part.kinds})
    place = {kind: number for number, kind in enumerate(kinds)}
    codes = [np.array([place[kind] for kind in part.kinds], np.int64)[part.kind] for part in parts if len(part.kind)]
    if not codes:
        return []
    code, row = np.concatenate(codes), np.concatenate([part.row for part in parts])
    target = np.concatenate([part.target for part in parts])
    order = np.lexsort((target, row, code))
    ends = np.searchsorted(code[order], np.arange(len(kinds) + 1))
    out = []
    for kind, low, high in zip(kinds, ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        mine = order[low:high]
        if len(mine):
            rows, targets = (row[mine], target[mine] if kind.aimed else None) if kind.named else (None, None)
            out.append(Decision(cast, *kind[:6], rows, targets, kind.each, len(mine) * kind.each, kind.threshold,
                                kind.named))  # fmt: skip
    return out
