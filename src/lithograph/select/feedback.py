"""From results on development probes to the weights of the next edition, within bounds. Knows nothing about models.

What a model still gets wrong is told more, so its threshold falls; what it knows is told less, and its threshold rises.
Results of the test split are refused: what is tuned on them measures nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lithograph.core.errors import LithographError

LEAST, MOST = 0.5, 2.0
"""The bounds of what feedback may make of a scene's weight, over all editions."""
STEP = 1.5
"""The most that one round of results may change it, either way."""
FEWEST = 8
"""Probes of a scene below which its result is too uncertain to follow."""


class BadResults(LithographError):
    """Results that cannot be taken as feedback."""

    def __init__(self, place: Path | str, problem: str, cure: str) -> None:
        super().__init__(place, problem, cure=cure)


@dataclass(frozen=True, slots=True)
class Result:
    """How a model did on the development probes of one scene."""

    probes: int
    right: int

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return self.right / self.probes


def followed(factors: Mapping[str, float], results: Mapping[str, Result]) -> dict[str, float]:
    """The factors of the next edition: scene -> what its weight is multiplied by, between LEAST and MOST.

    A scene is compared with the mean accuracy over all probes: one that is far below gets STEP times its factor, one
    far above a STEP-th, in between in proportion (a difference of half of all answers is far). Scenes with fewer than
    FEWEST probes keep theirs. Rounded to thousandths, so that no machine's arithmetic moves a threshold.

    >>> followed({}, {"Paradox": Result(40, 10), "IsA": Result(40, 38)})
    {'IsA': 0.753, 'Paradox': 1.328}
    """
    heard = {scene: result for scene, result in results.items() if result.probes >= FEWEST}
    total = sum(result.probes for result in heard.values())
    out = dict(factors)
    if total:
        mean = sum(result.right for result in heard.values()) / total
        for scene, result in heard.items():
            far = max(min((mean - result.accuracy) / 0.5, 1.0), -1.0)
            out[scene] = round(max(min(out.get(scene, 1.0) * STEP**far, MOST), LEAST), 3)
    return dict(sorted(out.items()))


def read_results(path: Path) -> dict[str, Result]:
    """Results of a verification by scene: `{"split": "development", "scenes": {"IsA": {"probes": 40, "right": 21}}}`.

    Raises BadResults.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadResults(
            path, f"cannot be read as results: {error}", "Give the JSON that a verification wrote."
        ) from None
    split = given.get("split") if isinstance(given, dict) else None
    if split != "development":
        raise BadResults(
            path,
            f"these are results of the split '{split}'",
            "Feedback takes results on development probes only: what is tuned on a test measures nothing.",
        )
    scenes = given.get("scenes")
    try:
        found = {str(name): Result(int(row["probes"]), int(row["right"])) for name, row in dict(scenes).items()}
    except (TypeError, ValueError, KeyError):
        found = {}
    wrong = [name for name, result in found.items() if not 0 <= result.right <= result.probes]
    if not found or wrong:
        raise BadResults(
            path,
            f"'{wrong[0]}' has more right answers than probes" if wrong else "it names no scene's results",
            'Write "scenes": {"IsA": {"probes": 40, "right": 21}}.',
        )
    return found
