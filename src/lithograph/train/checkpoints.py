"""A run's state on disk, so that it can be stopped anywhere. Knows nothing about what is learned.

A checkpoint is a folder `step-NNNNNN` that appears whole: weights (of an adapter in PEFT's layout), optimizer, random
generators, the position in the order, and the losses not yet in a finished part.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError

from .errors import RunBroken
from .learner import Learner, StepRow
from .steps import read_rows, write_rows
from .weights import restore_weights, save_weights

KEPT = 2
"""How many checkpoints stay."""


def random_state() -> dict[str, Any]:
    """The state of every generator a layer could draw from."""
    kind, words, *rest = np.random.get_state()
    state: dict[str, Any] = {
        "python": random.getstate(),
        "numpy": [kind, [int(word) for word in words], *rest],
        "torch": torch.get_rng_state(),
    }
    if torch.cuda.is_available():
        state["cuda"] = torch.cuda.get_rng_state_all()
    return state


def set_random_state(state: dict[str, Any]) -> None:
    """Put the generators back to where they were."""
    version, words, gauss = state["python"]
    random.setstate((version, tuple(words), gauss))
    kind, keys, *rest = state["numpy"]
    np.random.set_state((kind, np.array(keys, dtype=np.uint32), *rest))
    torch.set_rng_state(state["torch"])
    if "cuda" in state and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(state["cuda"])


def save_checkpoint(folder: Path, learner: Learner, step: int, pending: Sequence[StepRow]) -> None:
    """Write the state after `step`, then let go of all but the newest few."""
    target = folder / f"step-{step:06d}"
    aside = folder / f".{target.name}.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    save_weights(learner.accelerator.unwrap_model(learner.model), aside)
    state = io.BytesIO()
    torch.save({"optimizer": learner.optimizer.state_dict(), "random": random_state()}, state)
    (aside / "state.pt").write_bytes(state.getbuffer())
    write_rows(aside / "pending.parquet", pending)
    (aside / "position.json").write_text(json.dumps({"step": step}) + "\n", encoding="utf-8")
    remove_whole(target)
    aside.rename(target)
    _let_go(folder)


def _let_go(folder: Path) -> None:
    for old in _checkpoints(folder)[:-KEPT]:
        remove_whole(old)


def remove_whole(folder: Path) -> None:
    """Remove a folder so that nobody ever sees a part of it: under its name it is whole or gone."""
    if folder.exists():
        aside = folder.with_name(f".{folder.name}.old")
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
        shutil.rmtree(aside)


def clear_asides(folder: Path) -> None:
    """Remove what a killed process left half-written, and what it was about to let go of."""
    for left in folder.glob(".step-*"):
        shutil.rmtree(left, ignore_errors=True)
    _let_go(folder)


def _checkpoints(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*"))


def last_step(folder: Path) -> int:
    """The step of the newest checkpoint, 0 where there is none."""
    there = _checkpoints(folder)
    return int(there[-1].name.removeprefix("step-")) if there else 0


def restore_checkpoint(folder: Path, learner: Learner) -> tuple[int, list[StepRow]]:
    """Bring the learner to the newest checkpoint: its step and the pending rows; (0, []) where there is none."""
    there = _checkpoints(folder)
    if not there:
        return 0, []
    newest = there[-1]
    try:
        state = torch.load(newest / "state.pt", weights_only=True, map_location="cpu")
        pending = read_rows(newest / "pending.parquet")
        restore_weights(learner.accelerator.unwrap_model(learner.model), newest)
        learner.optimizer.load_state_dict(state["optimizer"])
        set_random_state(state["random"])
    except (OSError, ValueError, KeyError, RuntimeError, UnpicklingError, SafetensorError) as error:
        raise RunBroken(newest, f"the checkpoint cannot be read: {type(error).__name__}") from error
    return int(newest.name.removeprefix("step-")), pending
