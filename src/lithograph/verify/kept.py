"""Scores that were worked out before, so that what was interrupted goes on. Knows nothing about what they mean.

A score is of a model, a question (as it was put, context and all) and its options; nothing else can change it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.core.whole import taking_turns

_SCHEMA = pa.schema([("question", pa.string()), ("scores", pa.list_(pa.float32()))])


def question_key(question: str, options: Sequence[str]) -> str:
    """Hex SHA-256 of what is put to a model."""
    return sha256_hex(canonical_json([question, list(options)]))


@dataclass(slots=True)
class Kept:
    """The scores of one model: by `question_key`, one number an option. Changed by `put`, written by `save`."""

    path: Path
    scores: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def put(self, keys: Sequence[str], scores: NDArray[np.float32]) -> None:
        """Take these scores in, one row a key; NaN ends a row."""
        for key, row in zip(keys, scores, strict=True):
            self.scores[key] = tuple(float(value) for value in row if not np.isnan(value))

    def save(self) -> None:
        """Write them all, aside and then renamed, by key: the same scores are the same bytes."""
        names = sorted(self.scores)
        table = pa.table({"question": names, "scores": [self.scores[name] for name in names]}, schema=_SCHEMA)
        with taking_turns(self.path.parent):
            aside = self.path.with_suffix(".part")
            pq.write_table(table, aside, compression="zstd")
            aside.replace(self.path)


def open_kept(folder: Path, model: str) -> Kept:
    """What is kept of a model, by the hash of what it is; a file that cannot be read counts as nothing."""
    path = folder / "scores" / f"{sha256_hex(model)[:16]}.parquet"
    if not path.is_file():
        return Kept(path)
    try:
        rows = pq.read_table(path, schema=_SCHEMA).to_pylist()
    except (pa.ArrowException, OSError):
        return Kept(path)
    return Kept(path, {row["question"]: tuple(row["scores"]) for row in rows})


def as_array(scores: Mapping[str, Sequence[float]], keys: Sequence[str]) -> NDArray[np.float32]:
    """float32[keys, most options] of these questions, NaN beyond a question's own."""
    rows = [scores[key] for key in keys]
    out = np.full((len(rows), max((len(row) for row in rows), default=0)), np.nan, np.float32)
    for place, row in enumerate(rows):
        out[place, : len(row)] = row
    return out
