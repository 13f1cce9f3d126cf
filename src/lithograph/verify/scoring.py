"""How likely a model finds each option of a probe, many probes at once. Knows nothing about what is right.

A prompt is read once: its keys and values are then shared by all of its options, which are read as continuations
of it. Prompts of like length are read together, padded on the left and masked, with their own positions, so that a
probe's scores do not depend on its neighbours beyond rounding (3e-5 in float32, tested).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from torch import Tensor

from lithograph.train.tokens import ChatFormat

from .asked import Asked, asked, batches, require_room

BATCH = 16
"""Prompts that are read together."""
ROWS = 32
"""Continuations that are read together: their logits are as wide as the vocabulary."""


def score_options(
    model: Any,
    format: ChatFormat,
    probes: pa.Table,
    *,
    batch: int = BATCH,
    device: torch.device | None = None,
    questions: Sequence[str] | None = None,
) -> NDArray[np.float32]:
    """float32[probes, most options]: log-likelihood of each option as the beginning of the assistant's turn, summed
    over its tokens, in nats; NaN beyond a probe's own options. Rows in the table's order.

    questions: texts that are put in place of the table's own (with a scene in context, say). The end of the turn is
    not counted: an answer may go on. Raises UnaskableProbe, TooLongProbe.
    """
    rows = asked(format, probes, questions)
    require_room(model, probes["id"].to_pylist(), rows)
    return score_asked(model, rows, batch=batch, device=device)


def score_asked(
    model: Any, rows: Sequence[Asked], *, batch: int = BATCH, device: torch.device | None = None
) -> NDArray[np.float32]:
    """The same of probes that are tokens already."""
    device = device or next(model.parameters()).device
    scores = np.full((len(rows), max((len(row.options) for row in rows), default=0)), np.nan, np.float32)
    model.eval()
    with torch.inference_mode():
        for places in batches(rows, batch):
            for place, found in zip(places, _score(model, [rows[p] for p in places], device), strict=True):
                scores[place, : len(found)] = found
    return scores


def _score(model: Any, rows: Sequence[Asked], device: torch.device) -> list[list[float]]:
    ids, mask = _left_padded([row.prompt for row in rows], device)
    said = model(input_ids=ids, attention_mask=mask, position_ids=_positions(mask), use_cache=True, logits_to_keep=1)
    begins = torch.log_softmax(said.logits[:, -1].float(), -1)  # (prompts, words)
    found = [[float(begins[place, option[0]]) for option in row.options] for place, row in enumerate(rows)]
    longer = [(place, column, option) for place, row in enumerate(rows) for column, option in enumerate(row.options)
              if len(option) > 1]  # fmt: skip
    longer.sort(key=lambda one: (len(one[2]), one[0], one[1]))
    for start in range(0, len(longer), ROWS):
        part = longer[start : start + ROWS]
        for (place, column, _), more in zip(part, _continued(model, said.past_key_values, mask, part), strict=True):
            found[place][column] += more
    return found


def _continued(model: Any, cache: Any, mask: Tensor, part: Sequence[tuple[int, int, tuple[int, ...]]]) -> list[float]:
    """For each (prompt, _, option) the log-likelihood of the option's tokens after its first."""
    places = torch.tensor([place for place, _, _ in part], device=mask.device)
    width = max(len(option) for _, _, option in part) - 1
    ids = torch.zeros((len(part), width + 1), dtype=torch.long)
    there = torch.zeros((len(part), width + 1), dtype=torch.long)
    for row, (_, _, option) in enumerate(part):
        ids[row, : len(option)] = torch.tensor(option)
        there[row, : len(option)] = 1
    ids, there = ids.to(mask.device), there.to(mask.device)
    begun = mask[places]
    seen = torch.cat([begun, there[:, :-1]], 1)
    said = model(input_ids=ids[:, :-1], attention_mask=seen, position_ids=_positions(seen)[:, begun.shape[1] :],
                 past_key_values=_forked(cache, places), use_cache=True)  # fmt: skip
    words = torch.log_softmax(said.logits.float(), -1).gather(-1, ids[:, 1:, None])[..., 0]  # (part, width)
    return [float(total) for total in (words * there[:, 1:]).sum(1)]


def _forked(cache: Any, places: Tensor) -> Any:
    """The keys and values of these prompts as a cache of their own: reading on must not change the first one."""
    own = type(cache)()
    for number, layer in enumerate(cache.layers):
        own.update(layer.keys[places], layer.values[places], number)
    return own


def _left_padded(prompts: Sequence[Sequence[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Ids and mask, both (prompts, longest), padded on the left with id 0."""
    longest = max(len(prompt) for prompt in prompts)
    ids = torch.zeros((len(prompts), longest), dtype=torch.long)
    mask = torch.zeros((len(prompts), longest), dtype=torch.long)
    for row, prompt in enumerate(prompts):
        ids[row, longest - len(prompt) :] = torch.tensor(prompt)
        mask[row, longest - len(prompt) :] = 1
    return ids.to(device), mask.to(device)


def _positions(mask: Tensor) -> Tensor:
    return (mask.cumsum(1) - 1).clamp(min=0)
