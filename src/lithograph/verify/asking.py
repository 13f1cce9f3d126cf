"""Probes put to a model, piece by piece, each piece kept once it is scored. Knows nothing about what is right."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lithograph.core.activity import Listener, Progress, silent
from lithograph.train.tokens import ChatFormat

from .asked import Asked, asked, require_room
from .kept import Kept, as_array, question_key
from .scoring import BATCH, score_asked
from .thinking import thought_through

PIECE = 64
"""Probes between one saving and the next."""


@dataclass(slots=True)
class Progressed:
    """How far a verification is, over all of its models."""

    listener: Listener
    total: int
    clock: Callable[[], float] = time.perf_counter
    done: int = 0
    began: float | None = None

    def on(self, count: int, note: str) -> None:
        """So many more probes are scored."""
        self.began = self.clock() if self.began is None else self.began
        self.done += count
        self.listener(Progress("verify", self.done, self.total, note))


def silent_progress() -> Progressed:
    """Progress that nobody hears."""
    return Progressed(silent, 0)


def ask(
    model: Any, format: ChatFormat, probes: pa.Table, kept: Kept, *, questions: Sequence[str] | None = None,
    progress: Progressed | None = None, note: str = "", batch: int = BATCH,
) -> NDArray[np.float32]:  # fmt: skip
    """As `scoring.score_options`, taking from `kept` what is there and keeping the rest. Where a question asks whether
    something holds, the model may say what it likes before it answers (`thinking`).

    Pieces are of probes of like length in an order that only the probes decide, so that an interrupted verification
    ends with the same scores. Raises UnaskableProbe, TooLongProbe.
    """
    progress = progress or silent_progress()
    texts = probes["question"].to_pylist() if questions is None else list(questions)
    options = probes["options"].to_pylist()
    keys = [question_key(text, choice) for text, choice in zip(texts, options, strict=True)]
    rows = asked(format, probes, texts)
    whether = [form == "yes_no" for form in probes["form"].to_pylist()]
    require_room(model, probes["id"].to_pylist(), rows)
    order = sorted(range(len(rows)), key=lambda place: (len(rows[place].prompt), keys[place]))
    for start in range(0, len(order), PIECE):
        piece = order[start : start + PIECE]
        if any(keys[place] not in kept.scores for place in piece):
            put = _thinking(model, format, rows, whether, options, piece, batch)
            kept.put([keys[p] for p in piece], score_asked(model, put, batch=batch))
            kept.save()
        progress.on(len(piece), note)
    return as_array(kept.scores, keys)


def _thinking(
    model: Any, format: ChatFormat, rows: Sequence[Asked], whether: Sequence[bool], options: Sequence[Sequence[str]],
    piece: Sequence[int], batch: int,
) -> list[Asked]:  # fmt: skip
    """The questions of a piece; before those that ask whether something holds the model may say what it likes."""
    open_ = [place for place in piece if whether[place]]
    said = thought_through(model, format, [rows[p] for p in open_], [options[p] for p in open_], batch=batch)
    through = dict(zip(open_, said, strict=True))
    return [through.get(place, rows[place]) for place in piece]
