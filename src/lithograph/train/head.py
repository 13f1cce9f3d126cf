"""The loss of words under a frozen output head, without ever holding all logits. Knows nothing about examples.

SmolLM2's head is 49,152 words wide: for 250 learned tokens the logits alone are 49 MB, written and read several times
by a plain cross-entropy and its backward pass. Here the words come in slices that stay in the processor's cache,
with the running maximum and sum of online softmax (Milakov & Gimelshein 2018). The gradient of -log p(w) by the hidden
state is E[W] - W[w], the mean of the head's rows under the model less the row of the word, so what the backward pass
needs is summed in the same walk. In the place of a word's row can stand the mean row of a distribution: then it is the
cross-entropy with that.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

SLICE = 4096
"""Words at a time."""


class _WordLosses(torch.autograd.Function):
    """(k, h) states, (v, h) weight, (p,) which state, (p, h) rows aimed at -> (p,) losses, float32."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, asked_of: Tensor, aims: Tensor) -> Tensor:
        learn = hidden.requires_grad
        top = torch.full((len(hidden), 1), -torch.inf, device=hidden.device)
        total = torch.zeros_like(top)
        mean = torch.zeros(hidden.shape, device=hidden.device) if learn else None
        for start in range(0, len(weight), SLICE):
            part = weight[start : start + SLICE]
            logits = (hidden @ part.T).float()  # (k, slice)
            higher = torch.maximum(top, logits.amax(1, keepdim=True))
            shrink = torch.exp(top - higher)
            logits.sub_(higher).exp_()
            total.mul_(shrink).add_(logits.sum(1, keepdim=True))
            if mean is not None:
                mean.mul_(shrink).add_(logits.to(part.dtype) @ part)
            top = higher
        if mean is not None:
            ctx.save_for_backward(mean.div_(total), aims, asked_of)
        said = (hidden[asked_of] * aims).sum(1).float()
        return (top + total.log())[:, 0][asked_of] - said

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None, None]:
        mean, aims, asked_of = ctx.saved_tensors
        by_word = (mean[asked_of] - aims) * grad[:, None]
        return torch.zeros_like(mean).index_add_(0, asked_of, by_word).to(aims.dtype), None, None, None


def word_losses(hidden: Tensor, weight: Tensor, asked_of: Tensor, aims: Tensor) -> Tensor:
    """(p,): the loss of each word in nats, float32, given states (k, h) and the frozen head's weight (v, h).

    asked_of: (p,), which state is asked. aims: (p, h), the head's row of the word, for its -log p; or the mean row of a
    distribution over words, for the cross-entropy with it.
    """
    if weight.requires_grad:
        raise ValueError("the head is to be frozen: no gradient reaches it here")
    losses: Tensor = _WordLosses.apply(hidden, weight, asked_of, aims)  # type: ignore[no-untyped-call]
    return losses
