"""Which examples pushed an answer: gradient sketches of questions against those a run left. Knows nothing about axioms.

The score of an example for an answer is the inner product of the answer's gradient with the sum, over the run, of what
the example contributed to the steps (rate times gradient): TracIn (Pruthi et al. 2020) with every step a checkpoint for
the examples and the trained weights as the one checkpoint for the answer. Positive: the example pulled the weights to
where the answer is likelier. Not counted: AdamW's scaling of each weight, and the clipping of steps.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .corpus import Example
from .errors import NoSketches, SketchesBroken
from .lowrank import adapted_layers
from .options import TrainOptions
from .prefix import head_length
from .shortcuts import find_shortcuts
from .sketches import BUCKETS, FOLDER
from .tokens import ChatFormat, encode


@dataclass(frozen=True, slots=True)
class Influence:
    """Scores of n answers by m examples, float32 (n, m): cosines, and dots (of the answer's mean loss per word with the
    example's sum). examples: the ids of the columns."""

    examples: tuple[str, ...]
    cosines: np.ndarray
    dots: np.ndarray

    def top(self, answer: int, count: int) -> list[tuple[str, float]]:
        """The examples that pushed an answer most, by cosine, ties by id."""
        row = self.cosines[answer]
        order = sorted(range(len(row)), key=lambda place: (-float(row[place]), self.examples[place]))
        return [(self.examples[place], float(row[place])) for place in order[:count]]


def query_sketches(model: Any, format: ChatFormat, asked: Sequence[tuple[str, str]]) -> np.ndarray:
    """(n, 8192) float32: for each prompt and answer the sketch of the gradient of its loss (-log p, the mean over the
    answer's tokens) by the adapter's weights.

    model: a PEFT model with one adapter; its gradients and its mode are afterwards as they were. Raises NoSketches
    where the model cannot be seen through.
    """
    said = [({"role": "user", "content": prompt}, {"role": "assistant", "content": answer}) for prompt, answer in asked]
    examples = [Example(str(row), "", "", "", 1.0, (), messages) for row, messages in enumerate(said)]
    frozen = _let_adapter_learn(model)
    try:
        shortcuts = find_shortcuts(model, TrainOptions(), head_length(format))
        if shortcuts is None or shortcuts.sketches is None:
            raise NoSketches("the model", "its adapter is not one that gradients can be seen through")
        device = next(model.parameters()).device
        found = np.zeros((len(examples), BUCKETS), np.float32)
        for row, one in enumerate(encode(format, examples)):
            sheet = shortcuts.sheet([one], device)
            loss = shortcuts.losses(sheet).sum() / one.learned_count
            loss.backward()  # type: ignore[no-untyped-call]
            found[row] = shortcuts.sketches.end()[0].cpu().numpy()
        return found
    finally:
        for weight, learns in frozen:
            weight.grad = None
            weight.requires_grad_(learns)


def influence(run: Path, queries: np.ndarray) -> Influence:
    """The scores of a run's examples for queries (n, 8192). Raises NoSketches where the run left none, and
    SketchesBroken."""
    folder = run / FOLDER
    if not folder.is_dir():
        raise NoSketches(run, "the run left no gradient sketches")
    try:
        rows = np.load(folder / "sketches.npy", allow_pickle=False).astype(np.float32)  # of length 1
        norms = np.load(folder / "norms.npy", allow_pickle=False)
        ids = json.loads((folder / "examples.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SketchesBroken(folder, f"{type(error).__name__}: {error}".splitlines()[0]) from error
    if rows.shape != (len(ids), BUCKETS) or norms.shape != (len(ids),):
        raise SketchesBroken(folder, f"{len(ids)} examples, {rows.shape[0]} sketches, {norms.shape[0]} norms")
    along = queries.astype(np.float32) @ rows.T
    lengths = np.linalg.norm(queries, axis=1, keepdims=True)
    return Influence(tuple(ids), along / np.where(lengths > 0, lengths, 1), along * norms[None])


def _let_adapter_learn(model: Any) -> list[tuple[torch.Tensor, bool]]:
    """Open the LoRA weights to gradients; what they were before."""
    before: list[tuple[torch.Tensor, bool]] = []
    for _, layer in adapted_layers(model):
        for pair in (layer.lora_A, layer.lora_B):
            for weight in pair.parameters():
                before.append((weight, weight.requires_grad))
                weight.requires_grad_(True)
    return before
