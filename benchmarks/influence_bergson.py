r"""Are our gradient sketches the gradients? Inner products of sketches against those of bergson's whole gradients.

    pip install --no-deps bergson jaxtyping wadler-lindig ml_dtypes natsort petname simple-parsing docstring-parser \
        torchopt optree bitsandbytes                  # not among the project's own libraries
    python benchmarks/influence_bergson.py RUN --dataset datasets/world --examples 60

For held-out wordings of facts that a run learned (the questions) and for examples that it was shown, both take the
gradient of the loss by all LoRA weights of the finished adapter: `query_sketches` as 8,192 numbers an example, made in
one backward pass over rows of several examples; bergson (EleutherAI, MIT) by hooks, whole, one example at a time. Then
the cosine of every question with every example. Told: the correlation of the two over all pairs, by Spearman within
each question too, and of the ten examples that bergson puts first, how many stand among our ten.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from influence import held_out, losses
from machine import machine
from numpy.typing import NDArray
from scipy.stats import spearmanr

from lithograph.train.corpus import Example, example_at, open_corpus, read_split
from lithograph.train.influence import query_sketches
from lithograph.train.record import read_record
from lithograph.train.sketches import BUCKETS
from lithograph.train.tokens import encode

TOP = 10


def shown(dataset: Path, ids: list[str], count: int) -> list[Example]:
    """The first examples, in order of their ids, of two messages that a run was shown."""
    table = read_split(open_corpus(dataset), "train", ("en",))
    wanted, found = set(ids), []
    for row in range(table.num_rows):
        if table["id"][row].as_py() in wanted:
            found.append(example_at(table, row))
    pairs = [one for one in sorted(found, key=lambda one: one.id) if len(one.messages) == 2]
    return pairs[:: max(len(pairs) // count, 1)][:count]


def whole_gradients(model: Any, tokens: list[tuple[list[int], list[int]]]) -> NDArray[np.float32]:
    """(n, numbers) by bergson: the gradient of each example's summed loss by every LoRA weight."""
    from bergson import CollectorComputer, GradientProcessor, IndexConfig, InMemoryCollector

    data = Dataset.from_dict({"input_ids": [ids for ids, _ in tokens], "labels": [labels for _, labels in tokens]})
    targets = {name for name, module in model.base_model.named_modules()
               if isinstance(module, torch.nn.Linear) and (".lora_A." in name or ".lora_B." in name)}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        config = IndexConfig(run_path=str(Path(folder) / "index"))
        Path(config.partial_run_path).mkdir(parents=True, exist_ok=True)
        collector = InMemoryCollector(model=model.base_model, data=data, cfg=config, processor=GradientProcessor(),
                                      target_modules=targets)  # fmt: skip
        batches = [[row] for row in range(len(tokens))]
        CollectorComputer(model=model, data=data, collector=collector, cfg=config, batches=batches) \
            .run_with_collector_hooks()  # fmt: skip
        return np.concatenate([collector.gradients[name].float().numpy() for name in sorted(collector.gradients)], 1)


def cosines(questions: NDArray[np.float32], examples: NDArray[np.float32]) -> NDArray[np.float64]:
    """(questions, examples)."""
    a, b = questions.astype(np.float64), examples.astype(np.float64)
    return (a / np.linalg.norm(a, axis=1, keepdims=True)) @ (b / np.linalg.norm(b, axis=1, keepdims=True)).T


def main() -> None:
    """Compare, print, and write where --out says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(1)
    record = read_record(given.run)
    if record is None:
        raise SystemExit(f"{given.run}: there is no run here")
    asked = held_out(given.dataset, record, given.questions)
    told = shown(given.dataset, [str(one) for fact in record.facts for one in fact["examples"]], given.examples)
    _, model, format = losses(record, asked[:1], record.model["name"])
    everything = [*asked, *told]
    said = [(one.messages[0]["content"], one.messages[1]["content"]) for one in everything]
    ours = query_sketches(model, format, said)
    _, model, _ = losses(record, asked[:1], record.model["name"])  # as PEFT made it: its hooks see every layer
    for name, weight in model.named_parameters():
        weight.requires_grad_("lora_" in name)
    tokens = [(list(one.ids), [i if learned else -100 for i, learned in zip(one.ids, one.learned, strict=True)])
              for one in encode(format, everything)]  # fmt: skip
    theirs = whole_gradients(model, tokens)
    n = len(asked)
    a, b = cosines(ours[:n], ours[n:]), cosines(theirs[:n], theirs[n:])
    first = [len(set(np.argsort(-x)[:TOP]) & set(np.argsort(-y)[:TOP])) for x, y in zip(a, b, strict=True)]
    ranks = [spearmanr(x, y).statistic for x, y in zip(a, b, strict=True)]
    result = {
        "machine": machine(), "run": record.id, "questions": n, "examples": len(told), "numbers": theirs.shape[1],
        "correlation": round(float(np.corrcoef(a.ravel(), b.ravel())[0, 1]), 4),
        "spearman within a question": round(float(np.mean(ranks)), 4),
        "difference of a cosine": {"root mean square": round(float(np.sqrt(((a - b) ** 2).mean())), 4),
                                   "by chance of the sketch": round(BUCKETS**-0.5, 4),
                                   "largest": round(float(np.abs(a - b).max()), 4)},
        f"of the first {TOP}": round(float(np.mean(first)), 2),
    }  # fmt: skip
    print(json.dumps(result))
    if given.out:
        (given.out / "influence-bergson.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
