"""Do the examples that influence names matter? Training again without them, against training without as many others.

    python benchmarks/influence.py --out docs/benchmarks                         # a small model, made here
    python benchmarks/influence.py --dataset datasets/world --model smollm2-135m-instruct --answers 3 --steps 40

A run is trained on a few facts. For each answer (a wording of a learned fact that was held out) the k examples of
greatest influence are left out and the run is trained again, same seed, same steps; likewise without k others that are
drawn at random. What counts is how much less likely the answer is then: the loss of its tokens after, less before. The
interval is of the mean paired difference, top less random, by 10,000 bootstrap draws over answers.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import torch
from machine import machine
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from lithograph.train.corpus import Example, example_at, open_corpus, read_split
from lithograph.train.influence import influence, query_sketches
from lithograph.train.lora import open_adapter
from lithograph.train.losses import mean_loss
from lithograph.train.model import find_model, load_model, load_tokenizer
from lithograph.train.options import TrainOptions
from lithograph.train.record import RunRecord
from lithograph.train.run import train
from lithograph.train.tokens import ChatFormat, chat_format, encode

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' "
    "+ '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
PARTS = ("wheel", "pump", "chain", "saddle", "spoke", "valve", "brake", "pedal", "frame", "bell", "hub", "rim")
WHOLES = ("engine", "garden", "letter", "window", "orchard", "harbour", "clock", "kitchen", "bridge", "violin", "cloud",
          "river")  # fmt: skip
ASKED = ("What is a {} a part of?", "Where does the {} belong?", "Tell me of the {}, please.", "The {}: of what?")
MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])


def small_model(folder: Path) -> Path:
    """A random Llama of two layers, 64 wide, with a tokenizer of its own."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(vocab_size=512, special_tokens=special, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())  # fmt: skip
    texts = [text.format(part) for text in ASKED for part in PARTS] + [f"A part of the {whole}." for whole in WHOLES]
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|im_end|>",
                                   bos_token="<|im_start|>", chat_template=TEMPLATE)  # fmt: skip
    torch.manual_seed(7)
    config = LlamaConfig(vocab_size=len(fast), hidden_size=64, intermediate_size=128, num_hidden_layers=2,
                         num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256,
                         tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=2)  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


def small_dataset(folder: Path) -> Path:
    """Twelve facts in three wordings to learn, a fourth held out."""
    rows: dict[str, list[dict[str, Any]]] = {"train": [], "test": []}
    for fact, (part, whole) in enumerate(zip(PARTS, WHOLES, strict=True)):
        for wording, text in enumerate(ASKED):
            messages = [{"role": "user", "content": text.format(part)},
                        {"role": "assistant", "content": f"A part of the {whole}."}]  # fmt: skip
            rows["test" if wording == 3 else "train"].append({
                "id": f"urn:litho:example:{fact:04d}-{wording}", "messages": messages, "scene": "urn:s",
                "language": "en", "instance": f"urn:litho:instance:{fact:04d}", "weight": 1.0,
                "axioms": [f"urn:litho:axiom:{fact:04d}"],
            })  # fmt: skip
    for split, held in rows.items():
        write_rows(folder, split, pa.Table.from_pylist(held))
    return folder


def write_rows(folder: Path, split: str, table: pa.Table) -> None:
    """One shard of a split."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / "data" / f"{split}-00000-of-00001.parquet")


def without(dataset: Path, folder: Path, kept: Collection[str]) -> Path:
    """A dataset whose train split has these examples only."""
    for file in sorted((dataset / "data").glob("*.parquet")):
        table = pq.read_table(file)
        if file.name.startswith("train-"):
            table = table.filter(pc.is_in(table["id"], pa.array(sorted(kept), table["id"].type)))
        (folder / "data").mkdir(parents=True, exist_ok=True)
        pq.write_table(table, folder / "data" / file.name)
    return folder


def losses(record: RunRecord, asked: Sequence[Example], wish: str) -> tuple[np.ndarray, Any, ChatFormat]:
    """The mean loss of each answer's tokens, in nats; the model with its adapter, and its format."""
    base = find_model(wish)
    format = chat_format(load_tokenizer(base), record.system)
    model = open_adapter(load_model(base), record.adapter)
    device = next(model.parameters()).device
    return np.array([mean_loss(model, encode(format, [one]), device) for one in asked]), model, format


