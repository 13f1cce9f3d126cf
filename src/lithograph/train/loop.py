"""The walk through a plan: step after step, with losses kept, checkpoints, and stops that lose nothing.

Knows nothing about datasets, facts or what the run is for. What it writes depends on plan, options and seed alone:
an interrupted and resumed walk leaves the same bytes as one that was never disturbed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..core.activity import Listener, Progress
from .batches import Plan
from .checkpoints import clear_asides, last_step, restore_checkpoint, save_checkpoint
from .errors import LossNotFinite, RunInterrupted
from .learner import Learner, NotFinite, StepRow, learning_rate, mean_of, take_step
from .options import TrainOptions
from .steps import forget_from, part_of, part_path, write_rows
from .stopping import Stop
from .watch import Watch

CHECKPOINT_SECONDS = 60.0
"""A checkpoint is written at least this often, whatever `checkpoint_steps` says."""


def walk(learner: Learner, plan: Plan, options: TrainOptions, folder: Path, *, stop: Stop, listener: Listener,
         clock: Callable[[], float], watch: Watch | None = None) -> int:  # fmt: skip
    """Learn the plan from the newest checkpoint in `folder` to its end, or to where `watch` ends it; the last step.

    Writes `steps/` and `checkpoints/`. Raises RunInterrupted after a checkpoint when a stop was asked for, and
    LossNotFinite.
    """
    steps = len(plan.steps)
    clear_asides(folder / "checkpoints")
    first, pending = restore_checkpoint(folder / "checkpoints", learner)
    if watch and first and watch.ended(first):
        return first
    if first < steps:  # after the last step's checkpoint every part is whole
        forget_from(folder / "steps", part_of(first + 1))
    if stop.asked and first < steps:
        raise RunInterrupted(folder, first, steps)
    began = written = clock()
    for step in range(first + 1, steps + 1):
        rows = _learn(learner, plan, options, folder, step)
        pending += rows
        last = step == steps or (watch is not None and watch.look(learner, step))
        if last or part_of(step + 1) > part_of(step):
            write_rows(part_path(folder / "steps", part_of(step)), pending)
            pending = []
        now = clock()
        left = (now - began) / (step - first) * (steps - step)
        listener(Progress("train", step, steps, f"loss {mean_of(rows):.3f}, {_spoken(left)} left"))
        due = step % options.checkpoint_steps == 0 or now - written >= CHECKPOINT_SECONDS
        if due or stop.asked or last:
            save_checkpoint(folder / "checkpoints", learner, step, pending)
            written = clock()
        if last:
            return step
        if stop.asked:
            raise RunInterrupted(folder, step, steps)
    return steps


def _learn(learner: Learner, plan: Plan, options: TrainOptions, folder: Path, step: int) -> list[StepRow]:
    batch = [plan.encoded[row] for row in plan.steps[step - 1]]
    try:
        return take_step(learner, batch, options, step, learning_rate(options, step, len(plan.steps)))
    except NotFinite as error:
        raise LossNotFinite(folder, step, error.examples, last_step(folder / "checkpoints")) from error


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.1f} min" if seconds >= 90 else f"{seconds:.0f} s"
