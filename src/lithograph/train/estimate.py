"""What a run would take, before it is started. Knows nothing about run folders; writes nothing."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from transformers import PreTrainedModel

from ..core.activity import Listener, silent
from .calibrate import calibrate
from .choice import focus_of
from .learner import base_dtype, make_learner
from .materials import find, gather, plan_for, sample_of
from .model import load_model
from .options import TrainOptions, check_options
from .own_answers import likely_answers
from .scratch import scratch_start
from .terms import grow
from .update import Update

_HIDDEN_TENSORS, _INNER_TENSORS = 16, 6
"""How many tensors of hidden and of inner width a layer keeps, per token, for the backward pass (about)."""
_LIBRARIES = 450_000_000
"""What Python with torch, transformers and peft takes before a model is loaded."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What would be learned, tokens read, steps, seconds of training, bytes of memory at its peak."""

    facts: int
    examples: int
    tokens: int
    steps: int
    seconds: float
    memory: int


def estimate(dataset: Path, options: TrainOptions | None = None, *, update: Update | None = None,
             focus: Collection[str | Collection[str]] = (), labels: Collection[str] = (), listener: Listener = silent,
             clock: Callable[[], float] = time.perf_counter) -> Estimate:  # fmt: skip
    """Time a few steps and plan the run, without starting it. The base's own answers count as a share of the steps."""
    options = options or TrainOptions()
    check_options(options)
    corpus, base = find(dataset, options, listener)
    with tempfile.TemporaryDirectory() as aside:
        if options.scratch:
            base = scratch_start(base, corpus, options, Path(aside) / "start")
        materials = gather(corpus, base, options, update, focus=focus_of(focus), labels=labels)
        model = load_model(base, base_dtype(options))
    if options.own_answers:
        materials = replace(materials, how=replace(materials.how, own=likely_answers(materials.format)))
    grow(model, materials.terms)
    learner = make_learner(model, options, base.source, update.adapter if update else None, materials.terms)
    share = (update.replay if update and materials.replay else 0.0) + options.own_answers
    timed = calibrate(learner, sample_of(materials, options), options, len(materials.facts), clock, share)
    plan = plan_for(materials, options, 0 if options.tokens else options.steps or timed.steps, update)
    longest = max(len(encoded.ids) for encoded in plan.encoded.values())
    learned = max(encoded.learned_count for encoded in plan.encoded.values())
    size = min(options.micro_batch or options.batch, options.batch)
    return Estimate(len(plan.facts), len(plan.examples), plan.tokens, len(plan.steps),
                    timed.seconds_per_step * len(plan.steps), memory_needed(model, size, longest, learned))  # fmt: skip


def memory_needed(model: PreTrainedModel, batch: int, length: int, learned: int) -> int:
    """Bytes: libraries, weights, three more copies of those that are trained, a batch's activations and logits."""
    weights = sum(weight.numel() * weight.element_size() for weight in model.parameters())
    trained = sum(weight.numel() * 4 for weight in model.parameters() if weight.requires_grad)
    config = model.config.get_text_config()
    width = _HIDDEN_TENSORS * config.hidden_size + _INNER_TENSORS * config.intermediate_size
    activations = batch * length * width * config.num_hidden_layers * 4
    logits = 3 * batch * learned * config.vocab_size * 4
    return int(_LIBRARIES + weights + 3 * trained + activations + logits)
