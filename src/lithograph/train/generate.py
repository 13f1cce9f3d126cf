"""What a model says, token by token the most likely or drawn. Knows nothing about datasets or training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from .tokens import ChatFormat


def greedy_ids(
    model: Any, format: ChatFormat, prompts: Sequence[Sequence[int]], most: int, stop: Any = None
) -> list[tuple[int, ...]]:
    """The ids that a model says to each prompt: up to and with the end of the turn, or `most` of them.

    stop: a StoppingCriteriaList of transformers; what comes after a row is done is padding, which may stand in it.
    """
    return _generated(model, format, prompts, most, do_sample=False, stopping_criteria=stop)


def drawn_ids(
    model: Any, format: ChatFormat, prompts: Sequence[Sequence[int]], most: int, *, seed: int
) -> list[tuple[int, ...]]:
    """The same drawn from what the model holds likely, as it stands: temperature 1, nothing cut off."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return _generated(model, format, prompts, most, do_sample=True, temperature=1.0, top_k=0, top_p=1.0)


def _generated(model: Any, format: ChatFormat, prompts: Sequence[Sequence[int]], most: int,
               **how: Any) -> list[tuple[int, ...]]:  # fmt: skip
    device = next(model.parameters()).device
    longest = max(len(prompt) for prompt in prompts)
    ids = torch.zeros((len(prompts), longest), dtype=torch.long)
    mask = torch.zeros((len(prompts), longest), dtype=torch.long)
    for row, prompt in enumerate(prompts):  # padded on the left: generation goes on at the right
        ids[row, longest - len(prompt) :] = torch.tensor(prompt)
        mask[row, longest - len(prompt) :] = 1
    tokenizer: Any = format.tokenizer
    with torch.inference_mode():
        out = model.generate(
            input_ids=ids.to(device),
            attention_mask=mask.to(device),
            max_new_tokens=most,
            use_cache=True,
            pad_token_id=tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id,
            **how,
        )
    return [_to_end(row, tokenizer.eos_token_id) for row in out[:, longest:].tolist()]


def _to_end(ids: Sequence[int], end: int) -> tuple[int, ...]:
    """The ids up to and with the first end of a turn; what follows it is padding."""
    return tuple(ids[: ids.index(end) + 1] if end in ids else ids)


def greedy(model: Any, format: ChatFormat, prompts: Sequence[Sequence[int]], most: int) -> list[str]:
    """The most likely answer to each prompt as text, up to the end of the turn or `most` tokens."""
    tokenizer: Any = format.tokenizer
    ids = [list(row) for row in greedy_ids(model, format, prompts, most)]
    return [text.strip() for text in tokenizer.batch_decode(ids, skip_special_tokens=True)]
