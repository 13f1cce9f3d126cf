"""One step of learning, many times. Knows nothing about datasets, run folders or facts.

Gradients are exact: a step's loss is the mean over all learned tokens of its batch, or over its examples, however it is
cut into micro-batches. The per-example losses come out of the same forward pass.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from peft import PeftModel
from transformers import PreTrainedModel

from .lora import add_lora, start_from
from .losses import example_losses
from .options import TrainOptions
from .prefix import Sheet
from .shortcuts import Shortcuts, find_shortcuts
from .sketches import Sketches
from .terms import Term
from .tokens import Encoded
from .trunk import Trunk

FALL = 0.3
"""The share of the steps in which the rate falls."""
LEAST, SHORT = 8, 16
"""Learned tokens that an example weighs at least and at most, where a loss is over examples: a word that decides, and a
long sentence."""
HELD = 30
"""The same of an own answer that the run is held to: it pulls at nothing until the base is left."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """An example's part in a step. loss: mean over its learned tokens, in nats, before the step is taken."""

    step: int
    micro: int
    example: str
    loss: float
    tokens: int
    lr: float


@dataclass(frozen=True, slots=True)
class Learner:
    """A model with its adapter, its optimizer and the device they live on; shortcuts: what it need not do twice."""

    accelerator: Accelerator
    model: PeftModel
    optimizer: Any
    shortcuts: Shortcuts | None = None

    @property
    def device(self) -> torch.device:
        """Where the model computes."""
        return torch.device(self.accelerator.device)

    @property
    def sketches(self) -> Sketches | None:
        """What adds up the examples' gradients, if anything does."""
        return self.shortcuts.sketches if self.shortcuts else None


class NotFinite(ArithmeticError):
    """The loss of these examples is NaN or infinite; nothing was learned from them."""

    def __init__(self, examples: Sequence[str]) -> None:
        self.examples = tuple(examples)
        super().__init__(", ".join(examples))


def uses_bf16(options: TrainOptions) -> bool:
    """Whether to compute in bfloat16: on a GPU that supports it, never on a processor (18 times slower there)."""
    return options.device == "auto" and torch.cuda.is_available() and torch.cuda.is_bf16_supported()


def base_dtype(options: TrainOptions) -> torch.dtype:
    """The type the frozen weights are loaded in."""
    return torch.bfloat16 if uses_bf16(options) else torch.float32


def make_learner(model: PreTrainedModel, options: TrainOptions, source: str, parent: Path | None = None,
                 terms: Sequence[Term] = (), *, head: int = 0, trunk: Trunk | None = None) -> Learner:  # fmt: skip
    """A fresh adapter on the model, or one that starts as the parent is, and a fresh optimizer, on a GPU if any.

    terms: tokens that the model was grown by. From scratch there is no adapter: all of the model learns. head: how many
    tokens every conversation begins with (`prefix.head_length`). trunk: kept lower states of an earlier learner on the
    same base model.
    """
    accelerator = Accelerator(cpu=options.device == "cpu", mixed_precision="bf16" if uses_bf16(options) else "no")
    adapted: Any = model.requires_grad_(True) if options.scratch else add_lora(model, options, source, terms)
    if parent is not None:
        start_from(adapted, parent)
    trained = [weight for weight in adapted.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=options.lr, weight_decay=options.weight_decay)
    prepared, ready = accelerator.prepare(adapted, optimizer)
    prepared.train()
    shortcuts = find_shortcuts(accelerator.unwrap_model(prepared), options, head, trunk)
    return Learner(accelerator, prepared, ready, shortcuts)


def learning_rate(options: TrainOptions, step: int, steps: int) -> float:
    """The rate of step 1 … `steps`: a linear rise over the warm-up, then the same, in the last FALL of them down to 0.

    (Hägele et al. 2024: as good as a cosine, and what comes late is learned as well as what comes early.)
    """
    rise = max(1, round(options.warmup * steps))
    if step <= rise:
        return options.lr * step / rise
    return options.lr * min(1.0, (steps - step + 1) / max(1, round(FALL * steps)))


def loss_weights(batch: Sequence[Encoded], over: str) -> list[float]:
    """By what each example's summed loss is multiplied; with what they weigh in tokens, the weights add up to one.

    Over examples each weighs as its tokens do, but no less than LEAST and no more than SHORT of them: a word that
    decides is not lost beside a sentence, nor a sentence beside a portrait; an own answer weighs no more than HELD.

    >>> rows = [Encoded("yes", (1, 2, 3), (False, True, True)), Encoded("portrait", (0,) * 32, (True,) * 32)]
    >>> [round(1 / weight) for weight in loss_weights(rows, "tokens")]
    [34, 34]
    >>> [round(1 / weight) for weight in loss_weights(rows, "examples")]
    [24, 48]
    """
    counts = [row.learned_count for row in batch]
    weigh = counts if over == "tokens" else [_weight(row) for row in batch]
    return [weight / count / sum(weigh) for weight, count in zip(weigh, counts, strict=True)]


def _weight(row: Encoded) -> int:
    """In tokens."""
    return min(row.learned_count, HELD) if row.meant is not None else min(max(row.learned_count, LEAST), SHORT)


def take_step(learner: Learner, batch: Sequence[Encoded], options: TrainOptions, step: int, lr: float) -> list[StepRow]:
    """Learn from one batch; the rows come in its order. Raises NotFinite before the weights move."""
    weights = loss_weights(batch, options.loss_over)
    rows: list[StepRow] = []
    for micro, part in enumerate(_cut(batch, options.micro_batch or len(batch))):
        with learner.accelerator.autocast():
            sums, sheet = _losses(learner, part)
        values = sums.detach().tolist()
        if not all(math.isfinite(value) for value in values):
            learner.optimizer.zero_grad(set_to_none=True)
            raise NotFinite([row.example for row, value in zip(part, values, strict=True) if not math.isfinite(value)])
        mine, weights = weights[: len(part)], weights[len(part) :]
        learner.accelerator.backward((sums * sums.new_tensor(mine)).sum())
        if sheet is not None and learner.sketches is not None:
            learner.sketches.add(sheet, [row.example for row in part], lr)
        rows += [StepRow(step, micro, row.example, value / row.learned_count, row.learned_count, lr)
                 for row, value in zip(part, values, strict=True)]  # fmt: skip
    learner.accelerator.clip_grad_norm_(learner.model.parameters(), options.clip)
    for group in learner.optimizer.param_groups:
        group["lr"] = lr
    learner.optimizer.step()
    learner.optimizer.zero_grad(set_to_none=True)
    return rows


def _losses(learner: Learner, part: Sequence[Encoded]) -> tuple[torch.Tensor, Sheet | None]:
    """The examples' summed losses, and the sheet they were computed on, if they were."""
    if learner.shortcuts is None:
        return example_losses(learner.model, part, learner.device), None
    sheet = learner.shortcuts.sheet(part, learner.device)
    return learner.shortcuts.losses(sheet), sheet


def _cut(batch: Sequence[Encoded], size: int) -> Iterator[Sequence[Encoded]]:
    for start in range(0, len(batch), size):
        yield batch[start : start + size]


def mean_of(rows: Sequence[StepRow]) -> float:
    """The mean loss per learned token over the rows of a step."""
    return sum(row.loss * row.tokens for row in rows) / sum(row.tokens for row in rows)
