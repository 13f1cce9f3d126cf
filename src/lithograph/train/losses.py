"""Loss per example, at the learned positions only. Knows nothing about optimizers, files or datasets.

Rows are padded on the right and no attention mask is given: a causal model never looks at what follows, so padding
cannot reach a real token, and the unmasked attention kernel is the faster one. The model's head (49k words wide in
SmolLM2) is run only where a learned token is predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from .tokens import Encoded


def collate(batch: Sequence[Encoded], device: torch.device) -> tuple[Tensor, Tensor]:
    """Ids and learned flags, both (batch, longest). Padding is id 0, never learned."""
    longest = max(len(row.ids) for row in batch)
    ids = torch.zeros((len(batch), longest), dtype=torch.long)
    learned = torch.zeros((len(batch), longest), dtype=torch.bool)
    for place, row in enumerate(batch):
        ids[place, : len(row.ids)] = torch.tensor(row.ids)
        learned[place, : len(row.ids)] = torch.tensor(row.learned)
    return ids.to(device), learned.to(device)


def example_losses(model: Any, batch: Sequence[Encoded], device: torch.device) -> Tensor:
    """(batch,): each example's summed negative log likelihood over its learned tokens, in nats, float32."""
    ids, learned = collate(batch, device)
    keep = learned[:, 1:]  # the logits at place t speak of the token at t + 1
    logits = model(input_ids=ids[:, :-1], use_cache=False, logits_to_keep=keep).logits
    words = cross_entropy(logits.reshape(-1, logits.shape[-1]).float(), ids[:, 1:][keep], reduction="none")  # (kept,)
    rows = keep.nonzero()[:, 0]
    return torch.zeros(len(batch), device=device).index_add(0, rows, words)


def mean_loss(model: Any, examples: Sequence[Encoded], device: torch.device, batch: int = 8) -> float:
    """The mean loss per learned token over all examples, without gradients; order and batching do not matter beyond
    rounding."""
    by_length = sorted(examples, key=lambda row: (len(row.ids), row.example))
    total, count = 0.0, 0
    with torch.inference_mode():
        for start in range(0, len(by_length), batch):
            part = by_length[start : start + batch]
            total += float(example_losses(model, part, device).sum())
            count += sum(row.learned_count for row in part)
    return total / count
