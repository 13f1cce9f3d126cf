"""How well a model still knows what one run was shown: the loss on a sample of its examples, and what it says.

Knows nothing about probes: a loss is no measure of understanding, but it says what was learned and what was lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from lithograph.core.identity import sha256_hex
from lithograph.train.corpus import Example, example_at, open_corpus, read_split
from lithograph.train.generate import greedy
from lithograph.train.losses import example_losses
from lithograph.train.record import RunRecord
from lithograph.train.tokens import ChatFormat, encode, prompt_ids

BATCH = 8
TOKENS = 40


@dataclass(frozen=True, slots=True)
class Sample:
    """Examples that a run was shown, by a hash of their ids; one of each fact first, as far as there is room."""

    examples: tuple[Example, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, in order."""
        return tuple(one.id for one in self.examples)

    @property
    def facts(self) -> tuple[str, ...]:
        """The instance that each says."""
        return tuple(one.instance for one in self.examples)

    @property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """(question, answer) of each: its last two turns."""
        return tuple((one.messages[-2]["content"], one.messages[-1]["content"]) for one in self.examples)


def sample_of_run(record: RunRecord, dataset: Path, count: int, seed: int = 0) -> Sample:
    """At most `count` examples that the run was shown and the dataset still has."""
    shown = {name for fact in record.facts for name in fact["examples"]}
    table = read_split(open_corpus(dataset), "train", list(record.options["languages"]))
    there = [row for row, name in enumerate(table["id"].to_pylist()) if name in shown]
    ids, instances = table["id"].to_pylist(), table["instance"].to_pylist()
    there.sort(key=lambda row: sha256_hex(f"{seed}\n{ids[row]}"))
    turn: dict[str, int] = {}
    ranked = []
    for row in there:
        turn[instances[row]] = turn.get(instances[row], 0) + 1
        ranked.append((turn[instances[row]], row))
    ranked.sort(key=lambda one: one[0])
    return Sample(tuple(example_at(table, row) for _, row in ranked[:count]))


def losses_on(model: Any, format: ChatFormat, sample: Sample) -> list[float]:
    """Mean loss per answer token of each example, in nats, in order."""
    model.eval()
    device = next(model.parameters()).device
    encoded = encode(format, sample.examples)
    order = sorted(range(len(encoded)), key=lambda place: (len(encoded[place].ids), encoded[place].example))
    out = [0.0] * len(encoded)
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            places: Sequence[int] = order[start : start + BATCH]
            sums = example_losses(model, [encoded[place] for place in places], device).tolist()
            for place, total in zip(places, sums, strict=True):
                out[place] = total / encoded[place].learned_count
    return out


def said(model: Any, format: ChatFormat, question: str, tokens: int = TOKENS) -> str:
    """What the model answers, greedily."""
    prompt = prompt_ids(format, ({"role": "user", "content": question},))
    return greedy(model, format, [prompt], tokens)[0]
