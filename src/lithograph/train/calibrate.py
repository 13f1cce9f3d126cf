"""Minutes into steps, by timing a few real ones. Knows nothing about files; leaves the learner as it found it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .checkpoints import random_state, set_random_state
from .learner import Learner, take_step
from .options import TrainOptions
from .tokens import Encoded

TIMED_STEPS = 4
MOST_EXPOSURES = 3
"""A budget in minutes is not spent beyond this many times the stated exposures of every fact there is."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was timed: so many steps with so many padded tokens in so many seconds, and what follows from it."""

    timed_steps: int
    timed_tokens: int
    timed_seconds: float
    seconds_per_step: float
    steps: int
    capped: bool


def calibrate(learner: Learner, sample: Sequence[Encoded], options: TrainOptions, facts: int,
              clock: Callable[[], float], replay: float = 0.0) -> Calibration:  # fmt: skip
    """How many steps `options.minutes` affords on this machine now. sample: examples the run may learn from.

    replay: the share of the steps that shows other facts than the ones counted in `facts`.
    """
    batches = _batches(sample, options.batch)
    seconds, tokens = 0.0, 0
    with unchanged(learner):
        for number, batch in enumerate([batches[0], *batches]):
            began = clock()
            take_step(learner, batch, options, 1, options.lr)
            if number:  # the first warms up
                seconds += clock() - began
                tokens += len(batch) * max(len(row.ids) for row in batch)
    per_step = seconds / len(batches)
    afforded = max(1, int(options.minutes * 60 / per_step)) if per_step > 0 else 1
    most = math.ceil(facts * options.exposures * MOST_EXPOSURES / (1 - replay) / options.batch)
    return Calibration(len(batches), tokens, seconds, per_step, min(afforded, most), afforded > most)


def _batches(sample: Sequence[Encoded], size: int) -> list[list[Encoded]]:
    """A few batches of like length from short to long, standing for the run's mixture."""
    by_length = sorted(sample, key=lambda row: (len(row.ids), row.example))
    last = len(by_length) - 1
    batches = []
    for number in range(TIMED_STEPS):
        middle = round((number + 0.5) / TIMED_STEPS * last)
        start = max(0, min(middle - size // 2, last + 1 - size))
        batch = by_length[start : start + size]
        batches.append([batch[place % len(batch)] for place in range(size)])
    return batches


@contextlib.contextmanager
def unchanged(learner: Learner) -> Iterator[None]:
    """Whatever happens inside, weights, optimizer and generators are afterwards what they were."""
    weights = [(weight, weight.detach().clone()) for weight in learner.model.parameters() if weight.requires_grad]
    generators = random_state()
    try:
        yield
    finally:
        for weight, kept in weights:
            weight.data.copy_(kept)
        _inner(learner.optimizer).state.clear()
        learner.optimizer.zero_grad(set_to_none=True)
        set_random_state(generators)


def _inner(optimizer: Any) -> Any:
    """The torch optimizer inside accelerate's."""
    return getattr(optimizer, "optimizer", optimizer)
