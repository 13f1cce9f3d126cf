"""What the filter made of every intent, scene by scene: in = printed + merged + silent. Counts only.

Practice is counted apart from that sum: its questions were no intents, no budget and no threshold met them. What is
printed and the practice of a scene together are its examples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lithograph.render.corpus import Types
from lithograph.select.decisions import GOES_ON, MERGED, SILENT, Decision
from lithograph.select.measured import MICRO


@dataclass(slots=True)
class Tally:
    """The intents of a scene: how many there were, what became of them, by reason, and what was done on the way.

    practice: examples that the filter never met. measures: median of resonance, density and tension over the
    scene's instances, None where there is none.
    """

    asked: int
    printed: int
    merged: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    measures: Mapping[str, float | None] = field(default_factory=dict)
    instances: int = 0
    practice: int = 0

    def report(self) -> dict[str, Any]:
        """As the build report holds it."""
        return {
            "in": self.asked, "printed": self.printed, "merged": dict(sorted(self.merged.items())),
            "silent": dict(sorted(self.silent.items())), "instances": self.instances, "measures": dict(self.measures),
            "practice": self.practice,
            "moves": [{"move": move, "reason": reason, "count": n} for (move, reason), n in sorted(self.moves.items())],
        }  # fmt: skip


def tallied(
    types: Types, asked: Mapping[int, int], decisions: Iterable[Decision], marks: NDArray[np.void],
    practice: Mapping[str, int],
) -> dict[str, Tally]:  # fmt: skip
    """Scene -> what became of its intents. Every intent is accounted for, once.

    practice: name of a scene -> its questions; a scene may have those alone.
    """
    printed = np.bincount(marks["cast"], minlength=len(types.casts))
    out = {
        cast.scene.name: Tally(asked.get(number, 0), int(printed[number]), instances=len(cast), measures={
            "resonance": _median(cast.measured.resonance / MICRO), "density": _median(cast.measured.density),
            "tension": _median(cast.measured.tension)})
        for number, cast in enumerate(types.casts)
    }  # fmt: skip
    for d in decisions:
        tally = out[types.casts[d.cast].scene.name]
        if d.outcome == GOES_ON:
            tally.moves[d.move, d.reason] += d.count
        elif d.outcome == MERGED:
            tally.merged[d.reason] += d.count
        elif d.outcome == SILENT:
            tally.silent[d.reason] += d.count
            tally.asked += d.count * (not d.language)  # bounds act before anything is asked for
    for name, tally in out.items():
        ended = tally.printed + tally.merged.total() + tally.silent.total()
        assert tally.asked == ended, f"{name}: {tally.asked} intents came in, {ended} went out"
    unmeasured = dict.fromkeys(("resonance", "density", "tension"))
    for name, questions in sorted(practice.items()):
        out.setdefault(name, Tally(0, 0, measures=unmeasured)).practice = questions
    return out


def silences(tallies: Mapping[str, Tally]) -> dict[str, int]:
    """Why intents were not printed, over all scenes."""
    out: Counter[str] = Counter()
    for tally in tallies.values():
        out += tally.silent
        out += tally.merged
    return dict(sorted(out.items()))


def _median(values: NDArray[np.floating[Any]]) -> float | None:
    known = values[~np.isnan(values)]
    return round(float(np.median(known)), 4) if len(known) else None
