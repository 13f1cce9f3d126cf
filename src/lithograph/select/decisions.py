"""What the filter decided, as values: a move, its reason, whom it concerns. Every decision can be asked about.

What comes to the filter are *intents*: an instance that wants to be said in a language, a form and a wording. Each ends
as one of three: printed, merged into something that says it already, or silent. in = printed + merged + silent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

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

    cast: the number of the scene's cast. rows: the instances it concerns, or None where they are only counted;
    targets: of each row the instance that speaks in its place, or −1; each: intents a row. count: intents in all.
    threshold: in millionths, where the decision is about resonance.
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


def tallied(decisions: Iterable[Decision]) -> Counter[tuple[int, str, str, str]]:
    """Intents by (cast, outcome, move, reason)."""
    out: Counter[tuple[int, str, str, str]] = Counter()
    for d in decisions:
        out[d.cast, d.outcome, d.move, d.reason] += d.count
    return out
