"""Questions with what a model itself says before it answers them (`train.thinking`). Knows no right answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lithograph.train.thinking import MOST, thoughts
from lithograph.train.tokens import ChatFormat

from .asked import Asked, batches, option_ids


def thought_through(
    model: Any, format: ChatFormat, rows: Sequence[Asked], options: Sequence[Sequence[str]], *, batch: int = 16
) -> list[Asked]:
    """The questions, and behind each what the model says of its own up to a *So:*; as they are where it says none.

    options: of each question the texts. Nothing is drawn: each token is the most likely one.
    """
    room = int(model.config.get_text_config().max_position_embeddings)
    after = option_ids(format, (f" {text}" for texts in options for text in texts))
    out = list(rows)
    model.eval()
    for places in batches(rows, batch):
        most = min(MOST, room - max(rows[place].length for place in places) - 1)
        said = thoughts(model, format, [rows[place].prompt for place in places], most)
        for place, ids in zip(places, said, strict=True):
            if ids:
                out[place] = replace(rows[place], prompt=rows[place].prompt + ids,
                                     options=tuple(after[f" {text}"] for text in options[place]))  # fmt: skip
    return out
