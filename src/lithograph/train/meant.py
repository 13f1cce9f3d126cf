"""All that a base holds likely at each token of its own answers, so that a run can be held to the whole of it.

A drawn word stands for a distribution badly: shown again it is learned by heart, and what the base knew beside it is
forgotten all the same. The cross-entropy with the base's own distribution p (Hinton, Vinyals and Dean 2015; Li and
Hoiem 2016) has no slope where nothing has changed. Its gradient by a hidden state is E_q[W] - E_p[W], the difference
of two mean rows of the head, so one row for each token says all that is needed of p. Knows no dataset and no steps.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from .decoder import take_apart
from .tokens import Encoded


def with_meant(model: Any, rows: Sequence[Encoded], cache: Path) -> tuple[Encoded, ...]:
    """The rows, each with float16[learned tokens, hidden], the mean row of the head under the model at each of them.

    Taken from the file `cache` where it holds them, else computed, an example at a time, and kept there; computed again
    on another machine they can differ in their last bits. As they were for a model that cannot be taken apart.
    """
    held = _kept(cache, rows)
    if held is None:
        try:
            held = [_mean_rows(model, row) for row in rows]
        except AttributeError:
            return tuple(rows)
        cache.parent.mkdir(parents=True, exist_ok=True)
        aside = cache.with_name(f".{cache.name}.{os.getpid()}")  # another run may be making the same
        save_file({f"{place:04d}": one for place, one in enumerate(held)}, aside)
        aside.replace(cache)
    return tuple(replace(row, meant=one) for row, one in zip(rows, held, strict=True))


def sha256_of(rows: Sequence[Encoded]) -> str | None:
    """The SHA-256 of what the rows are held to, None where they are held to their tokens."""
    held = [row.meant for row in rows if row.meant is not None]
    if not held:
        return None
    digest = hashlib.sha256()
    for one in held:
        digest.update(one.numpy().tobytes())
    return digest.hexdigest()


def _mean_rows(model: Any, row: Encoded) -> Tensor:
    """Of each learned token the mean row of the head under what the model expects there."""
    decoder, head = take_apart(model), model.get_output_embeddings().weight
    before = [place - 1 for place, learned in enumerate(row.learned) if learned]
    with torch.inference_mode():
        states = decoder.inner(input_ids=torch.tensor([row.ids], device=head.device), use_cache=False)[0][0]
        likely = torch.softmax((states[before] @ head.T).float(), -1).to(head.dtype)
        rows: Tensor = (likely @ head).to("cpu", torch.float16)
    return rows.contiguous()


def _kept(cache: Path, rows: Sequence[Encoded]) -> list[Tensor] | None:
    """What the file holds, None where it does not fit the rows."""
    try:
        held = load_file(cache) if cache.is_file() else {}
    except (SafetensorError, OSError):
        return None
    found = [held.get(f"{place:04d}") for place in range(len(rows))]
    whole = [one for one, row in zip(found, rows, strict=True) if one is not None and len(one) == row.learned_count]
    return whole if len(whole) == len(rows) else None
