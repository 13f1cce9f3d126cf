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
    """What was timed: so many steps with so many tokens in so many seconds, and what follows from it.

    seconds_per_step: a step whose examples have been shown before. seconds_per_example: what an example takes besides
    when it is shown first, on its way through the frozen layers (0 where none are). examples: how many the run will
    show at all, as it was reckoned.
    """

    timed_steps: int
    timed_tokens: int
    timed_seconds: float
    seconds_per_step: float
    steps: int
    capped: bool
    seconds_per_example: float = 0.0
    examples: int = 0

    @property
    def seconds(self) -> float:
        """What the run takes in all."""
        return self.seconds_per_step * self.steps + self.seconds_per_example * self.examples


def calibrate(learner: Learner, sample: Sequence[Encoded], options: TrainOptions, facts: int,
              clock: Callable[[], float], replay: float = 0.0, rows: float = 1.0) -> Calibration:  # fmt: skip
    """How many steps `options.minutes` affords on this machine now. sample: examples the run may learn from.

    replay: the share of the steps that shows other facts than the ones counted in `facts`. rows: examples per fact, on
    the average; it decides how many of a run's showings are first ones.
    """
    batches = _batches(sample, options.batch)
    seconds, tokens = 0.0, 0
    with unchanged(learner):
        first = _first_showings(learner, batches, clock)
        for number, batch in enumerate([batches[0], *batches]):
            began = clock()
            take_step(learner, batch, options, 1, options.lr)
            if number:  # the first warms up
                seconds += clock() - began
                tokens += sum(len(row.ids) for row in batch)
    per_step = seconds / len(batches)
    new = min(1.0, rows / options.exposures)  # of all showings; repeats of a fact's own examples are spread evenly
    each = per_step + options.batch * new * first
    afforded = max(1, int(options.minutes * 60 / each)) if each > 0 else 1
    most = math.ceil(facts * options.exposures * MOST_EXPOSURES / (1 - replay) / options.batch)
    steps = options.steps or min(afforded, most)
    examples = min(round(steps * options.batch * new), round(facts * rows / (1 - replay)))
    return Calibration(len(batches), tokens, seconds, per_step, min(afforded, most), afforded > most, first, examples)


def _first_showings(learner: Learner, batches: Sequence[Sequence[Encoded]], clock: Callable[[], float]) -> float:
    """Seconds an example takes on its way through the frozen layers; 0 where there are none."""
    if learner.shortcuts is None or not learner.shortcuts.trunk.decoder.cut:
        return 0.0
    trunk = learner.shortcuts.trunk
    trunk.of(batches[0][0])  # warms up
    trunk.forget()
    seconds, computed = 0.0, trunk.computed
    for batch in batches:
        began = clock()
        for row in batch:
            trunk.of(row)
        seconds += clock() - began
    return seconds / (trunk.computed - computed)


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
        if learner.sketches is not None:
            learner.sketches.sums.clear()


def _inner(optimizer: Any) -> Any:
    """The torch optimizer inside accelerate's."""
    return getattr(optimizer, "optimizer", optimizer)
