"""The walk through a plan: step after step, with losses kept, checkpoints, and stops that lose nothing.

Knows nothing about datasets, facts or what the run is for. What it writes depends on plan, options and seed alone:
an interrupted and resumed walk leaves the same bytes as one that was never disturbed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..core.activity import Listener, Notice, Progress
from .batches import Plan
from .checkpoints import clear_asides, last_step, restore_checkpoint, save_checkpoint
from .errors import LossNotFinite, RunInterrupted
from .learner import Learner, NotFinite, StepRow, learning_rate, mean_of, take_step
from .options import TrainOptions
from .sketches import FOLDER, room_for, write_sketches
from .steps import forget_from, part_of, part_path, write_rows
from .stopping import Stop
from .watch import Watch

CHECKPOINT_SECONDS = 60.0
"""A checkpoint is written at least this often, whatever `checkpoint_steps` says."""


def walk(learner: Learner, plan: Plan, options: TrainOptions, folder: Path, *, stop: Stop, listener: Listener,
         clock: Callable[[], float], watch: Watch | None = None) -> int:  # fmt: skip
    """Learn the plan from the newest checkpoint in `folder` to its end, or to where `watch` ends it; the last step.

    Writes `steps/`, `checkpoints/` and at the end `sketches/`. Raises RunInterrupted after a checkpoint when a
    stop was asked for, and LossNotFinite.
    """
    learner = _with_room(learner, plan, listener)
    last = _walked(learner, plan, options, folder, stop, listener, clock, watch)
    keep_sketches(learner, plan, folder)
    return last


def _walked(learner: Learner, plan: Plan, options: TrainOptions, folder: Path, stop: Stop, listener: Listener,
            clock: Callable[[], float], watch: Watch | None) -> int:  # fmt: skip
    """The steps themselves, and what is written on the way; the last step."""
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


def _with_room(learner: Learner, plan: Plan, listener: Listener) -> Learner:
    """The learner, without sketches where they would not fit in memory."""
    if learner.shortcuts is None or learner.sketches is None or room_for(len(plan.examples)):
        return learner
    listener(Notice("train", f"no gradient sketches: {len(plan.examples):,} examples are too many to hold them"))
    return replace(learner, shortcuts=replace(learner.shortcuts, sketches=None))


def keep_sketches(learner: Learner, plan: Plan, folder: Path) -> None:
    """Write what was added up over the run for the dataset's examples; a run that takes no sketches gets no folder."""
    if learner.shortcuts is not None and learner.sketches is not None:
        ours = {example.id for example in plan.examples.values()}
        sums = {name: total for name, total in learner.sketches.sums.items() if name in ours}
        write_sketches(folder / FOLDER, sums, learner.shortcuts.modules, learner.shortcuts.head)


def _learn(learner: Learner, plan: Plan, options: TrainOptions, folder: Path, step: int) -> list[StepRow]:
    batch = [plan.encoded[row] for row in plan.steps[step - 1]]
    try:
        return take_step(learner, batch, options, step, learning_rate(options, step, len(plan.steps)))
    except NotFinite as error:
        raise LossNotFinite(folder, step, error.examples, last_step(folder / "checkpoints")) from error


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.1f} min" if seconds >= 90 else f"{seconds:.0f} s"
