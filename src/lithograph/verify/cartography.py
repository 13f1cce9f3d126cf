"""Dataset cartography: how hard each example was to learn, and how unsteady (Swayamdipta et al. 2020).

Reads the losses that a run wrote for every example at every step. The paper plots the probability of the right label;
for texts the loss a token stands in its place. Knows nothing about models.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True)
class Standing:
    """An example over a run. mean, spread: of its losses (nats a token), the standard deviation over `times` showings
    (n in the denominator); last: when it was shown last."""

    example: str
    times: int
    mean: float
    spread: float
    last: float


def cartography(run: Path, least: int = 2) -> tuple[Standing, ...]:
    """Every example that was shown at least so often, in order of id; none where the run kept no losses."""
    files = sorted((run / "steps").glob("part-*.parquet"))
    if not files:
        return ()
    table = pa.concat_tables([pq.read_table(file, columns=["step", "example", "loss"]) for file in files])
    losses: dict[str, list[float]] = {}
    rows = zip(table["step"].to_pylist(), table["example"].to_pylist(), table["loss"].to_pylist(), strict=True)
    for _, example, loss in sorted(rows, key=lambda row: row[0]):
        losses.setdefault(example, []).append(loss)
    return tuple(_standing(name, held) for name, held in sorted(losses.items()) if len(held) >= least)


def _standing(name: str, losses: list[float]) -> Standing:
    mean = sum(losses) / len(losses)
    spread = (sum((loss - mean) ** 2 for loss in losses) / len(losses)) ** 0.5
    return Standing(name, len(losses), mean, spread, losses[-1])