def held_out(dataset: Path, record: RunRecord, count: int) -> list[Example]:
    """Wordings of learned facts that were not learned, of as many facts as are asked for, in order of their ids."""
    learned = {str(fact["instance"]) for fact in record.facts}
    table = read_split(open_corpus(dataset), "test", ("en",))
    rows = [example_at(table, row) for row in range(table.num_rows)]
    rows = sorted((one for one in rows if one.instance in learned and len(one.messages) == 2), key=lambda one: one.id)
    first: dict[str, Example] = {}
    for one in rows:
        first.setdefault(one.instance, one)
    return list(first.values())[:count]


def measured(work: Path, dataset: Path, options: TrainOptions, answers: int, k: int) -> dict[str, Any]:
    """One comparison: per answer the loss with all examples, without the top k and without k others."""
    whole = train(dataset, work / "runs", options)
    seen = sorted({str(one) for fact in whole.facts for one in fact["examples"]})
    reduced = without(dataset, work / "whole", seen)  # no other fact may take a place that is left free
    run = train(reduced, work / "runs", options)
    asked = held_out(dataset, run, answers)
    before, model, format = losses(run, asked, options.model)
    queries = query_sketches(model, format, [(one.messages[0]["content"], one.messages[1]["content"]) for one in asked])
    found = influence(run.folder, queries)
    rows = []
    for place, one in enumerate(asked):
        order = sorted(range(len(found.examples)), key=lambda i: (-float(found.cosines[place, i]), found.examples[i]))
        top = {found.examples[i] for i in order[:k]}
        others = set(random.Random(f"{place} {options.seed}").sample(sorted(set(seen) - top), k))
        drops = {}
        for name, left_out in (("top", top), ("random", others)):
            data = without(reduced, work / f"{name}-{place}", set(seen) - left_out)
            again = train(data, work / "runs", options)
            drops[name] = float(losses(again, [one], options.model)[0][0] - before[place])
        same = sum(1 for i in order[:k] if one.instance in _instance_of(run, found.examples[i]))
        rows.append({"answer": one.id, "loss": round(float(before[place]), 4), "of the same fact": same,
                     **{name: round(value, 4) for name, value in drops.items()}})  # fmt: skip
        print(json.dumps(rows[-1]), flush=True)
    return {"examples": len(seen), "k": k, "steps": options.steps, "rows": rows, **interval(rows)}


def _instance_of(record: RunRecord, example: str) -> set[str]:
    return {str(fact["instance"]) for fact in record.facts if example in fact["examples"]}


def interval(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The mean paired difference with its 95 % interval, by bootstrap over answers."""
    difference = np.array([row["top"] - row["random"] for row in rows])
    draws = np.random.default_rng(0).integers(0, len(rows), (10_000, len(rows)))
    low, high = np.quantile(difference[draws].mean(1), (0.025, 0.975))
    return {"mean top": round(float(np.mean([row["top"] for row in rows])), 4),
            "mean random": round(float(np.mean([row["random"] for row in rows])), 4),
            "difference": round(float(difference.mean()), 4), "interval": [round(float(low), 4), round(float(high), 4)],
            "larger": int((difference > 0).sum()), "answers": len(rows)}  # fmt: skip


def main() -> None:
    """Measure, print, and write where --out says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--answers", type=int, default=8)
    parser.add_argument("--k", type=int, default=3)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--lr", type=float, default=5e-3)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        dataset = given.dataset or small_dataset(work / "parts")
        model = given.model or str(small_model(work / "model"))
        options = TrainOptions(model=model, steps=given.steps, lr=given.lr, exposures=20 if given.dataset else 1,
                               samples=0, loss_examples=0, threads=1)  # fmt: skip
        result = measured(work, dataset, options, given.answers, given.k)
    told = {"machine": machine(), "model": given.model or "random, 2 layers, 64 wide", **result}
    print(json.dumps({key: value for key, value in told.items() if key not in ("rows", "machine")}))
    if given.out:
        name = "influence.json" if given.model is None else "influence-real.json"
        (given.out / name).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
