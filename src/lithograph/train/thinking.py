"""What a model says before it answers, if it has learned to answer so. Knows no datasets and no right answers.

An adapter that practised yes-or-no questions begins an answer with what it knows of the matter, and closes it with
*So:* and a verdict. Whoever weighs verdicts lets a model say first what it likes; where it comes to a mark of its own
they are weighed as what follows it, and where it does not, as the answer's first words. No model is told to think: who
never learned to is asked as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers import StoppingCriteria, StoppingCriteriaList

from ..core.conclusion import THEREFORE
from .generate import greedy_ids
from .tokens import ChatFormat

MOST = 128
"""Tokens of a thought at most: six sentences."""

Ids = tuple[int, ...]


class _Concluded(StoppingCriteria):
    """Each row is done when it has said one of these marks."""

    def __init__(self, marks: Sequence[Ids]) -> None:
        self.marks = marks

    def __call__(self, input_ids: torch.Tensor, scores: Any, **kwargs: Any) -> torch.Tensor:
        done = torch.zeros(len(input_ids), dtype=torch.bool, device=input_ids.device)
        for mark in self.marks:
            done |= (input_ids[:, -len(mark) :] == input_ids.new_tensor(mark)).all(1)
        return done


def thoughts(model: Any, format: ChatFormat, prompts: Sequence[Sequence[int]], most: int = MOST) -> list[Ids]:
    """The most likely beginning of each answer, up to and with its mark; empty where it comes to none.

    prompts: ids, read together; most: tokens at most, which must fit into the model's context.
    """
    stop = StoppingCriteriaList([_Concluded(_marks(format))])
    said = greedy_ids(model, format, prompts, most, stop) if most > 0 else [()] * len(prompts)
    return [thought_in(format, ids) for ids in said]


def thought_in(format: ChatFormat, ids: Ids) -> Ids:
    """What stands in an answer up to and with its first mark; nothing where it has none."""
    marks = _marks(format)
    end = next((end for end in range(1, len(ids) + 1) for mark in marks if ids[:end][-len(mark) :] == mark), 0)
    return ids[:end]


def _marks(format: ChatFormat) -> list[Ids]:
    """The ids of the marks, as they stand behind a sentence."""
    tokenizer: Any = format.tokenizer
    rows = tokenizer([f" {mark}" for mark in THEREFORE.values()], add_special_tokens=False)["input_ids"]
    return [tuple(row) for row in rows]
